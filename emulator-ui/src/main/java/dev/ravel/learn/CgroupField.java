package dev.ravel.learn;

import dev.ravel.inspect.linux.Cgroup;
import dev.ravel.inspect.linux.Reading;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What a lesson can ask of a control group; each is called and looks as in the group's files, where one has it. */
enum CgroupField {
    PROCS("cgroup.procs", g -> g.processes().stream().map(String::valueOf).collect(Collectors.joining(" "))),
    /** How many processes are in the group itself. */
    PROCESSES("processes", g -> number(g.processes().size())),
    POPULATED("populated", g -> number(g.populated() ? 1 : 0)),
    FROZEN("frozen", g -> number(g.frozen() ? 1 : 0)),
    CPU_MAX("cpu.max", g -> limit(cpu(g).quotaMicros()) + " " + cpu(g).periodMicros()),
    CPU_WEIGHT("cpu.weight", g -> number(cpu(g).weight())),
    /** As it was when somebody last read {@code cpu.stat}, see {@link Cgroup#usedNanos}. */
    USAGE("usage_usec", g -> number(g.usedNanos() / 1000)),
    PERIODS("nr_periods", g -> number(cpu(g).periods())),
    THROTTLED("nr_throttled", g -> number(cpu(g).throttled())),
    THROTTLED_TIME("throttled_usec", g -> number(cpu(g).throttledNanos() / 1000)),
    MEMORY_MAX("memory.max", g -> limit(memory(g).max())),
    MEMORY_CURRENT("memory.current", g -> number(memory(g).current())),
    MEMORY_PEAK("memory.peak", g -> number(memory(g).peak())),
    /** Of {@code memory.events}. */
    OOM("oom", g -> number(memory(g).events().getOrDefault("oom", 0L))),
    /** Of {@code memory.events}. */
    OOM_KILL("oom_kill", g -> number(memory(g).events().getOrDefault("oom_kill", 0L))),
    PIDS_MAX("pids.max", g -> limit(pids(g).max())),
    PIDS_CURRENT("pids.current", g -> number(pids(g).current())),
    /** For the group's first disk that has a limit. */
    IO_MAX("io.max", CgroupField::ioMax),
    /** Of {@code io.stat}, all disks together; as it was when somebody last read it. */
    READ_BYTES(
            "rbytes",
            g -> number(whole(g.io()).stream().mapToLong(Cgroup.Io::readBytes).sum())),
    /** See {@link #READ_BYTES}. */
    WRITTEN_BYTES(
            "wbytes",
            g -> number(
                    whole(g.io()).stream().mapToLong(Cgroup.Io::writtenBytes).sum())),
    /** How many BPF programs decide over devices. */
    DEVICE_PROGRAMS("device-programs", g -> number(whole(g.devicePrograms())));

    private interface Read {
        String of(Cgroup group) throws LessonException;
    }

    private final String text;
    private final Read read;

    CgroupField(String text, Read read) {
        this.text = text;
        this.read = read;
    }

    /**
     * The field of a name.
     *
     * @throws IllegalArgumentException if there is none; the message says so
     */
    static CgroupField named(String text) {
        return Arrays.stream(values())
                .filter(field -> field.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a control group has no " + text));
    }

    /**
     * What a group says.
     *
     * @throws LessonException if the controller is off in it, or the guest's memory is damaged
     */
    String of(Cgroup group) throws LessonException {
        return read.of(group);
    }

    private static String number(long number) {
        return Long.toString(number);
    }

    private static String limit(OptionalLong limit) {
        return limit.isEmpty() ? "max" : Long.toString(limit.getAsLong());
    }

    private static String ioMax(Cgroup group) throws LessonException {
        List<Cgroup.Io> disks = whole(group.io());
        for (Cgroup.Io disk : disks) {
            if (disk.limits().isPresent()) {
                Cgroup.IoMax max = disk.limits().get();
                return disk.device() + " rbps=" + limit(max.rbps()) + " wbps=" + limit(max.wbps()) + " riops="
                        + limit(max.riops()) + " wiops=" + limit(max.wiops());
            }
        }
        throw new LessonException("the group " + group.path() + " has no limit for a disk");
    }

    private static Cgroup.Cpu cpu(Cgroup group) throws LessonException {
        return on(group, "cpu", whole(group.cpu()));
    }

    private static Cgroup.Memory memory(Cgroup group) throws LessonException {
        return on(group, "memory", whole(group.memory()));
    }

    private static Cgroup.Pids pids(Cgroup group) throws LessonException {
        return on(group, "pids", whole(group.pids()));
    }

    private static <T> T on(Cgroup group, String controller, Optional<T> state) throws LessonException {
        return state.orElseThrow(
                () -> new LessonException("the controller " + controller + " is off in the group " + group.path()));
    }

    private static <T> T whole(Reading<T> reading) throws LessonException {
        return LiveFacts.whole(reading);
    }
}
