package dev.ravel.cli;

import dev.ravel.inspect.Words;
import dev.ravel.inspect.linux.Cgroup;
import dev.ravel.inspect.linux.Namespaces;
import dev.ravel.inspect.linux.Task;
import dev.ravel.inspect.linux.TaskNode;
import dev.ravel.inspect.linux.TaskTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is known of a Linux guest, as lines. The guest chooses the names in it: only printable characters are shown. */
final class LinuxText {
    private static final int NAMED_TASKS = 6;

    /** Deeper ones are shown at this depth: a guest can make its lists as it likes. */
    private static final int DEEPEST = 20;

    private LinuxText() {}

    static List<String> tasks(TaskTree tree) {
        List<String> lines = new ArrayList<>();
        lines.add("tasks: " + tree.tasks().size());
        lines.add("    PID   PPID  S    UID      RSS  CPU  NAME");
        TaskNode.forest(tree).forEach(node -> addTask(lines, node, 0));
        lines.add("");
        return lines;
    }

    private static void addTask(List<String> lines, TaskNode node, int depth) {
        Task task = node.task();
        String uid = task.credentials()
                .present()
                .map(c -> Integer.toUnsignedString(c.uid()))
                .orElse("?");
        String resident = task.residentBytes()
                .present()
                .map(bytes -> bytes.isEmpty() ? "" : bytes.getAsLong() / 1024 + "K")
                .orElse("?");
        String name = task.kernelThread() ? "[" + printable(task.comm()) + "]" : printable(task.comm());
        lines.add(String.format(
                "%7d%7d  %c%7s%9s%5d  %s%s",
                task.pid(),
                task.parent(),
                task.state(),
                uid,
                resident,
                task.cpu(),
                " ".repeat(Math.min(depth, DEEPEST)),
                name));
        node.children().forEach(child -> addTask(lines, child, depth + 1));
    }

    static List<String> namespaces(TaskTree tree) {
        List<String> lines = new ArrayList<>();
        lines.add("namespaces");
        for (Namespaces.Kind kind : Namespaces.Kind.values()) {
            if (kind == Namespaces.Kind.PID_FOR_CHILDREN || kind == Namespaces.Kind.TIME_FOR_CHILDREN) {
                continue;
            }
            for (Map.Entry<String, List<Task>> entry : members(tree, kind).entrySet()) {
                List<Task> tasks = entry.getValue();
                String names = tasks.stream()
                        .limit(NAMED_TASKS)
                        .map(LinuxText::nameWithPids)
                        .collect(Collectors.joining(", "));
                String hostName = kind != Namespaces.Kind.UTS
                        ? ""
                        : tasks.getFirst()
                                .namespaces()
                                .present()
                                .flatMap(Namespaces::uts)
                                .map(uts -> ", host name " + printable(uts.nodeName()))
                                .orElse("");
                lines.add(String.format("  %-20s %d tasks%s", entry.getKey(), tasks.size(), hostName));
                InspectText.wrap(lines, names + (tasks.size() > NAMED_TASKS ? ", ..." : ""), 6);
            }
        }
        lines.add("");
        return lines;
    }

    /** The tasks of each namespace of a kind, by its link. */
    static Map<String, List<Task>> members(TaskTree tree, Namespaces.Kind kind) {
        Map<String, List<Task>> members = new TreeMap<>();
        for (Task task : tree.tasks()) {
            task.namespaces()
                    .present()
                    .flatMap(n -> n.link(kind))
                    .ifPresent(link -> members.computeIfAbsent(link, l -> new ArrayList<>())
                            .add(task));
        }
        return members;
    }

    /** {@code sleep(123)}; with its number in each namespace further in: {@code sleep(123, inside 2)}. */
    private static String nameWithPids(Task task) {
        String inside = task.pids().present().orElse(List.of()).stream()
                .skip(1)
                .map(pid -> ", inside " + pid.pid())
                .collect(Collectors.joining());
        return printable(task.comm()) + "(" + task.pid() + inside + ")";
    }

    static List<String> cgroups(Cgroup root) {
        List<String> lines = new ArrayList<>();
        lines.add("control groups");
        addCgroup(lines, root);
        lines.add("");
        return lines;
    }

    private static void addCgroup(List<String> lines, Cgroup group) {
        lines.add("  " + printable(group.path()) + (group.frozen() ? "  frozen" : ""));
        List<String> facts = new ArrayList<>();
        facts.add(group.processes().isEmpty() ? "no processes" : "processes " + group.processes());
        group.cpu()
                .present()
                .flatMap(c -> c)
                .ifPresent(cpu -> facts.add("cpu.max " + max(cpu.quotaMicros()) + "/"
                        + cpu.periodMicros() + ", cpu.weight " + cpu.weight() + ", throttled " + cpu.throttled()
                        + " of "
                        + cpu.periods() + " periods"));
        group.memory()
                .present()
                .flatMap(m -> m)
                .ifPresent(memory -> facts.add("memory.current " + memory.current() + ", memory.max "
                        + max(memory.max()) + ", oom_kill " + memory.events().getOrDefault("oom_kill", 0L)));
        group.pids()
                .present()
                .flatMap(p -> p)
                .ifPresent(pids -> facts.add("pids.current " + pids.current() + ", pids.max " + max(pids.max())));
        group.io()
                .present()
                .orElse(List.of())
                .forEach(io -> facts.add("io " + io.device() + ": " + io.readBytes() + " bytes read, "
                        + io.writtenBytes() + " written"));
        facts.forEach(fact -> InspectText.wrap(lines, fact, 6));
        group.broken().forEach(broken -> lines.add("      broken: " + broken.where() + ": " + broken.reason()));
        group.children().forEach(child -> addCgroup(lines, child));
    }

    static String max(OptionalLong limit) {
        return limit.isEmpty() ? "max" : Long.toString(limit.getAsLong());
    }

    /** What a terminal would take as more than text is shown as a question mark. */
    static String printable(String text) {
        return Words.printable(text);
    }
}
