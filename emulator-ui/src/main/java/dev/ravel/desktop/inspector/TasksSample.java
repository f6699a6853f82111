package dev.ravel.desktop.inspector;

import dev.ravel.inspect.Words;
import dev.ravel.inspect.linux.Namespaces;
import dev.ravel.inspect.linux.Reading;
import dev.ravel.inspect.linux.Task;
import dev.ravel.inspect.linux.TaskNode;
import dev.ravel.inspect.linux.TaskTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The tasks of a Linux guest.
 *
 * @param kernel its banner
 * @param rows tasks with those below them; the key is the address
 * @param details what else there is to know of a task, by its row's key
 */
record TasksSample(String kernel, int count, List<Row> rows, Map<Object, List<String>> details) {
    static TasksSample of(String kernel, TaskTree tree) {
        // Nearly all tasks are where the first process is: what is worth a word is the others.
        Map<Namespaces.Kind, Long> usual = tree.process(1)
                .flatMap(init -> init.namespaces().present())
                .map(Namespaces::inodes)
                .orElse(Map.of());
        Map<Object, List<String>> details = new HashMap<>();
        tree.tasks().forEach(task -> details.put(task.address(), details(task)));
        List<Row> rows =
                TaskNode.forest(tree).stream().map(node -> row(node, usual)).toList();
        return new TasksSample(Words.printable(kernel), tree.tasks().size(), rows, Map.copyOf(details));
    }

    private static Row row(TaskNode node, Map<Namespaces.Kind, Long> usual) {
        Task task = node.task();
        return Row.of(
                task.address(),
                false,
                node.children().stream().map(child -> row(child, usual)).toList(),
                name(task),
                Integer.toString(task.pid()),
                inside(task),
                state(task.state()),
                orUnreadable(task.credentials(), c -> Integer.toUnsignedString(c.uid())),
                orUnreadable(task.residentBytes(), TasksSample::resident),
                Integer.toString(task.cpu()),
                orUnreadable(task.namespaces(), n -> own(n, usual)));
    }

    private static String name(Task task) {
        String comm = Words.printable(task.comm());
        return task.kernelThread() ? "[" + comm + "]" : comm;
    }

    /** The numbers in namespaces further in. */
    private static String inside(Task task) {
        return orUnreadable(
                task.pids(),
                pids -> pids.stream()
                        .skip(1)
                        .map(pid -> Integer.toString(pid.pid()))
                        .collect(Collectors.joining(", ")));
    }

    private static String resident(OptionalLong bytes) {
        return bytes.isEmpty() ? "" : bytes.getAsLong() / 1024 + " KiB";
    }

    /** The kinds of namespace in which it is not where the first process is. */
    private static String own(Namespaces namespaces, Map<Namespaces.Kind, Long> usual) {
        return namespaces.inodes().entrySet().stream()
                .filter(entry -> entry.getKey() != Namespaces.Kind.PID_FOR_CHILDREN
                        && entry.getKey() != Namespaces.Kind.TIME_FOR_CHILDREN)
                .filter(entry -> !usual.isEmpty() && !entry.getValue().equals(usual.get(entry.getKey())))
                .map(entry -> entry.getKey().entry())
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String state(char letter) {
        return switch (letter) {
            case 'R' -> "R running";
            case 'S' -> "S sleeping";
            case 'D' -> "D disk sleep";
            case 'T' -> "T stopped";
            case 't' -> "t traced";
            case 'X' -> "X dead";
            case 'Z' -> "Z zombie";
            case 'P' -> "P parked";
            case 'I' -> "I idle";
            default -> String.valueOf(letter);
        };
    }

    private static List<String> details(Task task) {
        List<String> lines = new ArrayList<>();
        lines.add(name(task) + ", process " + task.tgid() + ", thread " + task.pid() + ", struct task_struct at "
                + HartSample.hex(task.address()));
        switch (task.pids()) {
            case Reading.Value<List<Task.PidInNamespace>> pids ->
                pids.value()
                        .forEach(pid -> lines.add(
                                "PID " + pid.pid() + " in pid:[" + pid.namespace() + "], level " + pid.level()));
            case Reading.Broken<List<Task.PidInNamespace>> broken ->
                lines.add("PIDs cannot be read: " + Words.printable(broken.reason()));
        }
        switch (task.namespaces()) {
            case Reading.Value<Namespaces> namespaces -> lines.add(links(namespaces.value()));
            case Reading.Broken<Namespaces> broken ->
                lines.add("namespaces cannot be read: " + Words.printable(broken.reason()));
        }
        task.namespaces()
                .present()
                .flatMap(Namespaces::uts)
                .ifPresent(uts -> lines.add("host name " + Words.printable(uts.nodeName())));
        lines.add("control group " + orUnreadable(task.cgroup(), group -> Words.printable(group.path())));
        return List.copyOf(lines);
    }

    private static String links(Namespaces namespaces) {
        return List.of(Namespaces.Kind.values()).stream()
                .filter(kind -> kind != Namespaces.Kind.PID_FOR_CHILDREN && kind != Namespaces.Kind.TIME_FOR_CHILDREN)
                .map(namespaces::link)
                .flatMap(Optional::stream)
                .collect(Collectors.joining("  "));
    }

    private static <T> String orUnreadable(Reading<T> reading, Function<T, String> words) {
        return switch (reading) {
            case Reading.Value<T> value -> words.apply(value.value());
            case Reading.Broken<T> broken -> "?";
        };
    }
}
