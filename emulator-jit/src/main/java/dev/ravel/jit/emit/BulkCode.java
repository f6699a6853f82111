package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.jit.plan.BulkLoop;
import java.util.Map;
import org.objectweb.asm.Label;

/**
 * Where a loop that copies or fills memory is entered, its registers still in the hart's array: does most of its rounds at once. There a call costs nothing: what
 * lives across it is not what the loop's own code needs.
 */
final class BulkCode {
    private final Emission code;
    private final RegisterVariables registers;
    private final Map<Integer, BulkLoop> loops;

    /** Instructions that any way through the unit has at most, from one look at the budget to the next. */
    private final int reserve;

    BulkCode(UnitContext context, Map<Integer, BulkLoop> loops, int reserve) {
        this.code = context.code;
        this.registers = context.registers;
        this.loops = loops;
        this.reserve = reserve;
    }

    /** Before the block that starts there: if such a loop begins with it, leaves the hart's registers and the budget as they are after those rounds that could be done. */
    void emit(int start) {
        BulkLoop loop = loops.get(start);
        if (loop != null) {
            emit(loop);
        }
    }

    private void emit(BulkLoop loop) {
        Label skip = new Label();
        long step = Math.abs(loop.end().step());
        distance(loop.end());
        code.var(LLOAD, UnitContext.VA);
        code.ldc(step * (loop.leastRounds() + 1));
        code.insn(LCMP);
        code.jump(IFLT, skip);
        requireThatItEnds(loop.end(), step, skip);
        code.var(ALOAD, UnitContext.STATE);
        loop.from().ifPresentOrElse(this::push, () -> registers.pushFromHartOnly(loop.filler()));
        push(loop.to());
        code.ldc(loop.size());
        code.ldc(loop.stride());
        rounds(loop.instructions(), step);
        code.state(loop.from().isPresent() ? "copy" : "fill", "(JJIIJ)J");
        code.var(LSTORE, UnitContext.VALUE);
        loop.steps().forEach(this::advance);
        code.var(ILOAD, UnitContext.BUDGET);
        code.var(LLOAD, UnitContext.VALUE);
        code.insn(L2I);
        code.ldc(loop.instructions());
        code.insn(IMUL);
        code.insn(ISUB);
        code.var(ISTORE, UnitContext.BUDGET);
        code.label(skip);
    }

    /** Leaves in VA how far the counter is from where the loop ends. */
    private void distance(BulkLoop.End end) {
        registers.pushFromHartOnly(end.step() > 0 ? end.last() : end.counter());
        registers.pushFromHartOnly(end.step() > 0 ? end.counter() : end.last());
        code.insn(LSUB);
        code.var(LSTORE, UnitContext.VA);
    }

    /** Jumps to {@code skip} unless the loop is over when the counter has come as far as VA says, neither having passed the largest number or the smallest. */
    private void requireThatItEnds(BulkLoop.End end, long step, Label skip) {
        if (end.ordered()) {
            // With the same sign both orders, with a sign and without, are the same.
            registers.pushFromHartOnly(end.last());
            registers.pushFromHartOnly(end.counter());
            code.insn(LXOR);
            code.insn(LCONST_0);
            code.insn(LCMP);
            code.jump(IFLT, skip);
        } else if (step != 1) {
            code.var(LLOAD, UnitContext.VA);
            code.ldc(step);
            code.insn(LREM);
            code.insn(LCONST_0);
            code.insn(LCMP);
            code.jump(IFNE, skip);
        }
    }

    /** Pushes how many rounds there are before the last one, or how many the budget is enough for. */
    private void rounds(int instructions, long step) {
        code.var(LLOAD, UnitContext.VA);
        code.insn(LCONST_1);
        code.insn(LSUB);
        code.ldc(step);
        code.insn(LDIV);
        code.var(ILOAD, UnitContext.BUDGET);
        code.ldc(reserve);
        code.insn(ISUB);
        code.ldc(instructions);
        code.insn(IDIV);
        code.insn(I2L);
        code.call(Math.class, "min", "(JJ)J");
    }

    private void push(BulkLoop.Place place) {
        registers.pushFromHartOnly(place.register());
        if (place.displacement() != 0) {
            code.ldc(place.displacement());
            code.insn(LADD);
        }
    }

    private void advance(int register, long step) {
        registers.setInHart(register, () -> {
            registers.pushFromHartOnly(register);
            code.var(LLOAD, UnitContext.VALUE);
            code.ldc(step);
            code.insn(LMUL);
            code.insn(LADD);
        });
    }
}
