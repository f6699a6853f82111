package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
    /** Instructions of all rounds of a trace with floating point, at most: each is many of the JVM's. */
    private static final int MAX_WITH_FLOATS = 32;

    /** The same of a trace whose loop copies or fills memory: most of its rounds are done {@linkplain BulkLoop at once}. */
    private static final int MAX_BESIDE_BULK = 64;

    /** Rounds of a trace, at most. */
    private static final int MAX_ROUNDS = 8;

    /** The same, at least. */
    private static final int MIN_ROUNDS = 2;

    /**
     * How much of traces there may be in a unit. Where each round hands what it has to other registers, as hash functions do, nothing is moved within a trace: it is the faster the
     * more rounds it has.
     */
    public enum Extent {
        LARGE(256, 640),
        MEDIUM(128, 384),
        SMALL(128, 256);

        /** Instructions of all rounds of a trace, at most. */
        private final int one;

        /** The same of all traces together. */
        private final int all;

        Extent(int one, int all) {
            this.one = one;
            this.all = all;
        }
    }

    /** A copy of the lists. */
    public Trace {
        offsets = List.copyOf(offsets);
        instructions = List.copyOf(instructions);
    }

    /** The traces of a plan, whose facts are {@code flow}, by their starts. */
    public static Map<Integer, Trace> of(Plan plan, Flow flow, Extent extent) {
        Map<Integer, List<Block>> loops = new TreeMap<>();
        for (Block block : plan.blocks()) {
            if (flow.innermost(block.start()) != Flow.NO_LOOP) {
                loops.computeIfAbsent(flow.innermost(block.start()), _ -> new ArrayList<>())
                        .add(block);
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        Set<Integer> bulk = BulkLoop.of(plan, flow).keySet();
        loops.forEach((start, loop) -> Candidate.of(
                        round(loop), bulk.contains(start) ? Math.min(MAX_BESIDE_BULK, extent.one) : extent.one)
                .ifPresent(candidates::add));
        while (candidates.stream().mapToInt(Candidate::instructions).sum() > extent.all) {
            // All loops have some rounds rather than some of them all: which one counts is not known.
            Candidate largest = Collections.max(candidates, Comparator.comparing(Candidate::instructions));
            int at = candidates.indexOf(largest);
            if (largest.rounds > MIN_ROUNDS) {
                candidates.set(at, new Candidate(largest.round, largest.size, largest.rounds - 1));
            } else {
                candidates.remove(at);
            }
        }
        Map<Integer, Trace> traces = new TreeMap<>();
        for (Candidate candidate : candidates) {
            Trace trace = of(candidate.round, candidate.rounds);
            traces.put(trace.start(), trace);
        }
        return traces;
    }

    /** A loop that may have a trace: the blocks of a round, how many instructions these have, and how many rounds there are to be. */
    private record Candidate(List<Block> round, int size, int rounds) {
        static Optional<Candidate> of(List<Block> round, int limit) {
            int size = round.stream()
                    .mapToInt(block -> block.instructions().size())
                    .sum();
            boolean floats = round.stream().anyMatch(block -> (block.registers() & RegisterUse.FLOATS) != 0);
            int most = floats ? MAX_WITH_FLOATS : limit;
            int rounds = size == 0 ? 0 : Math.min(most / size, MAX_ROUNDS);
            return rounds < MIN_ROUNDS ? Optional.empty() : Optional.of(new Candidate(round, size, rounds));
        }

        int instructions() {
            return rounds * size;
        }
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
