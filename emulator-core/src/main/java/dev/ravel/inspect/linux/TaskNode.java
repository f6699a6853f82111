package dev.ravel.inspect.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A task with the tasks below it: further threads of its process, and the processes whose parent that is.
 *
 * @param children in the order of the sample
 */
public record TaskNode(Task task, List<TaskNode> children) {
    /** Deeper tasks become roots: a guest can make its lists as it likes. */
    private static final int DEEPEST = 200;

    public TaskNode {
        children = List.copyOf(children);
    }

    /**
     * A sample as trees, in which each task comes once. Roots are the tasks without a parent in the sample, and what is left
     * of parents that only lead to each other.
     */
    public static List<TaskNode> forest(TaskTree tree) {
        Map<Integer, List<Task>> below = new HashMap<>();
        Set<Integer> processes = new HashSet<>();
        for (Task task : tree.tasks()) {
            below.computeIfAbsent(task.leader() ? task.parent() : task.tgid(), p -> new ArrayList<>())
                    .add(task);
            if (task.leader()) {
                processes.add(task.tgid());
            }
        }
        Set<Long> taken = new HashSet<>();
        List<TaskNode> roots = new ArrayList<>();
        for (Task task : tree.tasks()) {
            if ((task.pid() == 0 || !processes.contains(task.leader() ? task.parent() : task.tgid()))
                    && taken.add(task.address())) {
                roots.add(node(task, below, taken, 0));
            }
        }
        for (Task task : tree.tasks()) {
            if (taken.add(task.address())) {
                roots.add(node(task, below, taken, 0));
            }
        }
        return List.copyOf(roots);
    }

    private static TaskNode node(Task task, Map<Integer, List<Task>> below, Set<Long> taken, int depth) {
        List<TaskNode> children = new ArrayList<>();
        if (task.leader() && depth < DEEPEST) {
            for (Task child : below.getOrDefault(task.tgid(), List.of())) {
                if (taken.add(child.address())) {
                    children.add(node(child, below, taken, depth + 1));
                }
            }
        }
        return new TaskNode(task, children);
    }
}
