package dev.ravel.inspect.linux;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A circular list of the kernel ({@code struct list_head}), followed from its head back to it.
 *
 * @param nodes addresses of the {@code list_head} of each entry, in order
 * @param broken why the list did not come back to its head, if it did not: what came before is in {@code nodes}
 */
record ListWalk(List<Long> nodes, Optional<String> broken) {
    /** Follows at most {@code limit} entries. */
    static ListWalk of(KernelMemory memory, long head, int limit) {
        List<Long> nodes = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        try {
            for (long node = memory.pointer(head); node != head; node = memory.pointer(node)) {
                if (!seen.add(node)) {
                    return new ListWalk(nodes, Optional.of(String.format("the list comes back to 0x%x", node)));
                }
                if (nodes.size() == limit) {
                    return new ListWalk(nodes, Optional.of("the lists have too many entries"));
                }
                memory.pointer(node);
                nodes.add(node);
            }
            return new ListWalk(nodes, Optional.empty());
        } catch (BrokenStructureException e) {
            return new ListWalk(nodes, Optional.of(e.getMessage()));
        }
    }
}
