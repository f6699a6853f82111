package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.isa.Decoded;
import org.objectweb.asm.Label;

/**
 * Division by what a loop does not change ({@link dev.ravel.jit.plan.Divisors}): with {@code r = (2^64 - 1) / d}, rounded down, the upper half of {@code a * r} is
 * the quotient of {@code a} and {@code d}, or one less.
 */
final class DivisionCode {
    private final UnitContext context;
    private final Emission code;

    DivisionCode(UnitContext context) {
        this.context = context;
        this.code = context.code;
    }

    /** Writes an instruction if it is one of these; false if it is not. */
    boolean emit(Decoded d) {
        String mnemonic = d.instruction().mnemonic();
        boolean signed = mnemonic.equals("div") || mnemonic.equals("rem");
        boolean remainder = mnemonic.startsWith("rem");
        if (!signed && !mnemonic.equals("divu") && !mnemonic.equals("remu")
                || !context.reciprocals.isKnown(context.block, signed, d.rs2())) {
            return false;
        }
        Label byZero = new Label();
        Label done = new Label();
        context.pushX(d.rs2());
        code.insn(LCONST_0);
        code.insn(LCMP);
        code.jump(IFEQ, byZero);
        divide(d, signed, remainder);
        UnitContext.Place place = context.here();
        code.label(done);
        context.stub(() -> {
            code.label(byZero);
            context.at(place);
            if (remainder) {
                context.pushX(d.rs1());
            } else {
                code.ldc(-1L);
            }
            code.var(LSTORE, UnitContext.VALUE);
            code.jump(GOTO, done);
        });
        code.var(LLOAD, UnitContext.VALUE);
        context.set(false, d.rd());
        return true;
    }

    /** Leaves the result in VALUE. */
    private void divide(Decoded d, boolean signed, boolean remainder) {
        // The quotient, or one less.
        pushMagnitude(signed, d.rs1());
        code.var(LLOAD, context.reciprocals.variable(signed, d.rs2()));
        code.call(Math.class, "unsignedMultiplyHigh", "(JJ)J");
        code.var(LSTORE, UnitContext.VALUE);
        // What it leaves.
        pushMagnitude(signed, d.rs1());
        code.var(LLOAD, UnitContext.VALUE);
        pushMagnitude(signed, d.rs2());
        code.insn(LMUL);
        code.insn(LSUB);
        code.var(LSTORE, UnitContext.VA);
        Label exact = new Label();
        code.var(LLOAD, UnitContext.VA);
        pushMagnitude(signed, d.rs2());
        code.call(Long.class, "compareUnsigned", "(JJ)I");
        code.jump(IFLT, exact);
        if (remainder) {
            code.var(LLOAD, UnitContext.VA);
            pushMagnitude(signed, d.rs2());
            code.insn(LSUB);
            code.var(LSTORE, UnitContext.VA);
        } else {
            code.var(LLOAD, UnitContext.VALUE);
            code.insn(LCONST_1);
            code.insn(LADD);
            code.var(LSTORE, UnitContext.VALUE);
        }
        code.label(exact);
        code.var(LLOAD, remainder ? UnitContext.VA : UnitContext.VALUE);
        if (signed) {
            pushSign(d, remainder);
            code.insn(LXOR);
            pushSign(d, remainder);
            code.insn(LSUB);
        }
        code.var(LSTORE, UnitContext.VALUE);
    }

    /** Pushes the register's value without its sign; that of the least value is right as an unsigned number. */
    private void pushMagnitude(boolean signed, int register) {
        context.pushX(register);
        if (signed) {
            code.call(Math.class, "abs", "(J)J");
        }
    }

    /** Pushes -1 if the result is negative, else 0: a remainder has the dividend's sign. */
    private void pushSign(Decoded d, boolean remainder) {
        context.pushX(d.rs1());
        if (!remainder) {
            context.pushX(d.rs2());
            code.insn(LXOR);
        }
        code.ldc(63);
        code.insn(LSHR);
    }
}
