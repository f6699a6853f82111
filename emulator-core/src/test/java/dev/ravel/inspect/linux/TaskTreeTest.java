package dev.ravel.inspect.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.inspect.linux.BtfWriter.Field;
import dev.ravel.inspect.linux.KallsymsTables.Layout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks of a small kernel made here, whole and damaged. */
class TaskTreeTest {
    private static final int TASKS = 0x30_0000;
    private static final int STRIDE = 0x200;

    // Where members of struct task_struct are.
    private static final int PID = 0;
    private static final int TGID = 4;
    private static final int PARENT = 8;
    private static final int COMM = 16;
    private static final int STATE = 32;
    private static final int LIST = 72;
    private static final int THREAD_NODE = 88;
    private static final int SIGNAL = 104;
    private static final int THREAD_PID = 120;
    private static final int CRED = 112;

    // Behind each task: its struct signal_struct, struct pid and struct cred.
    private static final int SIGNAL_AT = 0x100;
    private static final int PID_AT = 0x140;
    private static final int NAMESPACE_AT = 0x180;

    /** The inode number of the first PID namespace. */
    private static final long NAMESPACE = 4_026_531_836L;

    private final KernelRig rig = new KernelRig();
    private LinuxKernel kernel;

    private static byte[] types() {
        BtfWriter w = new BtfWriter();
        int s32 = w.integer("int", 4, true);
        int u64 = w.integer("unsigned long", 8, false);
        int character = w.integer("char", 1, true);
        int list = w.struct(
                "list_head",
                16,
                new Field("next", w.pointer(w.forward("list_head")), 0),
                new Field("prev", w.pointer(w.forward("list_head")), 8));
        int signal = w.struct("signal_struct", 16, new Field("thread_head", list, 0));
        int common = w.struct("ns_common", 4, new Field("inum", w.integer("unsigned int", 4, false), 0));
        int namespace = w.struct("pid_namespace", 4, new Field("ns", common, 0));
        int upid = w.struct("upid", 16, new Field("nr", s32, 0), new Field("ns", w.pointer(namespace), 8));
        int pid = w.struct("pid", 8, new Field("level", s32, 0), new Field("numbers", w.array(upid, 0), 8));
        int cred = w.struct(
                "cred",
                16,
                new Field("uid", s32, 0),
                new Field("euid", s32, 4),
                new Field("gid", s32, 8),
                new Field("egid", s32, 12));
        int entity = w.struct("sched_entity", 8, new Field("sum_exec_runtime", u64, 0));
        w.struct(
                "task_struct",
                128,
                new Field("pid", s32, PID),
                new Field("tgid", s32, TGID),
                new Field("real_parent", w.pointer(w.forward("task_struct")), PARENT),
                new Field("comm", w.array(character, 16), COMM),
                new Field("__state", s32, STATE),
                new Field("exit_state", s32, 36),
                new Field("flags", s32, 40),
                new Field("cpu", s32, 44),
                new Field("start_boottime", u64, 48),
                new Field("utime", u64, 56),
                new Field("stime", u64, 56),
                new Field("se", entity, 64),
                new Field("tasks", list, LIST),
                new Field("thread_node", list, THREAD_NODE),
                new Field("signal", w.pointer(signal), SIGNAL),
                new Field("real_cred", w.pointer(cred), CRED),
                new Field("thread_pid", w.pointer(pid), THREAD_PID));
        return w.blob();
    }

    private static int at(int task) {
        return TASKS + task * STRIDE;
    }

    private static long address(int offset) {
        return KernelRig.KERNEL + offset;
    }

