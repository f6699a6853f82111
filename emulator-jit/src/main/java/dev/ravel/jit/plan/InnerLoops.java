package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The loops of a plan that hold no other loop, and nests of loops. A way through a call closes none: what happens in between is not in the
 * plan. Nor does a computed jump: as far as the plan knows it may go to any place that control has come to by an address,
 * even to its own block, and that would be a loop inside of each bytecode interpreter.
 *
 * <p>A loop that is gone through once or twice takes longer to come into and to leave than to run, if its registers are loaded and stored there. So
 * a loop and those inside of it are taken for one, a nest, if they name few registers and nothing in them calls. So is a function that calls itself, its
 * calls and returns being jumps in the unit.
 */
final class InnerLoops {
    /** Registers that a nest names at most: x86-64 has 16, and some of these hold the budget, the state and where RAM begins. */
    private static final int MAX_REGISTERS = 10;

    /** The same of what calls itself: without that, all of its registers but those of its innermost loops would be in memory. */
    private static final int MAX_IN_RECURSION = 20;

    private final Map<Integer, List<Integer>> edges = new HashMap<>();
    private final Map<Integer, Block> blocks = new HashMap<>();
    private final Map<Integer, Integer> innermost = new HashMap<>();
    private final Map<Integer, Integer> nests = new HashMap<>();

    private InnerLoops(List<Block> all) {
        all.forEach(block -> blocks.put(block.start(), block));
        for (Block block : all) {
            edges.put(
                    block.start(),
                    followed(block).stream().filter(blocks::containsKey).toList());
        }
        find(edges.keySet(), Set.of());
    }

    /** Those of a plan. */
    static InnerLoops of(Plan plan) {
        boolean any = plan.blocks().stream().anyMatch(block -> leadsBack(block) || block.callsInside());
        return new InnerLoops(any ? plan.blocks() : List.of());
    }

    /** The innermost loop of each block that is in one, by the block's start: the start of the loop's first block. */
    Map<Integer, Integer> innermost() {
        return Collections.unmodifiableMap(innermost);
    }

    /** As {@link #innermost}, but with a loop and those inside of it as one where they are a nest. */
    Map<Integer, Integer> nests() {
        Map<Integer, Integer> all = new HashMap<>(nests);
        addRecursion(all);
        return all;
    }

    /** Where control goes on by a way that may close a loop. */
    private static List<Integer> followed(Block block) {
        return block.calls() || block.leavesByAddress() ? List.of() : block.successors();
    }

    /** Every loop has an edge to a block that is not after the one it comes from. */
    private static boolean leadsBack(Block block) {
        return followed(block).stream().anyMatch(target -> target <= block.start());
    }

    /** Adds the innermost loops and the nests among these blocks, edges to {@code heads} being cut. Returns whether there is a loop. */
    private boolean find(Collection<Integer> among, Set<Integer> heads) {
        boolean any = false;
        for (NavigableSet<Integer> component : new Components(edges, among, heads).all) {
            int head = head(component);
            Set<Integer> cut = new HashSet<>(heads);
            cut.add(head);
            boolean holdsNone = !find(component, cut);
            if (holdsNone) {
                component.forEach(start -> innermost.put(start, component.first()));
            }
            if (holdsNone || isNest(component, MAX_REGISTERS)) {
                component.forEach(start -> nests.put(start, component.first()));
            }
            any = true;
        }
        return any;
    }

    /**
     * Adds what calls itself, all of it one with its loops where it is a nest. None where there are other computed jumps than returns: one that leads out of
     * such a loop and back again would store and load registers each time. A loop with a function that it calls is better off in pieces: its innermost
     * loops have few registers to themselves.
     */
    private void addRecursion(Map<Integer, Integer> found) {
        boolean jumps = blocks.values().stream().anyMatch(block -> block.jumpsByAddress() && !block.returns());
        if (jumps || blocks.values().stream().noneMatch(Block::callsInside)) {
            return;
        }
        Map<Integer, List<Integer>> calls = edgesAlso(Block::callsInside);
        Set<Integer> callers = new HashSet<>();
        for (NavigableSet<Integer> component : new Components(calls, calls.keySet(), Set.of()).all) {
            component.stream()
                    .filter(start -> Objects.requireNonNull(blocks.get(start)).callsInside())
                    .forEach(callers::add);
        }
        Map<Integer, List<Integer>> all = edgesAlso(block -> block.callsInside() || block.returns());
        for (NavigableSet<Integer> component : new Components(all, all.keySet(), Set.of()).all) {
            if (!Collections.disjoint(component, callers) && isNest(component, MAX_IN_RECURSION)) {
                component.forEach(start -> found.put(start, component.first()));
            }
        }
    }

