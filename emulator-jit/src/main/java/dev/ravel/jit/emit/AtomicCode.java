package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import java.lang.invoke.MethodType;
import org.objectweb.asm.Label;

/** LR, SC, AMOs: the state finds the place in RAM, which stays in VA. */
final class AtomicCode {
    private final UnitContext context;
    private final Emission code;

    AtomicCode(UnitContext context) {
        this.context = context;
        this.code = context.code;
    }

    void loadReserved(int bytes, Decoded d) {
        findOffset(bytes, true, d);
        code.var(ALOAD, UnitContext.STATE);
        code.var(LLOAD, UnitContext.VA);
        code.ldc(bytes);
        code.state("loadReserved", "(JI)J");
        context.set(false, d.rd());
    }

    void storeConditional(int bytes, Decoded d) {
        findOffset(bytes, false, d);
        code.var(ALOAD, UnitContext.STATE);
        code.var(LLOAD, UnitContext.VA);
        code.ldc(bytes);
        context.pushX(d.rs2());
        code.state("storeConditional", "(JIJ)J");
        code.insn(DUP2);
        code.var(LSTORE, UnitContext.VALUE);
        context.set(false, d.rd());
        Label failed = new Label();
        code.var(LLOAD, UnitContext.VALUE);
        code.insn(LCONST_0);
        code.insn(LCMP);
        code.jump(IFNE, failed);
        written(bytes, d);
        code.label(failed);
    }

    void compareAndSwap(int bytes, Decoded d) {
        findOffset(bytes, false, d);
        code.var(ALOAD, UnitContext.STATE);
        code.var(LLOAD, UnitContext.VA);
        code.ldc(bytes);
        context.pushX(d.rd());
        context.pushX(d.rs2());
        code.state("compareAndSwap", "(JIJJ)J");
        context.set(false, d.rd());
        // Reported as a write even if it failed: that costs a look at a bit, and only in pages of code more.
        written(bytes, d);
    }

    void amo(Operation.Amo amo, Decoded d) {
        int bytes = amo.size();
        findOffset(bytes, false, d);
        Label again = new Label();
        code.label(again);
        code.var(LLOAD, UnitContext.VA);
        code.ldc(bytes);
        context.access.readAtomic();
        code.var(LSTORE, UnitContext.VALUE);
        code.var(LLOAD, UnitContext.VA);
        code.ldc(bytes);
        code.var(LLOAD, UnitContext.VALUE);
        code.var(LLOAD, UnitContext.VALUE);
        context.pushX(d.rs2());
        if (bytes < 8) {
            code.insn(L2I);
            if (bytes < 4) {
                code.insn(bytes == 1 ? I2B : I2S);
            }
            code.insn(I2L);
        }
        code.call(amo.semantics(), MethodType.methodType(long.class, long.class, long.class));
        context.access.replaceAtomic();
        code.jump(IFEQ, again);
        code.var(LLOAD, UnitContext.VALUE);
        context.set(false, d.rd());
        written(bytes, d);
    }

    /** VA = RAM offset of what rs1 points to; leaves if that traps. */
    private void findOffset(int bytes, boolean load, Decoded d) {
        code.var(ALOAD, UnitContext.STATE);
        context.pushX(d.rs1());
        code.ldc(bytes);
        code.insn(load ? ICONST_1 : ICONST_0);
        context.pushAddress(context.offset);
        context.pushBudget(0);
        code.state("atomicOffset", "(JIZJI)J");
        code.insn(DUP2);
        code.var(LSTORE, UnitContext.VA);
        code.insn(LCONST_0);
        code.insn(LCMP);
        code.jump(IFLT, context.unwind());
    }

    /** After an atomic write at VA: leaves, behind the instruction, if it changed code. */
    private void written(int bytes, Decoded d) {
        code.var(ALOAD, UnitContext.STATE);
        code.var(LLOAD, UnitContext.VA);
        code.ldc(bytes);
        context.pushAddress(context.offset + d.length());
        context.pushBudget(1);
        code.state("written", "(JIJI)Z");
        code.jump(IFEQ, context.unwind(context.written | context.writes(d)));
    }
}
