package dev.ravel.inspect.linux;

import java.util.List;
import java.util.Optional;

/**
 * All tasks of a kernel at one moment.
 *
 * @param tasks processes in the order of their start, each followed by its further threads; the first is the idle task,
 *     number 0
 * @param broken where lists or tasks could not be read to their end; what could be is in {@code tasks}
 */
public record TaskTree(List<Task> tasks, List<Broken> broken) {
    /** The process of a number. */
    public Optional<Task> process(int tgid) {
        return tasks.stream().filter(t -> t.tgid() == tgid && t.leader()).findFirst();
    }

    /** The processes whose parent a process is. */
    public List<Task> children(Task process) {
        return tasks.stream()
                .filter(t -> t.leader() && t.parent() == process.tgid() && t.tgid() != process.tgid())
                .toList();
    }

    /** The threads of a process, itself first. */
    public List<Task> threads(Task process) {
        return tasks.stream().filter(t -> t.tgid() == process.tgid()).toList();
    }
}
