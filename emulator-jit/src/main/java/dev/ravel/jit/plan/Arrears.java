package dev.ravel.jit.plan;

import dev.ravel.isa.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How many instructions have been carried out, but are not yet taken off the budget, where control comes to a block.
 *
 * <p>A block need not take its instructions off: one that control only comes to from there can do it for both. So a round of a loop changes the budget once or
 * twice, not once for each of its blocks: where host registers are few the budget is on the stack, and a change waits for the one before it. Where ways
 * meet that have not the same arrears, those of the one that would need code of its own to change them are kept: that of a branch that is taken.
 *
 * <p>There are none where the budget is looked at, where a unit is entered, behind a call, and where control comes from further down.
 */
public final class Arrears {
    /** So that what is taken off is a number of 16 bits, whatever way control goes. */
    private static final int MOST = 8192;

    private final Map<Integer, Integer> before = new HashMap<>();

    private Arrears() {}

    /**
     * Those of a plan.
     *
     * @param looksAtBudget which blocks begin with a look at the budget
     */
    public static Arrears of(Plan plan, Predicate<Block> looksAtBudget) {
        Arrears arrears = new Arrears();
        Map<Integer, List<Block>> sources = new HashMap<>();
        Set<Integer> settled = new HashSet<>(Set.of(plan.entry()));
        for (Block block : plan.blocks()) {
            if (looksAtBudget.test(block)) {
                settled.add(block.start());
            }
            for (int target : block.successors()) {
                sources.computeIfAbsent(target, _ -> new ArrayList<>()).add(block);
                if (block.calls() && !block.callsInside() || target <= block.start()) {
                    settled.add(target);
                }
            }
        }
        // All that control comes from is further up: its arrears are known.
        for (Block block : plan.blocks()) {
            if (!settled.contains(block.start())) {
                int kept = arrears.kept(block, sources.getOrDefault(block.start(), List.of()));
                arrears.before.put(block.start(), kept <= MOST ? kept : 0);
            }
        }
        return arrears;
    }

    /** What is owed where control comes to a block from these. */
    private int kept(Block block, List<Block> sources) {
        int kept = 0;
        for (Block source : sources) {
            kept = after(source);
            if (!goesOn(source, block)) {
                return kept;
            }
        }
        return kept;
    }

    /** Whether control comes from one block to the other over its end or by its only jump, where a change of the budget needs no code apart. */
    private static boolean goesOn(Block from, Block to) {
        return switch (from.last().instruction().operation()) {
            case Operation.Branch _ -> from.end() == to.start();
            case Operation.JumpRegister _ -> false;
            default -> true;
        };
    }

    /** Those where control comes to the block that starts there; 0 if it is no block of the unit. */
    public int before(int start) {
        return before.getOrDefault(start, 0);
    }

    /** Those behind the last instruction of a block. */
    public int after(Block block) {
        return before(block.start()) + block.instructions().size();
    }
}
