package dev.ravel.inspect.linux;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the hierarchy of control groups from {@code cgrp_dfl_root} down (include/linux/cgroup-defs.h). */
final class CgroupReader {
    private static final int MOST_GROUPS = 1 << 16;
    private static final int DEEPEST = 64;
    private static final int MOST_PROGRAMS = 64;

    /** {@code CSS_ONLINE}: not removed. */
    private static final int CSS_ONLINE = 2;

    private final LinuxKernel kernel;
    private final TaskTree tasks;
    private final CgroupControllers controllers;
    private final Set<Long> seen = new HashSet<>();

    CgroupReader(LinuxKernel kernel, TaskTree tasks) {
        this.kernel = kernel;
        this.tasks = tasks;
        this.controllers = new CgroupControllers(kernel);
    }

    Cgroup read() throws BrokenStructureException {
        StructView root = kernel.variable("cgroup_root", "cgrp_dfl_root").struct("cgrp");
        seen.add(root.address());
        return group(root, "/", 0);
    }

    private Cgroup group(StructView cgroup, String path, int depth) throws BrokenStructureException {
        long inode = cgroup.require("kn").number("id");
        List<Cgroup> children = new ArrayList<>();
        List<Broken> broken = new ArrayList<>();
        children(cgroup, path, depth, children, broken);
        return new Cgroup(
                path,
                inode,
                populated(cgroup),
                cgroup.number("freezer.freeze") != 0,
                cgroup.number("bstat.cputime.sum_exec_runtime"),
                processes(inode),
                Reading.of(() -> controllers.cpu(cgroup)),
                Reading.of(() -> controllers.memory(cgroup)),
                Reading.of(() -> controllers.pids(cgroup)),
                Reading.of(() -> controllers.io(cgroup)),
                Reading.of(() -> devicePrograms(cgroup)),
                List.copyOf(children),
                List.copyOf(broken));
    }

    private void children(StructView cgroup, String path, int depth, List<Cgroup> children, List<Broken> broken)
            throws BrokenStructureException {
        String where = "groups in " + path;
        ListWalk list =
                ListWalk.of(kernel.image().memory(), cgroup.addressOf("self.children"), MOST_GROUPS - seen.size());
        list.broken().ifPresent(reason -> broken.add(new Broken(where, reason)));
        for (long node : list.nodes()) {
            try {
                StructView child = cgroup.around(node, "self.sibling");
                if (!seen.add(child.address()) || depth == DEEPEST) {
                    broken.add(
                            new Broken(where, String.format("the groups from 0x%x on have no end", child.address())));
                    return;
                }
                // One that was removed stays until its last user has let go.
                if ((child.number("self.flags") & CSS_ONLINE) != 0) {
                    String name = child.require("kn").text("name", CgroupPaths.NAME_LENGTH);
                    children.add(group(child, path.equals("/") ? "/" + name : path + "/" + name, depth + 1));
                }
            } catch (BrokenStructureException e) {
                broken.add(new Broken(where, e.getMessage()));
            }
        }
    }

    private static boolean populated(StructView cgroup) throws BrokenStructureException {
        if (cgroup.has("self.nr_populated_csets")) {
            return cgroup.number("self.nr_populated_csets") + cgroup.number("self.nr_populated_children") > 0;
        }
        return cgroup.number("nr_populated_csets")
                        + cgroup.number("nr_populated_domain_children")
                        + cgroup.number("nr_populated_threaded_children")
                > 0;
    }

    private List<Integer> processes(long inode) {
        return tasks.tasks().stream()
                .filter(t -> t.leader() && t.pid() != 0 && t.state() != 'Z' && t.state() != 'X')
                .filter(t ->
                        t.cgroup().present().filter(c -> c.inode() == inode).isPresent())
                .map(Task::tgid)
                .toList();
    }

    private int devicePrograms(StructView cgroup) throws BrokenStructureException {
        StructView list = cgroup.struct("bpf.progs[" + kernel.types().constant("CGROUP_DEVICE") + "]");
        int count = 0;
        for (Optional<StructView> node = list.follow("first");
                node.isPresent();
                node = node.get().follow("next")) {
            if (++count > MOST_PROGRAMS) {
                throw new BrokenStructureException("the list of device programs has no end");
            }
        }
        return count;
    }
}
