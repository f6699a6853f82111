package dev.ravel.inspect.linux;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where tasks are in the hierarchy of control groups. Groups that were looked up once in a sample are remembered. */
final class CgroupPaths {
    static final int NAME_LENGTH = 256;
    private static final int DEEPEST = 256;

    private final Map<Long, Task.CgroupOfTask> known = new HashMap<>();

    Task.CgroupOfTask of(StructView task) throws BrokenStructureException {
        StructView cgroup = task.require("cgroups").require("dfl_cgrp");
        Task.CgroupOfTask place = known.get(cgroup.address());
        if (place == null) {
            place = place(cgroup.require("kn"));
            known.put(cgroup.address(), place);
        }
        return place;
    }

    private static Task.CgroupOfTask place(StructView node) throws BrokenStructureException {
        Deque<String> names = new ArrayDeque<>();
        String parent = node.has("__parent") ? "__parent" : "parent";
        StructView at = node;
        for (int i = 0; i < DEEPEST; i++) {
            Optional<StructView> above = at.follow(parent);
            if (above.isEmpty()) {
                return new Task.CgroupOfTask(node.number("id"), "/" + String.join("/", names));
            }
            names.addFirst(at.text("name", NAME_LENGTH));
            at = above.get();
        }
        throw new BrokenStructureException(
                String.format("the folder at 0x%x is more than %d deep", node.address(), DEEPEST));
    }
}
