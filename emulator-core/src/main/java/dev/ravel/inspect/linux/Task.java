package dev.ravel.inspect.linux;

import java.util.List;
import java.util.OptionalLong;

/**
 * A task of Linux: a thread, of a process or of the kernel.
 *
 * @param address of its {@code struct task_struct}
 * @param pid its number, as the first PID namespace sees it; what gettid(2) gives there
 * @param tgid the number of its process
 * @param parent {@code tgid} of its parent, 0 for those that the kernel itself started
 * @param comm its name, at most 15 bytes
 * @param state as {@code /proc/PID/stat} shows it: {@code R} running, {@code S} sleeping, {@code D} in the disk's hands,
 *     {@code T} stopped, {@code t} traced, {@code X} dead, {@code Z} zombie, {@code P} parked, {@code I} idle
 * @param kernelThread whether it belongs to the kernel
 * @param cpu the one that it runs on, or ran on last
 * @param times how long it ran
 * @param credentials whose it is
 * @param residentBytes memory of its process that is in RAM; none for a thread of the kernel
 * @param pids its number in each PID namespace that it is seen in, from the first one inwards
 * @param namespaces where it is
 * @param cgroup which control group of the second version it is in
 */
public record Task(
        long address,
        int pid,
        int tgid,
        int parent,
        String comm,
        char state,
        boolean kernelThread,
        int cpu,
        Times times,
        Reading<Credentials> credentials,
        Reading<OptionalLong> residentBytes,
        Reading<List<PidInNamespace>> pids,
        Reading<Namespaces> namespaces,
        Reading<CgroupOfTask> cgroup) {
    /**
     * Nanoseconds.
     *
     * @param start from the machine's start to the task's
     * @param user as ticks were counted in user mode
     * @param system as ticks were counted in the kernel
     * @param run on a CPU, exactly, up to the last time that the scheduler looked
     */
    public record Times(long start, long user, long system, long run) {}

    /** Real and effective ids, as the first user namespace sees them. */
    public record Credentials(int uid, int euid, int gid, int egid) {}

    /**
     * The number of a task in one PID namespace.
     *
     * @param level 0 for the first namespace, 1 for one made in it, and so on
     * @param namespace inode number
     * @param pid the task's number there
     */
    public record PidInNamespace(int level, long namespace, int pid) {}

    /**
     * A control group.
     *
     * @param inode of its folder
     * @param path from the root of the hierarchy: {@code /a/b}, as {@code /proc/PID/cgroup} shows it
     */
    public record CgroupOfTask(long inode, String path) {}

    /** Whether it is the first thread of its process. */
    public boolean leader() {
        return pid == tgid;
    }
}
