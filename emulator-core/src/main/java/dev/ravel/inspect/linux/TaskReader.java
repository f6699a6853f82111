package dev.ravel.inspect.linux;

import dev.ravel.inspect.linux.Namespaces.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads tasks from {@code struct task_struct} (include/linux/sched.h) and what hangs on it. */
final class TaskReader {
    /** Entries of all lists together: a damaged one may lead through all of memory. */
    private static final int MOST_ENTRIES = 1 << 17;

    private static final int COMM_LENGTH = 16;
    private static final int UTS_LENGTH = 65;

    /** {@code MAX_PID_NS_LEVEL}. */
    private static final int DEEPEST_PID_NAMESPACE = 32;

    private static final int PF_KTHREAD = 0x20_0000;

    /** {@code TASK_REPORT} and the bits beside it that make an idle task (include/linux/sched.h). */
    private static final int TASK_REPORT = 0x7f;

    private static final int TASK_UNINTERRUPTIBLE = 2;
    private static final int TASK_NOLOAD = 0x400;
    private static final int TASK_RTLOCK_WAIT = 0x1000;
    private static final String STATE_LETTERS = "RSDTtXZP";

    private final LinuxKernel kernel;
    private final CgroupPaths cgroups;
    private final PerCpu perCpu;
    private final List<Broken> broken = new ArrayList<>();
    private int entriesLeft = MOST_ENTRIES;

    TaskReader(LinuxKernel kernel) {
        this.kernel = kernel;
        this.cgroups = new CgroupPaths();
        this.perCpu = new PerCpu(kernel);
    }

    TaskTree read() {
        List<Task> tasks = new ArrayList<>();
        try {
            StructView first = kernel.variable("task_struct", "init_task");
            tasks.add(task(first));
            for (long node : entries(first.addressOf("tasks"), "task list")) {
                addProcess(first.around(node, "tasks"), tasks);
            }
        } catch (BrokenStructureException e) {
            broken.add(new Broken("task list", e.getMessage()));
        }
        return new TaskTree(List.copyOf(tasks), List.copyOf(broken));
    }

    private void addProcess(StructView leader, List<Task> tasks) {
        Set<Long> threads = new LinkedHashSet<>();
        threads.add(leader.address());
        try {
            long head = leader.require("signal").addressOf("thread_head");
            for (long node : entries(head, "threads of " + name(leader))) {
                threads.add(leader.around(node, "thread_node").address());
            }
        } catch (BrokenStructureException e) {
            broken.add(new Broken("threads of " + name(leader), e.getMessage()));
        }
        for (long address : threads) {
            StructView task = leader.at(address);
            try {
                tasks.add(task(task));
            } catch (BrokenStructureException e) {
                broken.add(new Broken(name(task), e.getMessage()));
            }
        }
    }

    private List<Long> entries(long head, String where) {
        ListWalk list = ListWalk.of(kernel.image().memory(), head, entriesLeft);
        list.broken().ifPresent(reason -> broken.add(new Broken(where, reason)));
        entriesLeft -= list.nodes().size();
        return list.nodes();
    }

    private static String name(StructView task) {
        return String.format("task at 0x%x", task.address());
    }

    private Task task(StructView task) throws BrokenStructureException {
        return new Task(
                task.address(),
                task.integer("pid"),
                task.integer("tgid"),
                task.require("real_parent").integer("tgid"),
                task.text("comm", COMM_LENGTH),
                state(task),
                (task.integer("flags") & PF_KTHREAD) != 0,
                task.integer(task.has("thread_info.cpu") ? "thread_info.cpu" : "cpu"),
                new Task.Times(
                        task.number("start_boottime"),
                        task.number("utime"),
                        task.number("stime"),
                        task.number("se.sum_exec_runtime")),
                Reading.of(() -> credentials(task)),
                Reading.of(() -> residentBytes(task)),
                Reading.of(() -> pids(task)),
                Reading.of(() -> namespaces(task)),
                Reading.of(() -> cgroups.of(task)));
    }