    /** 0 is idle, 1 has the thread 2 and the child 3. */
    @BeforeEach
    void boot() throws InspectionException {
        rig.symbol("init_task", 'D', TASKS);
        put(0, 0, 0, "swapper/0");
        put(1, 1, 0, "init");
        put(2, 1, 0, "init-thread");
        put(3, 3, 1, "child");
        link(LIST, 0, 1, 3);
        threads(1, 1, 2);
        threads(3, 3);
        kernel = LinuxKernel.of(rig.load(Layout.RELATIVE_BASE, types()).image());
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void put(int pid, int tgid, int parent, String comm) {
        rig.putLong(at(pid) + PID, pid | (long) tgid << 32);
        rig.putLong(at(pid) + PARENT, address(at(parent)));
        rig.put(at(pid) + COMM, comm.getBytes(StandardCharsets.US_ASCII));
        rig.putLong(at(pid) + STATE, 1);
        rig.putLong(at(pid) + SIGNAL, address(at(tgid) + SIGNAL_AT));
        rig.putLong(at(pid) + CRED, address(at(pid) + NAMESPACE_AT));
        rig.putLong(at(pid) + THREAD_PID, address(at(pid) + PID_AT));
        rig.putLong(at(pid) + PID_AT, 1);
        rig.putLong(at(pid) + PID_AT + 8, pid);
        rig.putLong(at(pid) + PID_AT + 16, address(at(0) + NAMESPACE_AT));
        rig.putLong(at(pid) + PID_AT + 24, pid + 100);
        rig.putLong(at(pid) + PID_AT + 32, address(at(1) + NAMESPACE_AT));
        rig.putLong(at(pid) + NAMESPACE_AT, NAMESPACE + pid);
    }

    private void link(int member, int... tasks) {
        for (int i = 0; i < tasks.length; i++) {
            rig.putLong(at(tasks[i]) + member, address(at(tasks[(i + 1) % tasks.length]) + member));
        }
    }

    private void threads(int process, int... tasks) {
        rig.putLong(at(process) + SIGNAL_AT, address(at(tasks[0]) + THREAD_NODE));
        for (int i = 0; i + 1 < tasks.length; i++) {
            rig.putLong(at(tasks[i]) + THREAD_NODE, address(at(tasks[i + 1]) + THREAD_NODE));
        }
        rig.putLong(at(tasks[tasks.length - 1]) + THREAD_NODE, address(at(process) + SIGNAL_AT));
    }

    private List<Integer> pids() {
        return kernel.tasks().tasks().stream().map(Task::pid).toList();
    }

    @Test
    void processesThreadsAndChildrenAreFound() {
        TaskTree tree = kernel.tasks();
        assertThat(tree.broken()).isEmpty();
        assertThat(pids()).containsExactly(0, 1, 2, 3);
        Task init = tree.process(1).orElseThrow();
        assertThat(init.comm()).isEqualTo("init");
        assertThat(init.state()).isEqualTo('S');
        assertThat(tree.children(init)).extracting(Task::comm).containsExactly("child");
        assertThat(tree.threads(init)).extracting(Task::comm).containsExactly("init", "init-thread");
        assertThat(tree.process(2)).isEmpty();
    }

    @Test
    void aTaskHasANumberInEachPidNamespace() {
        Task child = kernel.tasks().process(3).orElseThrow();
        assertThat(child.pids())
                .isEqualTo(new Reading.Value<>(List.of(
                        new Task.PidInNamespace(0, NAMESPACE, 3), new Task.PidInNamespace(1, NAMESPACE + 1, 103))));
    }

    @Test
    void aListThatComesBackToTheMiddleEndsThere() {
        link(LIST, 1, 3);
        assertThat(pids()).containsExactly(0, 1, 2, 3);
        assertThat(kernel.tasks().broken())
                .containsExactly(new Broken("task list", "the list comes back to 0xffffffff80300248"));
    }

    @Test
    void aWildPointerEndsTheListAndWhatCameBeforeIsKept() {
        rig.putLong(at(1) + LIST, 0xdead_beefL);
        assertThat(pids()).containsExactly(0, 1, 2);
        assertThat(kernel.tasks().broken()).containsExactly(new Broken("task list", "0xdeadbeef leads to no memory"));
    }

    @Test
    void aTaskThatWasFreedIsToldInItsPlace() {
        rig.putLong(at(3) + PARENT, 0);
        assertThat(pids()).containsExactly(0, 1, 2);
        assertThat(kernel.tasks().broken())
                .containsExactly(new Broken(
                        "task at 0xffffffff80300600",
                        "real_parent of struct task_struct at 0xffffffff80300600 is null"));
    }

    @Test
    void aBrokenPartLeavesTheRestOfTheTask() {
        rig.putLong(at(3) + PID_AT, 1000);
        rig.putLong(at(3) + CRED, 8);
        Task child = kernel.tasks().process(3).orElseThrow();
        assertThat(child.comm()).isEqualTo("child");
        assertThat(child.pids())
                .isEqualTo(new Reading.Broken<>("struct pid at 0xffffffff80300740 cannot be 1000 namespaces deep"));
        assertThat(child.credentials()).isEqualTo(new Reading.Broken<>("0x8 leads to no memory"));
        // What this kernel does not have.
        assertThat(child.cgroup())
                .isEqualTo(new Reading.Broken<>("this kernel's struct task_struct has no member cgroups"));
        assertThat(kernel.cgroups(kernel.tasks()))
                .isEqualTo(new Reading.Broken<>("this kernel has no symbol cgrp_dfl_root"));
    }

    @Test
    void randomDamageIsNeverAnError() {
        SplittableRandom random = new SplittableRandom(11);
        int damaged = 0;
        for (int i = 0; i < 2000; i++) {
            long at = TASKS + random.nextInt(4 * STRIDE) & -8L;
            long before = rig.getLong(at);
            rig.putLong(at, random.nextBoolean() ? random.nextLong() : address(TASKS + random.nextInt(4 * STRIDE)));
            TaskTree tree = kernel.tasks();
            damaged += tree.broken().isEmpty() ? 0 : 1;
            rig.putLong(at, before);
        }
        assertThat(damaged).isPositive();
        assertThat(kernel.tasks().broken()).isEmpty();
    }
}
