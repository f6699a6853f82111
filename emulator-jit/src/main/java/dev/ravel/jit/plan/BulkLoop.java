package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A loop whose rounds do nothing but copy memory from one place to another, or fill it, each where the round before has stopped. Where it is entered as many of its rounds as
 * lie in pages that are known can be done at once, by the fastest code that the host has for that; all but the last, which leaves in
 * the registers what the loop leaves there.
 *
 * <p>Such a loop is a single block. What it loads it stores, once, as wide as it was loaded; other registers it adds constants to, and it ends by comparing one of these
 * with a register that it does not write.
 *
 * @param start where it begins
 * @param instructions of a round
 * @param to what a round stores to
 * @param from what a round loads; empty where memory is filled
 * @param filler the register that memory is filled with; 0 where it is copied
 * @param size bytes of a load or store
 * @param stride bytes that a round copies or fills: all from {@code to} on
 * @param steps what a round adds to each register that it does not load
 * @param end when the loop is over
 */
public record BulkLoop(
        int start,
        int instructions,
        Place to,
        Optional<Place> from,
        int filler,
        int size,
        int stride,
        Map<Integer, Long> steps,
        End end) {
    /** Fewer instructions are sooner done one by one. */
    private static final int WORTHWHILE = 128;

    /** Bytes of a round at most. */
    private static final int MAX_STRIDE = 1024;

    /** A copy of the map. */
    public BulkLoop {
        steps = Map.copyOf(steps);
    }

    /** An address: what a register holds when a round begins, and so much more. */
    public record Place(int register, long displacement) {
        private Place further(int bytes) {
            return new Place(register, displacement + bytes);
        }
    }

    /**
     * Control leaves the loop when a register has come to, or passed, what another one holds.
     *
     * @param counter the one that a round changes
     * @param step by so much, not 0
     * @param last the other one
     * @param ordered whether it is asked which one is less, not only whether they differ
     */
    public record End(int counter, long step, int last, boolean ordered) {}

    /** Those of a plan, whose facts are {@code flow}, by their starts. Not those in nests, whose registers are in local variables before. */
    public static Map<Integer, BulkLoop> of(Plan plan, Flow flow) {
        Map<Integer, Integer> blocks = new HashMap<>();
        plan.blocks().forEach(block -> blocks.merge(flow.loop(block.start()), 1, Integer::sum));
        Map<Integer, BulkLoop> found = new TreeMap<>();
        for (Block block : plan.blocks()) {
            int loop = flow.loop(block.start());
            if (loop != Flow.NO_LOOP && Objects.equals(blocks.get(loop), 1)) {
                new Search(block).find().ifPresent(bulk -> found.put(bulk.start(), bulk));
            }
        }
        return found;
    }

    /** How many rounds there have to be, one more not counted, for it to be worth while. */
    public int leastRounds() {
        return Math.max(2, WORTHWHILE / instructions);
    }

    /** What a register holds. */
    private sealed interface Value {
        /** What another one held when the round began, and so much more. */
        record Sum(int register, long more) implements Value {}

        /** What was loaded from there. */
        record Loaded(Place from, int size) implements Value {}
    }

    /** A store of a round. */
    private record Piece(Place to, int size, Value value) {
        /** The one so many bytes further on. */
        Piece further(int bytes) {
            Value there = value instanceof Value.Loaded loaded
                    ? new Value.Loaded(loaded.from().further(bytes), loaded.size())
                    : value;
            return new Piece(to.further(bytes), size, there);
        }
    }

    /** The search in one block. */
    private static final class Search {
        private final Block block;
        private final long written;
        private final Value[] values = new Value[32];
        private final Map<Long, Piece> pieces = new TreeMap<>();
        private int loads;

        Search(Block block) {
            this.block = block;
            this.written = block.writes();
            Arrays.setAll(values, register -> new Value.Sum(register, 0));
        }

        Optional<BulkLoop> find() {
            List<Decoded> instructions = block.instructions();
            for (Decoded d : instructions.subList(0, instructions.size() - 1)) {
                if (!follow(d)) {
                    return Optional.empty();
                }
            }
            Map<Integer, Long> steps = steps();
            End end = end(block.last());
            return steps == null || end == null || pieces.isEmpty() ? Optional.empty() : loop(steps, end);
        }

        /** Takes note of an instruction; whether such a loop may have it. */
        private boolean follow(Decoded d) {
            return switch (d.instruction().operation()) {
                case Operation.Load load when !d.instruction().usesFloat() -> load(load.size(), d);
                case Operation.Store store when !d.instruction().usesFloat() -> store(store.size(), d);
                case Operation.Pure _ -> add(d);
                case Operation.Hint _ -> true;
                default -> false;
            };
        }

        private boolean load(int size, Decoded d) {
            loads++;
            if (d.rd() == 0 || !(values[d.rs1()] instanceof Value.Sum base)) {
                return false;
            }
            values[d.rd()] = new Value.Loaded(new Place(base.register(), base.more() + d.imm()), size);
            return true;
        }

        private boolean store(int size, Decoded d) {
            if (!(values[d.rs1()] instanceof Value.Sum base)) {
                return false;
            }
            Place to = new Place(base.register(), base.more() + d.imm());
            return pieces.put(to.displacement(), new Piece(to, size, values[d.rs2()])) == null;
        }

        private boolean add(Decoded d) {
            boolean move = d.instruction().mnemonic().equals("add") && d.rs1() == 0;
            if (!move && !d.instruction().mnemonic().equals("addi")) {
                return false;
            }
            Value value = values[move ? d.rs2() : d.rs1()];
            long more = move ? 0 : d.imm();
            if (d.rd() == 0 || !(value instanceof Value.Sum sum)) {
                return false;
            }
            values[d.rd()] = new Value.Sum(sum.register(), sum.more() + more);
            return true;
        }

        /** What a round adds to each register that it writes and does not load; null if that is more than a constant. */
        private @Nullable Map<Integer, Long> steps() {
            Map<Integer, Long> steps = new HashMap<>();
            for (int register = 1; register < values.length; register++) {
                if (!isKept(register) && values[register] instanceof Value.Sum sum) {
                    if (sum.register() != register) {
                        return null;
                    }
                    steps.put(register, sum.more());
                }
            }
            return steps;
        }

        /** What a round adds to a register; 0 if it does not, or does something else. */
        private long step(int register) {
            return values[register] instanceof Value.Sum sum && sum.register() == register ? sum.more() : 0;
        }

        private boolean isKept(int register) {
            return (written >>> register & 1) == 0;
        }

        /** When the block, of which that is the last instruction, is not gone through again; null if that is not as it has to be. */
        private @Nullable End end(Decoded d) {
            if (!(d.instruction().operation() instanceof Operation.Branch)
                    || block.lastOffset() + d.imm() != block.start()) {
                return null;
            }
            boolean left = isKept(d.rs2()) && step(d.rs1()) != 0;
            boolean right = isKept(d.rs1()) && step(d.rs2()) != 0;
            if (left == right) {
                return null;
            }
            int counter = left ? d.rs1() : d.rs2();
            int last = left ? d.rs2() : d.rs1();
            long step = step(counter);
            boolean comesNearer = switch (d.instruction().mnemonic()) {
                case "bne" -> true;
                case "blt", "bltu" -> left == step > 0;
                case "bge", "bgeu" -> left == step < 0;
                default -> false;
            };
            return comesNearer
                    ? new End(counter, step, last, !d.instruction().mnemonic().equals("bne"))
                    : null;
        }

        private Optional<BulkLoop> loop(Map<Integer, Long> steps, End end) {
            List<Piece> all = List.copyOf(pieces.values());
            Piece first = all.getFirst();
            int size = first.size();
            int stride = all.size() * size;
            if (stride > MAX_STRIDE || step(first.to().register()) != stride) {
                return Optional.empty();
            }
            for (int i = 0; i < all.size(); i++) {
                if (!all.get(i).equals(first.further(i * size))) {
                    return Optional.empty();
                }
            }
            Optional<Place> from = Optional.empty();
            int filler = 0;
            switch (first.value()) {
                case Value.Loaded loaded -> {
                    from = Optional.of(loaded.from());
                    if (loads != all.size()
                            || loaded.size() != size
                            || step(loaded.from().register()) != stride) {
                        return Optional.empty();
                    }
                }
                case Value.Sum sum -> {
                    filler = sum.register();
                    if (loads != 0 || !isKept(filler) || sum.more() != 0) {
                        return Optional.empty();
                    }
                }
            }
            int instructions = block.instructions().size();
            return Optional.of(
                    new BulkLoop(block.start(), instructions, first.to(), from, filler, size, stride, steps, end));
        }
    }
}
