package dev.ravel.jit.plan;

import java.util.List;
import java.util.Map;

/**
 * Instructions in a row within a block whose loads and stores are looked up in the TLB together, before the first of them: once
 * for all that are at constant distances from the same register and, but for bad luck, in one page.
 *
 * @param first index of its first instruction in the block
 * @param end index after its last
 * @param groups what is looked up
 * @param members by index in the block, the loads and stores that this is enough for; others look for themselves
 */
public record AccessRun(int first, int end, List<Group> groups, Map<Integer, Member> members) {
    /** A copy of list and map. */
    public AccessRun {
        groups = List.copyOf(groups);
        members = Map.copyOf(members);
    }

    /**
     * Accesses around one register.
     *
     * @param register whose value when the run begins they are relative to
     * @param low the lowest address that is accessed, relative to it
     * @param span how many bytes after that one is the last that is accessed
     * @param stores whether some are stores
     */
    public record Group(int register, long low, long span, boolean stores) {}

    /**
     * A load or store.
     *
     * @param group the index of its group
     * @param displacement its address relative to the group's register when the run begins
     */
    public record Member(int group, long displacement) {}
}
