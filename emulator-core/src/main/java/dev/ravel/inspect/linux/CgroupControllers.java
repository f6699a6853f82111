package dev.ravel.inspect.linux;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What controllers know of a control group. Each keeps a struct around its {@code struct cgroup_subsys_state}. */
final class CgroupControllers {
    /** {@code CGROUP_WEIGHT_DFL}, which stands for a share of 1024. */
    private static final long DEFAULT_WEIGHT = 100;

    private static final long DEFAULT_SHARE = 1024;

    /** On 64-bit machines the scheduler's load has so many more bits ({@code SCHED_FIXEDPOINT_SHIFT}). */
    private static final int LOAD_SHIFT = 10;

    private static final long NANOS = 1000;

    /** {@code PAGE_COUNTER_MAX}, in pages. */
    private static final long MOST_PAGES = Long.MAX_VALUE / KernelMemory.PAGE_SIZE;

    /** {@code PIDS_MAX} is {@code PID_MAX_LIMIT + 1}. */
    private static final long MOST_PIDS = 1 << 22;

    private static final int MOST_DISKS = 4096;
    private static final int READ = 0;
    private static final int WRITE = 1;

    private static final Map<String, String> MEMORY_EVENTS = events();

    private final LinuxKernel kernel;

    CgroupControllers(LinuxKernel kernel) {
        this.kernel = kernel;
    }

    /** The files' names, in their order, and the kernel's. */
    private static Map<String, String> events() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("low", "MEMCG_LOW");
        names.put("high", "MEMCG_HIGH");
        names.put("max", "MEMCG_MAX");
        names.put("oom", "MEMCG_OOM");
        names.put("oom_kill", "MEMCG_OOM_KILL");
        names.put("oom_group_kill", "MEMCG_OOM_GROUP_KILL");
        names.put("sock_throttled", "MEMCG_SOCK_THROTTLED");
        return names;
    }

    /** A controller's struct; none for the root, which has no limits, and where the controller is off. */
    private Optional<StructView> state(StructView cgroup, String controller, String type)
            throws BrokenStructureException {
        if (cgroup.number("level") == 0) {
            return Optional.empty();
        }
        Optional<StructView> css = cgroup.follow("subsys[" + kernel.types().constant(controller + "_cgrp_id") + "]");
        return css.isEmpty()
                ? Optional.empty()
                : Optional.of(kernel.struct(type, 0).around(css.get().address(), "css"));
    }

    Optional<Cgroup.Cpu> cpu(StructView cgroup) throws BrokenStructureException {
        Optional<StructView> state = state(cgroup, "cpu", "task_group");
        if (state.isEmpty()) {
            return Optional.empty();
        }
        StructView bandwidth = state.get().struct("cfs_bandwidth");
        long share = state.get().number("shares") >>> LOAD_SHIFT;
        long quota = bandwidth.number("quota");
        return Optional.of(new Cgroup.Cpu(
                (share * DEFAULT_WEIGHT + DEFAULT_SHARE / 2) / DEFAULT_SHARE,
                quota == -1 ? OptionalLong.empty() : OptionalLong.of(quota / NANOS),
                bandwidth.number("period") / NANOS,
                bandwidth.number("nr_periods"),
                bandwidth.number("nr_throttled"),
                bandwidth.number("throttled_time")));
    }

    Optional<Cgroup.Memory> memory(StructView cgroup) throws BrokenStructureException {
        Optional<StructView> state = state(cgroup, "memory", "mem_cgroup");
        if (state.isEmpty()) {
            return Optional.empty();
        }
        StructView memory = state.get();
        Map<String, Long> events = new LinkedHashMap<>();
        for (Map.Entry<String, String> event : MEMORY_EVENTS.entrySet()) {
            // Each kernel has those that were invented before it.
            if (kernel.types().hasConstant(event.getValue())) {
                events.put(
                        event.getKey(),
                        memory.number("memory_events[" + kernel.types().constant(event.getValue()) + "]"));
            }
        }
        return Optional.of(new Cgroup.Memory(
                memory.number("memory.usage") * KernelMemory.PAGE_SIZE,
                memory.number("memory.watermark") * KernelMemory.PAGE_SIZE,
                memory.number("swap.usage") * KernelMemory.PAGE_SIZE,
                pages(memory.number("memory.max")),
                pages(memory.number("memory.high")),
                pages(memory.number("swap.max")),
                events));
    }

    private static OptionalLong pages(long pages) {
        return pages >= MOST_PAGES ? OptionalLong.empty() : OptionalLong.of(pages * KernelMemory.PAGE_SIZE);
    }

    Optional<Cgroup.Pids> pids(StructView cgroup) throws BrokenStructureException {
        Optional<StructView> state = state(cgroup, "pids", "pids_cgroup");
        if (state.isEmpty()) {
            return Optional.empty();
        }
        long limit = state.get().number("limit");
        return Optional.of(new Cgroup.Pids(
                state.get().number("counter"), limit > MOST_PIDS ? OptionalLong.empty() : OptionalLong.of(limit)));
    }

    /** One entry for each disk that the group has used or has a limit for. */
    List<Cgroup.Io> io(StructView cgroup) throws BrokenStructureException {
        Optional<StructView> state = state(cgroup, "io", "blkcg");
        List<Cgroup.Io> disks = new ArrayList<>();
        if (state.isEmpty()) {
            return disks;
        }
        StructView any = kernel.struct("blkcg_gq", 0);
        Optional<StructView> node = state.get().struct("blkg_list").follow("first");
        while (node.isPresent()) {
            if (disks.size() == MOST_DISKS) {
                throw new BrokenStructureException("the list of disks has no end");
            }
            disks.add(disk(any.around(node.get().address(), "blkcg_node")));
            node = node.get().follow("next");
        }
        return List.copyOf(disks);
    }

    private Cgroup.Io disk(StructView use) throws BrokenStructureException {
        StructView disk = use.require("q").require("disk");
        StructView counted = use.struct("iostat.cur");
        return new Cgroup.Io(
                disk.number("major") + ":" + disk.number("first_minor"),
                counted.number("bytes[" + READ + "]"),
                counted.number("bytes[" + WRITE + "]"),
                counted.number("ios[" + READ + "]"),
                counted.number("ios[" + WRITE + "]"),
                limits(use));
    }

    private Optional<Cgroup.IoMax> limits(StructView use) throws BrokenStructureException {
        if (kernel.image().symbols().address("blkcg_policy_throtl").isEmpty()) {
            return Optional.empty(); // Built without CONFIG_BLK_DEV_THROTTLING.
        }
        long policy = kernel.variable("blkcg_policy", "blkcg_policy_throtl").number("plid");
        Optional<StructView> data = use.follow("pd[" + policy + "]");
        if (data.isEmpty()) {
            return Optional.empty();
        }
        StructView group = kernel.struct("throtl_grp", 0).around(data.get().address(), "pd");
        Cgroup.IoMax max = new Cgroup.IoMax(
                rate(group.number("bps[" + READ + "]"), -1),
                rate(group.number("bps[" + WRITE + "]"), -1),
                rate(group.number("iops[" + READ + "]"), 0xffff_ffffL),
                rate(group.number("iops[" + WRITE + "]"), 0xffff_ffffL));
        OptionalLong none = OptionalLong.empty();
        return max.equals(new Cgroup.IoMax(none, none, none, none)) ? Optional.empty() : Optional.of(max);
    }

    private static OptionalLong rate(long rate, long unlimited) {
        return rate == unlimited ? OptionalLong.empty() : OptionalLong.of(rate);
    }
}
