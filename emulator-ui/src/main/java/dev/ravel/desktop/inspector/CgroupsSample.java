package dev.ravel.desktop.inspector;

import dev.ravel.inspect.Words;
import dev.ravel.inspect.linux.Broken;
import dev.ravel.inspect.linux.Cgroup;
import dev.ravel.inspect.linux.Reading;
import dev.ravel.inspect.linux.Task;
import dev.ravel.inspect.linux.TaskTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The control groups of a Linux guest, and the time that their tasks have run.
 *
 * @param guestNanos the guest's clock
 * @param cpus how many there are
 */
record CgroupsSample(Cgroup root, Map<Long, TaskTime> tasks, long guestNanos, int cpus) {
    CgroupsSample {
        tasks = Map.copyOf(tasks);
    }

    /**
     * A task's time on CPUs.
     *
     * @param group path of its control group
     * @param nanos so far
     */
    record TaskTime(String group, long nanos) {}

    static CgroupsSample of(Cgroup root, TaskTree tree, long guestNanos, int cpus) {
        Map<Long, TaskTime> times = new HashMap<>();
        for (Task task : tree.tasks()) {
            // The idle tasks run when nothing else does.
            if (task.pid() != 0) {
                task.cgroup()
                        .present()
                        .ifPresent(group -> times.put(
                                task.address(),
                                new TaskTime(group.path(), task.times().run())));
            }
        }
        return new CgroupsSample(root, times, guestNanos, cpus);
    }

    /** A row for each group, with the CPU time that its tasks and those below used since an earlier sample. */
    List<Row> rows(CgroupsSample earlier) {
        return List.of(row(root, earlier));
    }

    /** How many CPUs the tasks of a group and below kept busy since an earlier sample. */
    double cpusUsed(String path, CgroupsSample earlier) {
        long elapsed = guestNanos - earlier.guestNanos;
        if (elapsed <= 0) {
            return 0;
        }
        String prefix = path.equals("/") ? path : path + "/";
        long used = 0;
        for (Map.Entry<Long, TaskTime> task : tasks.entrySet()) {
            TaskTime now = task.getValue();
            TaskTime before = earlier.tasks.get(task.getKey());
            if (before != null && (now.group.equals(path) || now.group.startsWith(prefix))) {
                used += Math.max(0, now.nanos - before.nanos);
            }
        }
        return (double) used / elapsed;
    }

    private Row row(Cgroup group, CgroupsSample earlier) {
        String path = Words.printable(group.path());
        String name = group.path().equals("/") ? "/" : path.substring(path.lastIndexOf('/') + 1);
        return new Row(
                group.inode(),
                List.of(
                        new Row.Text(name + (group.frozen() ? " (frozen)" : "")),
                        new Row.Text(Integer.toString(group.processes().size())),
                        cpu(group, cpusUsed(group.path(), earlier)),
                        reading(group.memory(), CgroupsSample::memory),
                        reading(group.pids(), CgroupsSample::pids),
                        new Row.Text(io(group.io())),
                        new Row.Text(events(group))),
                false,
                group.children().stream().map(child -> row(child, earlier)).toList());
    }

    private Row.Cell cpu(Cgroup group, double used) {
        return switch (group.cpu()) {
            case Reading.Broken<Optional<Cgroup.Cpu>> broken -> new Row.Text("?");
            case Reading.Value<Optional<Cgroup.Cpu>> value -> {
                OptionalLong quota = value.value().map(Cgroup.Cpu::quotaMicros).orElse(OptionalLong.empty());
                long period = value.value().map(Cgroup.Cpu::periodMicros).orElse(0L);
                if (quota.isEmpty() || quota.getAsLong() <= 0 || period <= 0) {
                    yield new Row.Bar(Amount.percent(used), used / Math.max(1, cpus));
                }
                double limit = (double) quota.getAsLong() / period;
                yield new Row.Bar(Amount.percent(used) + " of " + Amount.percent(limit), used / limit);
            }
        };
    }

    private interface Shape<T> {
        Row.Cell of(T value);
    }

    private static <T> Row.Cell reading(Reading<Optional<T>> reading, Shape<T> shape) {
        return switch (reading) {
            case Reading.Value<Optional<T>> value ->
                value.value().<Row.Cell>map(shape::of).orElse(new Row.Text(""));
            case Reading.Broken<Optional<T>> broken -> new Row.Text("?");
        };
    }

    private static Row.Cell memory(Cgroup.Memory memory) {
        OptionalLong max = memory.max().isPresent() ? memory.max() : memory.high();
        String current = Amount.bytes(memory.current());
        return max.isEmpty()
                ? new Row.Text(current)
                : new Row.Bar(
                        current + " of " + Amount.bytes(max.getAsLong()),
                        (double) memory.current() / Math.max(1, max.getAsLong()));
    }

    private static Row.Cell pids(Cgroup.Pids pids) {
        return pids.max().isEmpty()
                ? new Row.Text(Long.toString(pids.current()))
                : new Row.Bar(
                        pids.current() + " of " + pids.max().getAsLong(),
                        (double) pids.current() / Math.max(1, pids.max().getAsLong()));
    }

    private static String io(Reading<List<Cgroup.Io>> reading) {
        return switch (reading) {
            case Reading.Broken<List<Cgroup.Io>> broken -> "?";
            case Reading.Value<List<Cgroup.Io>> disks ->
                disks.value().isEmpty()
                        ? ""
                        : Amount.bytes(disks.value().stream()
                                        .mapToLong(Cgroup.Io::readBytes)
                                        .sum()) + " read, "
                                + Amount.bytes(disks.value().stream()
                                        .mapToLong(Cgroup.Io::writtenBytes)
                                        .sum())
                                + " written";
        };
    }

    /** What limits have done. */
    private static String events(Cgroup group) {
        List<String> events = new ArrayList<>();
        group.cpu()
                .present()
                .flatMap(cpu -> cpu)
                .filter(cpu -> cpu.throttled() > 0)
                .ifPresent(cpu -> events.add("throttled in " + cpu.throttled() + " of " + cpu.periods() + " periods"));
        group.memory()
                .present()
                .flatMap(memory -> memory)
                .map(memory -> memory.events().getOrDefault("oom_kill", 0L))
                .filter(kills -> kills > 0)
                .ifPresent(kills -> events.add(kills + (kills == 1 ? " OOM kill" : " OOM kills")));
        group.devicePrograms()
                .present()
                .filter(programs -> programs > 0)
                .ifPresent(programs -> events.add("devices restricted"));
        return String.join(", ", events);
    }

    /** What could not be read, of all groups. */
    List<Broken> broken() {
        return broken(root).toList();
    }

    private static Stream<Broken> broken(Cgroup group) {
        return Stream.concat(group.broken().stream(), group.children().stream().flatMap(CgroupsSample::broken));
    }
}
