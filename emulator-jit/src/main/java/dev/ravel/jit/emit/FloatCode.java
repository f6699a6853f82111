package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.fp.FloatStatus;
import dev.ravel.jit.plan.FloatFacts;
import dev.ravel.jit.runtime.GuestState;

/** What every floating-point instruction needs first, looked at once in a block, or where a loop is entered. */
final class FloatCode {
    private final UnitContext context;

    FloatCode(UnitContext context) {
        this.context = context;
    }

    /** Leaves the instruction to the interpreter unless floating point is enabled and its state known to be dirty. */
    void requireEnabled() {
        if (context.floatKnown) {
            return;
        }
        context.floatKnown = true;
        pushEnabled();
        context.stopUnless(IF_ICMPEQ);
    }

    /** Leaves the loop that is being entered to the interpreter unless all is so that is {@linkplain FloatFacts known} in it. */
    void enterLoop(int start) {
        FloatFacts facts = context.flow.floats(start);
        if (facts.enabled()) {
            pushEnabled();
            context.stopAtEntryUnless(IF_ICMPEQ, start);
        }
        if (facts.rounding()) {
            pushValidRounding();
            context.stopAtEntryUnless(IF_ICMPLE, start);
        }
        if (facts.inexact()) {
            pushInexact();
            context.stopAtFloatEntryUnless(IFNE, start);
        }
        if (facts.nearest()) {
            pushRounding(FloatStatus.DYN);
            context.stopAtFloatEntryUnless(IFEQ, start);
        }
    }

    private void pushEnabled() {
        context.code.var(ALOAD, UnitContext.STATE);
        context.code.getState("floatState", "I");
        context.code.ldc(GuestState.FLOAT_DIRTY);
    }

    /** Leaves the instruction to the interpreter unless {@code frm} holds a rounding mode. */
    void requireRounding() {
        if (context.roundingKnown) {
            return;
        }
        context.roundingKnown = true;
        pushValidRounding();
        context.stopUnless(IF_ICMPLE);
    }

    private void pushValidRounding() {
        pushRounding(FloatStatus.DYN);
        context.code.ldc(FloatStatus.RMM);
    }

    /** Leaves the instruction to the interpreter unless NX is accrued. */
    void requireInexact() {
        if (!context.inexactKnown) {
            context.inexactKnown = true;
            pushInexact();
            context.stopAtFloatUnless(IFNE);
        }
    }

    /** Leaves the instruction to the interpreter unless {@code frm} is to nearest even. */
    void requireNearest() {
        if (!context.nearestKnown) {
            context.nearestKnown = true;
            pushRounding(FloatStatus.DYN);
            context.stopAtFloatUnless(IFEQ);
        }
    }

    /** Pushes what is not 0 if NX is accrued. */
    void pushInexact() {
        pushStatus();
        context.code.field(GETFIELD, Names.STATUS, "flags", "I");
        context.code.ldc(FloatStatus.NX);
        context.code.insn(IAND);
    }

    void pushStatus() {
        context.code.var(ALOAD, UnitContext.STATE);
        context.code.getState("fp", Names.STATUS_DESCRIPTOR);
    }

    /** The rounding mode to use: 0 to 4. */
    void pushRounding(int mode) {
        if (mode == FloatStatus.DYN) {
            pushStatus();
            context.code.field(GETFIELD, Names.STATUS, "roundingMode", "I");
        } else {
            context.code.ldc(mode);
        }
    }
}
