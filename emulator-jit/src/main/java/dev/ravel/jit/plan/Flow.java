package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which registers are kept in local variables in each block of a unit, and what is known of these at its beginning, as sets of
 * {@link RegisterUse}. In an innermost loop, or a {@linkplain InnerLoops nest} of loops, they are those that the loop names: HotSpot keeps a loop's variables in host
 * registers, but only if there are not many others. So every loop has its own: they are loaded on the way into it and stored on
 * the way out. Elsewhere all registers are in memory, which costs next to nothing.
 *
 * <p><b>Written</b>: those that may hold something else than the hart's state does, because an instruction has written them since
 * the loop was entered. Wherever control leaves the loop, these are written back.
 *
 * <p><b>Live</b>: those whose local variable is read later: by an instruction, or by writing back. These have to be loaded where
 * the loop is entered.
 */
public final class Flow {
    /** {@link #loop} of a block that is in none. */
    public static final int NO_LOOP = -1;

    private final Map<Integer, Long> written = new HashMap<>();
    private final Map<Integer, Long> live = new HashMap<>();
    private final Map<Integer, Block> blocks = new HashMap<>();
    private final Map<Integer, Integer> loops;
    private final Map<Integer, Integer> innermost;
    private final Map<Integer, Long> named = new HashMap<>();
    private final Set<Integer> continuing;
    private final Map<Integer, Narrow> narrow = new HashMap<>();
    private final Map<Integer, Divisors> divisors = new HashMap<>();
    private final Map<Integer, FloatFacts> floats = new HashMap<>();
    private final long registers;
    private final long doubles;

    private Flow(Plan plan) {
        InnerLoops found = InnerLoops.of(plan);
        loops = found.nests();
        innermost = found.innermost();
        long all = 0;
        for (Block block : plan.blocks()) {
            blocks.put(block.start(), block);
            written.put(block.start(), 0L);
            live.put(block.start(), 0L);
            long uses = block.registers();
            all |= uses;
            if (loop(block.start()) != NO_LOOP) {
                named.merge(loop(block.start()), uses, (a, b) -> a | b);
            }
        }
        registers = all;
        doubles = all
                & RegisterUse.FLOATS
                & ~plan.blocks().stream()
                        .flatMap(block -> block.instructions().stream())
                        .mapToLong(RegisterUse::otherThanDoubles)
                        .reduce(0, (a, b) -> a | b);
        continuing = continuing(plan.blocks());
    }

    /** Which blocks control comes to in no other way than over the end of the block that is written before them, no loop involved. */
    private Set<Integer> continuing(List<Block> blocks) {
        Map<Integer, Integer> ways = new HashMap<>();
        blocks.forEach(block -> block.successors().forEach(target -> ways.merge(target, 1, Integer::sum)));
        Set<Integer> found = new HashSet<>();
        for (int i = 1; i < blocks.size(); i++) {
            Block before = blocks.get(i - 1);
            Block block = blocks.get(i);
            boolean over = before.fallsThrough() && before.end() == block.start();
            boolean outside = loop(before.start()) == NO_LOOP && loop(block.start()) == NO_LOOP;
            if (over && outside && !block.checked() && ways.getOrDefault(block.start(), 0) == 1) {
                found.add(block.start());
            }
        }
        return found;
    }