    /** As the kernel's {@code task_state_index} makes it for {@code /proc}. */
    private static char state(StructView task) throws BrokenStructureException {
        int state = task.integer("__state");
        int reported = (state | task.integer("exit_state")) & TASK_REPORT;
        if ((state & (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)) == (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)) {
            return 'I';
        }
        if ((state & TASK_RTLOCK_WAIT) != 0) {
            return 'D';
        }
        return STATE_LETTERS.charAt(Integer.SIZE - Integer.numberOfLeadingZeros(reported));
    }

    private static Task.Credentials credentials(StructView task) throws BrokenStructureException {
        StructView cred = task.require("real_cred");
        return new Task.Credentials(
                cred.integer("uid"), cred.integer("euid"), cred.integer("gid"), cred.integer("egid"));
    }

    private OptionalLong residentBytes(StructView task) throws BrokenStructureException {
        Optional<StructView> mm = task.follow("mm");
        if (mm.isEmpty()) {
            return OptionalLong.empty();
        }
        long pages = 0;
        for (String counter : List.of("MM_FILEPAGES", "MM_ANONPAGES", "MM_SHMEMPAGES")) {
            pages += perCpu.sum(mm.get().struct("rss_stat[" + kernel.types().constant(counter) + "]"));
        }
        return OptionalLong.of(Math.max(0, pages) * KernelMemory.PAGE_SIZE);
    }

    private static List<Task.PidInNamespace> pids(StructView task) throws BrokenStructureException {
        Optional<StructView> pid = task.follow("thread_pid");
        if (pid.isEmpty()) {
            return List.of();
        }
        int level = level(pid.get());
        List<Task.PidInNamespace> pids = new ArrayList<>();
        for (int i = 0; i <= level; i++) {
            StructView number = pid.get().struct("numbers[" + i + "]");
            pids.add(new Task.PidInNamespace(i, inode(number.require("ns")), number.integer("nr")));
        }
        return List.copyOf(pids);
    }

    private static int level(StructView pid) throws BrokenStructureException {
        long level = pid.number("level");
        if (level < 0 || level > DEEPEST_PID_NAMESPACE) {
            throw new BrokenStructureException(
                    String.format("struct pid at 0x%x cannot be %d namespaces deep", pid.address(), level));
        }
        return (int) level;
    }

    private static Namespaces namespaces(StructView task) throws BrokenStructureException {
        Map<Kind, Long> inodes = new EnumMap<>(Kind.class);
        inodes.put(Kind.USER, inode(task.require("real_cred").require("user_ns")));
        Optional<StructView> pid = task.follow("thread_pid");
        if (pid.isPresent()) {
            inodes.put(
                    Kind.PID,
                    inode(pid.get().struct("numbers[" + level(pid.get()) + "]").require("ns")));
        }
        Optional<StructView> proxy = task.follow("nsproxy");
        if (proxy.isEmpty()) {
            return new Namespaces(inodes, Optional.empty());
        }
        for (Kind kind : Kind.values()) {
            String member = switch (kind) {
                case USER, PID -> "";
                case PID_FOR_CHILDREN -> "pid_ns_for_children";
                case TIME_FOR_CHILDREN -> "time_ns_for_children";
                case CGROUP, IPC, MNT, NET, TIME, UTS -> kind.entry() + "_ns";
            };
            // A kernel may be built without some of them.
            if (!member.isEmpty() && proxy.get().has(member)) {
                Optional<StructView> namespace = proxy.get().follow(member);
                if (namespace.isPresent()) {
                    inodes.put(kind, inode(namespace.get()));
                }
            }
        }
        StructView uts = proxy.get().require("uts_ns").struct("name");
        return new Namespaces(
                inodes,
                Optional.of(
                        new Namespaces.UtsNames(uts.text("nodename", UTS_LENGTH), uts.text("domainname", UTS_LENGTH))));
    }

    private static long inode(StructView namespace) throws BrokenStructureException {
        return namespace.number("ns.inum");
    }
}
