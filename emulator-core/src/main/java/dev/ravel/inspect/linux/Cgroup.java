package dev.ravel.inspect.linux;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A control group of the second version (Linux, Documentation/admin-guide/cgroup-v2.rst). Where a limit may be {@code
 * max}, which is none, it is an empty {@link OptionalLong}.
 *
 * @param path from the root of the hierarchy, which is {@code /}
 * @param inode of its folder
 * @param populated whether it or a group below has a living process
 * @param frozen whether it was asked to freeze ({@code cgroup.freeze})
 * @param usedNanos time on CPUs ({@code usage_usec} of {@code cpu.stat}) as the kernel last added it up: when somebody
 *     read {@code cpu.stat}, or at other times of its choice
 * @param processes by number, as {@code cgroup.procs} in the first PID namespace
 * @param cpu none where the controller is off, and so for those that follow
 * @param devicePrograms how many BPF programs decide over devices here
 * @param children in the order of their making
 * @param broken what below could not be read
 */
public record Cgroup(
        String path,
        long inode,
        boolean populated,
        boolean frozen,
        long usedNanos,
        List<Integer> processes,
        Reading<Optional<Cpu>> cpu,
        Reading<Optional<Memory>> memory,
        Reading<Optional<Pids>> pids,
        Reading<List<Io>> io,
        Reading<Integer> devicePrograms,
        List<Cgroup> children,
        List<Broken> broken) {
    /**
     * The controller {@code cpu}.
     *
     * @param weight {@code cpu.weight}, 1 to 10000
     * @param quotaMicros {@code cpu.max}: time in each period
     * @param periodMicros {@code cpu.max}
     * @param periods {@code nr_periods} of {@code cpu.stat}
     * @param throttled {@code nr_throttled}: periods in which the quota was used up
     * @param throttledNanos {@code throttled_usec}
     */
    public record Cpu(
            long weight,
            OptionalLong quotaMicros,
            long periodMicros,
            long periods,
            long throttled,
            long throttledNanos) {}

    /**
     * The controller {@code memory}; bytes.
     *
     * @param current {@code memory.current}
     * @param peak {@code memory.peak}
     * @param swap {@code memory.swap.current}
     * @param max {@code memory.max}
     * @param high {@code memory.high}
     * @param swapMax {@code memory.swap.max}
     * @param events {@code memory.events} by name, {@code oom_kill} among them
     */
    public record Memory(
            long current,
            long peak,
            long swap,
            OptionalLong max,
            OptionalLong high,
            OptionalLong swapMax,
            Map<String, Long> events) {}

    /** The controller {@code pids}: {@code pids.current}, {@code pids.max}. */
    public record Pids(long current, OptionalLong max) {}

    /**
     * The controller {@code io}, for one disk.
     *
     * @param device {@code MAJOR:MINOR}
     * @param readBytes {@code rbytes} of {@code io.stat}, as the kernel last added it up, and so for those that follow
     * @param writtenBytes {@code wbytes}
     * @param reads {@code rios}
     * @param writes {@code wios}
     * @param limits {@code io.max}, if there are any
     */
    public record Io(
            String device, long readBytes, long writtenBytes, long reads, long writes, Optional<IoMax> limits) {}

    /** {@code io.max} of one disk: bytes and requests a second. */
    public record IoMax(OptionalLong rbps, OptionalLong wbps, OptionalLong riops, OptionalLong wiops) {}

    /** The group at a path that begins with this one's, if there is one. */
    public Optional<Cgroup> find(String wanted) {
        if (path.equals(wanted)) {
            return Optional.of(this);
        }
        return children.stream()
                .map(child -> child.find(wanted))
                .flatMap(Optional::stream)
                .findFirst();
    }
}
