package dev.ravel.jit.plan;

import dev.ravel.extension.Extensions;
import java.util.ArrayList;
import java.util.List;

/** A test of what is made of a few instructions, all of four bytes, at the beginning of a page. */
public abstract class PlannedCode {
    /** The instructions. */
    protected final List<Integer> code = new ArrayList<>();

    /** Adds one; operands in the order of the assembly syntax. */
    protected final void add(String mnemonic, long... operands) {
        code.add(Extensions.RV64.byMnemonic(mnemonic).orElseThrow().encode(operands));
    }

    /** Adds a return. */
    protected final void leave() {
        add("jalr", 0, 0, 1);
    }

    /** What a planner reads at an offset in the page: nothing that is an instruction behind the last. */
    protected final int halfword(int offset) {
        return offset / 4 < code.size() ? code.get(offset / 4) >>> (offset & 2) * 8 & 0xffff : 0;
    }

    /** The plan from the first instruction on, all having been met, and none having been come to by an address. */
    protected final Plan plan() {
        return new Planner(Extensions.RV64)
                .plan(0, this::halfword, _ -> true, _ -> false, 200)
                .orElseThrow();
    }
}