    /** The edges, and those from the ends of some blocks to their targets. */
    private Map<Integer, List<Integer>> edgesAlso(Predicate<Block> from) {
        Map<Integer, List<Integer>> all = new HashMap<>(edges);
        blocks.values().stream()
                .filter(from)
                .forEach(block -> all.put(
                        block.start(),
                        block.targets().stream().filter(blocks::containsKey).toList()));
        return all;
    }

    /** Whether a loop is one with those inside of it. Floating point calls where it is not ordinary. */
    private boolean isNest(Collection<Integer> component, int most) {
        List<Block> inside = component.stream()
                .map(start -> Objects.requireNonNull(blocks.get(start)))
                .toList();
        long registers = inside.stream().mapToLong(Block::registers).reduce(0, (a, b) -> a | b);
        return Long.bitCount(registers) <= most
                && (registers & RegisterUse.FLOATS) == 0
                && inside.stream().allMatch(InnerLoops::isSimple);
    }

    /** Whether nothing in a block changes the mode or calls other code, nor is left in the middle for anything but a miss. */
    private static boolean isSimple(Block block) {
        if (block.callsInside() || block.returns()) {
            List<Decoded> instructions = block.instructions();
            return instructions.subList(0, instructions.size() - 1).stream().allMatch(Trace::isSimple);
        }
        return Trace.isSimple(block);
    }

    /** Where a loop is entered from outside; the first such place if there are several. */
    private int head(NavigableSet<Integer> component) {
        NavigableSet<Integer> entered = new TreeSet<>();
        edges.forEach((from, targets) -> {
            if (!component.contains(from)) {
                targets.stream().filter(component::contains).forEach(entered::add);
            }
        });
        return entered.isEmpty() ? component.first() : entered.first();
    }

    /** Strongly connected components that hold an edge, by Tarjan's algorithm without recursion. */
    private final class Components {
        final List<NavigableSet<Integer>> all = new ArrayList<>();
        private final Map<Integer, Integer> number = new HashMap<>();
        private final Map<Integer, Integer> low = new HashMap<>();
        private final Deque<Integer> stack = new ArrayDeque<>();
        private final Set<Integer> onStack = new HashSet<>();
        private final Map<Integer, List<Integer>> edges;
        private final Set<Integer> among;
        private final Set<Integer> cut;

        private record Visit(int block, Deque<Integer> left) {}

        Components(Map<Integer, List<Integer>> edges, Collection<Integer> among, Set<Integer> cut) {
            this.edges = edges;
            this.among = new HashSet<>(among);
            this.cut = cut;
            for (int block : new TreeSet<>(among)) {
                if (!number.containsKey(block)) {
                    visit(block);
                }
            }
        }

        private List<Integer> targets(int block) {
            return Objects.requireNonNull(edges.get(block)).stream()
                    .filter(target -> among.contains(target) && !cut.contains(target))
                    .toList();
        }

        private Visit begin(int block) {
            int next = number.size();
            number.put(block, next);
            low.put(block, next);
            stack.push(block);
            onStack.add(block);
            return new Visit(block, new ArrayDeque<>(targets(block)));
        }

        /** What is noted of a block that has been visited. */
        private static int noted(Map<Integer, Integer> notes, int block) {
            return Objects.requireNonNull(notes.get(block));
        }

        private void visit(int root) {
            Deque<Visit> path = new ArrayDeque<>();
            path.push(begin(root));
            while (!path.isEmpty()) {
                Visit top = path.element();
                if (!top.left().isEmpty()) {
                    int target = top.left().remove();
                    if (!number.containsKey(target)) {
                        path.push(begin(target));
                    } else if (onStack.contains(target)) {
                        low.merge(top.block(), noted(number, target), Math::min);
                    }
                    continue;
                }
                path.remove();
                int own = noted(low, top.block());
                if (!path.isEmpty()) {
                    low.merge(path.element().block(), own, Math::min);
                }
                if (own == noted(number, top.block())) {
                    close(top.block());
                }
            }
        }

        private void close(int root) {
            NavigableSet<Integer> component = new TreeSet<>();
            int block;
            do {
                block = stack.pop();
                onStack.remove(block);
                component.add(block);
            } while (block != root);
            if (component.size() > 1 || targets(root).contains(root)) {
                all.add(component);
            }
        }
    }
}
