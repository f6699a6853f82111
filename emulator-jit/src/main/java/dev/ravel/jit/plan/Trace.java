package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Several rounds of an innermost loop, one behind the other, as one stretch of code that can be left at each branch. Where a loop closes the
 * unit looks at its budget and HotSpot looks for a safepoint, and where a block begins accesses are looked up in the TLB. For a
 * loop of a few instructions that is a good part of a round; in a trace it is done once for all of these.
 *
 * <p>A loop has a trace if there is one way round it, it is short, and nothing in it may change the mode or be left in the middle for other
 * reasons than a miss. Its blocks are there besides: control may come into the loop elsewhere, and a page may end within the rounds.
 *
 * @param start where a round begins: the start of the first block with an access to memory, or the loop's own
 * @param offsets of the instructions in the page, round after round
 * @param instructions as many
 */
public record Trace(int start, List<Integer> offsets, List<Decoded> instructions) {
    /** Instructions of all rounds of a trace, at most. */
    private static final int MAX_INSTRUCTIONS = 128;

    /** The same with floating point, of which each instruction is many of the JVM's. */
    private static final int MAX_WITH_FLOATS = 32;

    /** Rounds of a trace, at most. */
    private static final int MAX_ROUNDS = 8;

    /** Traces of a unit have no more instructions than this together. */
    private static final int MAX_ALL = 256;

    /** A copy of the lists. */
    public Trace {
        offsets = List.copyOf(offsets);
        instructions = List.copyOf(instructions);
    }

    /** The traces of a plan, whose facts are {@code flow}, by their starts. */
    public static Map<Integer, Trace> of(Plan plan, Flow flow) {
        Map<Integer, List<Block>> loops = new TreeMap<>();
        for (Block block : plan.blocks()) {
            if (flow.innermost(block.start()) != Flow.NO_LOOP) {
                loops.computeIfAbsent(flow.innermost(block.start()), _ -> new ArrayList<>())
                        .add(block);
            }
        }
        Map<Integer, Trace> traces = new TreeMap<>();
        int left = MAX_ALL;
        for (List<Block> loop : loops.values()) {
            List<Block> round = round(loop);
            int size = round.stream()
                    .mapToInt(block -> block.instructions().size())
                    .sum();
            boolean floats = round.stream().anyMatch(block -> (block.registers() & RegisterUse.FLOATS) != 0);
            int most = floats ? MAX_WITH_FLOATS : MAX_INSTRUCTIONS;
            int rounds = size == 0 ? 0 : Math.min(most / size, MAX_ROUNDS);
            if (rounds > 1 && rounds * size <= left) {
                Trace trace = of(round, rounds);
                traces.put(trace.start(), trace);
                left -= rounds * size;
            }
        }
        return traces;
    }

    private static Trace of(List<Block> round, int rounds) {
        List<Integer> offsets = new ArrayList<>();
        List<Decoded> instructions = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            for (Block block : round) {
                int at = block.start();
                for (Decoded d : block.instructions()) {
                    offsets.add(at);
                    instructions.add(d);
                    at += d.length();
                }
            }
        }
        return new Trace(round.getFirst().start(), offsets, instructions);
    }

    /** The blocks of a loop in the order in which control goes through them; none if that cannot be told or is not simple. */
    private static List<Block> round(List<Block> loop) {
        return round(loop, loop.stream().filter(Trace::accesses).findFirst().orElse(loop.getFirst()));
    }

    /** The same, beginning with a certain one of them. */
    static List<Block> round(List<Block> loop, Block first) {
        Map<Integer, Block> blocks = new HashMap<>();
        loop.forEach(block -> blocks.put(block.start(), block));
        List<Block> round = new ArrayList<>();
        Block block = first;
        do {
            List<Integer> next = block.successors().stream()
                    .filter(blocks::containsKey)
                    .distinct()
                    .toList();
            if (next.size() != 1 || !isSimple(block) || round.size() == loop.size()) {
                return List.of();
            }
            round.add(block);
            block = Objects.requireNonNull(blocks.get(next.getFirst()));
        } while (block != first);
        return round.size() == loop.size() ? round : List.of();
    }

    private static boolean accesses(Block block) {
        return block.instructions().stream()
                .map(d -> d.instruction().operation())
                .anyMatch(operation -> operation instanceof Operation.Load || operation instanceof Operation.Store);
    }

    static boolean isSimple(Block block) {
        return !block.calls() && block.instructions().stream().allMatch(Trace::isSimple);
    }

    /** Whether an instruction changes no mode, and is left in the middle for nothing but a miss. */
    static boolean isSimple(Decoded d) {
        return switch (d.instruction().operation()) {
            case Operation.Pure _,
                    Operation.PcRelative _,
                    Operation.Load _,
                    Operation.Store _,
                    Operation.Branch _,
                    Operation.Jump _,
                    Operation.Effect _,
                    Operation.Hint _ -> true;
            default -> false;
        };
    }

    /** How many rounds it is. */
    public int rounds() {
        return (int) offsets.stream().filter(offset -> offset == start).count();
    }

    /** Where control goes after the instruction of that index if it stays in the loop. */
    public int next(int index) {
        return offsets.get((index + 1) % offsets.size());
    }
}
