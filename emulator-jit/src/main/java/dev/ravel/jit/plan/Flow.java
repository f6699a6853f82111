package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which registers are kept in local variables while a unit runs, and what is known of these at the beginning of each block, as
 * sets of {@link RegisterUse}. They are those that innermost loops name: HotSpot keeps a loop's variables in host registers,
 * but only if there are not many others, and elsewhere a register that is only in memory costs next to nothing.
 *
 * <p><b>Written</b>: those that may hold something else than the hart's state does, because an instruction of the unit has
 * written them since the unit was entered or a call came back. Wherever control leaves, these are written back.
 *
 * <p><b>Live</b>: those whose local variable is read later: by an instruction, or by writing back at a place where control
 * may leave. These have to be loaded where control enters.
 */
public final class Flow {
    private final Map<Integer, Long> written = new HashMap<>();
    private final Map<Integer, Long> live = new HashMap<>();
    private final Map<Integer, Block> blocks = new HashMap<>();
    private final long locals;
    private final boolean floats;

    private Flow(Plan plan) {
        Set<Integer> inner = InnerLoops.of(plan);
        long all = 0;
        long looping = 0;
        for (Block block : plan.blocks()) {
            blocks.put(block.start(), block);
            written.put(block.start(), 0L);
            live.put(block.start(), 0L);
            for (Decoded d : block.instructions()) {
                long uses = RegisterUse.reads(d) | RegisterUse.writes(d);
                all |= uses;
                looping |= inner.contains(block.start()) ? uses : 0;
            }
        }
        locals = looping;
        floats = (all & RegisterUse.FLOATS) != 0;
    }

    /** The facts about that plan. */
    public static Flow of(Plan plan) {
        Flow flow = new Flow(plan);
        List<Block> blocks = plan.blocks();
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
        return flow;
    }

    /** The registers that are kept in local variables. */
    public long locals() {
        return locals;
    }

    /** Whether the plan names a floating-point register. */
    public boolean usesFloats() {
        return floats;
    }

    /** Those of the registers in local variables that the instruction writes. */
    public long writes(Decoded d) {
        return RegisterUse.writes(d) & locals;
    }

    private long reads(Decoded d) {
        return RegisterUse.reads(d) & locals;
    }

    /** Registers that may have been written when control comes to the block that starts at that offset. */
    public long written(int start) {
        return written.getOrDefault(start, 0L);
    }

    /** Registers that have to be in their local variables when control comes to that block; none if it is no block. */
    public long live(int start) {
        return live.getOrDefault(start, 0L);
    }

    /** Written when the last instruction of the block has been carried out. */
    private long writtenAtEnd(Block block) {
        long set = written(block.start());
        for (Decoded d : block.instructions()) {
            set |= writes(d);
        }
        return set;
    }

    private boolean spreadWritten(Block block) {
        if (block.calls()) {
            return false; // everything is written back before a call
        }
        long out = writtenAtEnd(block);
        boolean changed = false;
        for (int target : block.successors()) {
            if (blocks.containsKey(target)) {
                long before = written(target);
                written.put(target, before | out);
                changed |= (before | out) != before;
            }
        }
        return changed;
    }

    private boolean spreadLive(Block block) {
        long set = writtenAtEnd(block);
        if (!block.calls()) {
            boolean leaves = block.leavesByAddress();
            long out = 0;
            for (int target : block.successors()) {
                leaves |= !blocks.containsKey(target);
                out |= live(target);
            }
            set = leaves ? set | out : out;
        }
        List<Decoded> instructions = block.instructions();
        long[] before = new long[instructions.size()];
        long sofar = written(block.start());
        for (int i = 0; i < before.length; i++) {
            before[i] = sofar;
            sofar |= writes(instructions.get(i));
        }
        for (int i = before.length - 1; i >= 0; i--) {
            Decoded d = instructions.get(i);
            set = set & ~writes(d) | reads(d);
            if (RegisterUse.mayLeave(d)) {
                set |= before[i];
            }
        }
        if (block.checked()) {
            set |= written(block.start());
        }
        return live.put(block.start(), set) != set;
    }
}