    /** The facts about that plan. */
    public static Flow of(Plan plan) {
        Flow flow = new Flow(plan);
        // Elsewhere no register is in a local variable: nothing is written there, nothing lives.
        List<Block> blocks = plan.blocks().stream()
                .filter(block -> flow.loop(block.start()) != NO_LOOP)
                .toList();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Block block : blocks) {
                changed |= flow.spreadWritten(block);
            }
        }
        changed = true;
        while (changed) {
            changed = false;
            for (Block block : blocks.reversed()) {
                changed |= flow.spreadLive(block);
            }
        }
        flow.findFacts(plan);
        return flow;
    }

    /** The innermost loop, or the nest of loops, that a block is in, a number that all its blocks share and no other block has; {@link #NO_LOOP} if it is in none. */
    public int loop(int start) {
        return loops.getOrDefault(start, NO_LOOP);
    }

    /** The innermost loop that a block is in, as {@link #loop} otherwise. */
    public int innermost(int start) {
        return innermost.getOrDefault(start, NO_LOOP);
    }

    /** Whether control that goes from one block to another enters or leaves a loop. */
    public boolean crosses(int from, int to) {
        return loop(from) != loop(to);
    }

    /**
     * Whether what is known at the end of the block that comes before this one in the plan is still true at this one's beginning: control
     * comes to it in no other way. False in loops, whose blocks keep what they know in their own way.
     */
    public boolean continues(int start) {
        return continuing.contains(start);
    }

    /** The registers that are kept in local variables in the block that starts there. */
    public long locals(int start) {
        return named.getOrDefault(loop(start), 0L);
    }

    /** What is known of the registers of each loop. */
    private void findFacts(Plan plan) {
        for (int loop : named.keySet()) {
            List<Block> inside = plan.blocks().stream()
                    .filter(block -> loop(block.start()) == loop)
                    .toList();
            // From other blocks, or from outside of the unit.
            Set<Integer> entered = entered(plan, loops, loop);
            inside.stream().filter(Block::checked).map(Block::start).forEach(entered::add);
            if ((named.getOrDefault(loop, 0L) & RegisterUse.FLOATS) != 0) {
                floats.put(loop, FloatFacts.of(inside, entered, plan.ordinaryFloats()));
            }
            if (!plan.wide().contains(loop)) {
                narrow.put(loop, Narrow.of(inside, entered, live));
            }
            if (inside.stream().allMatch(block -> innermost(block.start()) != NO_LOOP)) {
                divisors.put(loop, Divisors.of(inside, entered));
            }
        }
    }

    /** What is known of the state of floating point throughout the loop that a block is in; nothing if it is in none. */
    public FloatFacts floats(int start) {
        return floats.getOrDefault(loop(start), FloatFacts.NOTHING);
    }

    /** What each round of the loop that a block is in divides by; nothing if it is in none, or in a nest. */
    public Divisors divisors(int start) {
        return divisors.getOrDefault(loop(start), Divisors.NONE);
    }

    /** What some loop divides by in each round. */
    public Divisors divisors() {
        return new Divisors(
                divisors.values().stream().mapToLong(Divisors::unsigned).reduce(0, (a, b) -> a | b),
                divisors.values().stream().mapToLong(Divisors::signed).reduce(0, (a, b) -> a | b));
    }

    /**
     * The starts of the blocks of a loop that control comes to from other blocks.
     *
     * @param loops the loop of each block that is in one
     */
    static Set<Integer> entered(Plan plan, Map<Integer, Integer> loops, int loop) {
        Set<Integer> found = new HashSet<>();
        for (Block block : plan.blocks()) {
            if (loops.getOrDefault(block.start(), NO_LOOP) != loop) {
                block.successors().stream()
                        .filter(target -> loops.getOrDefault(target, NO_LOOP) == loop)
                        .forEach(found::add);
            }
        }
        return found;
    }

    /** What is known of 32-bit registers in the loop of the block that starts there. */
    public Narrow narrow(int start) {
        return narrow.getOrDefault(loop(start), Narrow.NOTHING);
    }

    /** The registers that are narrow in some loop. */
    public long narrow() {
        return narrow.values().stream().mapToLong(Narrow::registers).reduce(0, (a, b) -> a | b);
    }

    /** The registers that the plan names. */
    public long registers() {
        return registers;
    }

    /** The floating-point registers that the plan names, but nowhere as something else than a number of 64 bits. */
    public long doubles() {
        return doubles;
    }

    /** Whether the plan names a floating-point register. */
    public boolean usesFloats() {
        return (registers & RegisterUse.FLOATS) != 0;
    }

    /** Registers that may have been written when control comes to the block that starts at that offset. */
    public long written(int start) {
        return written.getOrDefault(start, 0L);
    }

    /** Registers that have to be in their local variables when control comes to that block; none if it is no block. */
    public long live(int start) {
        return live.getOrDefault(start, 0L);
    }

    private long writes(Block block, Decoded d) {
        return RegisterUse.writes(d) & locals(block.start());
    }

    /** Written when the last instruction of the block has been carried out. */
    private long writtenAtEnd(Block block) {
        long set = written(block.start());
        for (Decoded d : block.instructions()) {
            set |= writes(block, d);
        }
        return set;
    }

    /** Whether control stays in the loop that both are in. */
    private boolean stays(Block block, int target) {
        return blocks.containsKey(target) && !crosses(block.start(), target);
    }

    private boolean spreadWritten(Block block) {
        long out = writtenAtEnd(block);
        boolean changed = false;
        for (int target : block.successors()) {
            if (stays(block, target)) {
                long before = written(target);
                written.put(target, before | out);
                changed |= (before | out) != before;
            }
        }
        return changed;
    }

    private boolean spreadLive(Block block) {
        boolean leaves = block.leavesByAddress();
        long set = 0;
        for (int target : block.successors()) {
            leaves |= !stays(block, target);
            set |= stays(block, target) ? live(target) : 0;
        }
        set |= leaves ? writtenAtEnd(block) : 0;
        List<Decoded> instructions = block.instructions();
        long[] before = new long[instructions.size()];
        long sofar = written(block.start());
        for (int i = 0; i < before.length; i++) {
            before[i] = sofar;
            sofar |= writes(block, instructions.get(i));
        }
        for (int i = before.length - 1; i >= 0; i--) {
            Decoded d = instructions.get(i);
            set = set & ~writes(block, d) | RegisterUse.reads(d) & locals(block.start());
            if (RegisterUse.mayLeave(d)) {
                set |= before[i];
            }
        }
        if (block.checked()) {
            set |= written(block.start());
        }
        Long known = live.put(block.start(), set);
        return known == null || known != set;
    }
}
