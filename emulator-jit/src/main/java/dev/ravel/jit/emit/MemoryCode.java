package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import dev.ravel.jit.runtime.GuestState;
import dev.ravel.jit.runtime.RamAccess;
import org.objectweb.asm.Label;

/** Loads and stores: a TLB hit is straight code, everything else a stub. */
final class MemoryCode {
    private final UnitContext context;
    private final Emission code;
    private final FloatCode floats;

    MemoryCode(UnitContext context, FloatCode floats) {
        this.context = context;
        this.code = context.code;
        this.floats = floats;
    }

    void load(Operation.Load load, Decoded d) {
        boolean toFloat = PureCode.isFloat(d.instruction(), Operand.Role.RD);
        if (toFloat) {
            floats.requireEnabled();
        }
        boolean signed = load.extend() == Operation.Extend.SIGNED;
        int bytes = load.size();
        Label miss = new Label();
        Label join = new Label();
        code.var(ILOAD, UnitContext.TLB);
        pushEffectiveAddress(d);
        code.ram("load" + bytes, "(IJ)J");
        code.insn(DUP2);
        code.var(LSTORE, UnitContext.VALUE);
        code.ldc(RamAccess.MISS);
        code.insn(LCMP);
        code.jump(IFEQ, miss);
        code.label(join);
        if (toFloat || d.rd() != 0) {
            code.var(LLOAD, UnitContext.VALUE);
            if (!signed && bytes < 8) {
                long mask = (1L << bytes * 8) - 1;
                code.ldc(toFloat ? ~mask : mask);
                code.insn(toFloat ? LOR : LAND);
            }
            context.set(toFloat, d.rd());
        }
        int at = context.offset;
        int done = context.index;
        Label unwind = context.unwind();
        int description = GuestState.describe(bytes, d.length(), d.rd(), toFloat, signed);
        context.stub(() -> {
            code.label(miss);
            code.var(ALOAD, UnitContext.STATE);
            pushEffectiveAddress(d);
            code.ldc(description);
            context.pushAddress(at);
            context.pushBudget(done);
            code.state("load", "(JIJI)J");
            code.var(LSTORE, UnitContext.VALUE);
            code.var(ALOAD, UnitContext.STATE);
            code.getState("stopped", "Z");
            code.jump(IFNE, unwind);
            code.jump(GOTO, join);
        });
    }

    void store(Operation.Store store, Decoded d) {
        boolean fromFloat = PureCode.isFloat(d.instruction(), Operand.Role.RS2);
        if (fromFloat) {
            floats.requireEnabled();
        }
        int bytes = store.size();
        Label miss = new Label();
        Label join = new Label();
        code.var(ILOAD, UnitContext.TLB);
        pushEffectiveAddress(d);
        context.push(fromFloat, d.rs2());
        code.ram("store" + bytes, "(IJJ)Z");
        code.jump(IFEQ, miss);
        code.label(join);
        int at = context.offset;
        int done = context.index;
        Label unwind = context.unwind();
        int description = GuestState.describe(bytes, d.length(), 0, false, false);
        context.stub(() -> {
            code.label(miss);
            code.var(ALOAD, UnitContext.STATE);
            pushEffectiveAddress(d);
            context.push(fromFloat, d.rs2());
            code.ldc(description);
            context.pushAddress(at);
            context.pushBudget(done);
            code.state("store", "(JJIJI)Z");
            code.jump(IFEQ, unwind);
            code.jump(GOTO, join);
        });
    }

    private void pushEffectiveAddress(Decoded d) {
        context.pushX(d.rs1());
        if (d.imm() != 0) {
            code.ldc(d.imm());
            code.insn(LADD);
        }
    }
}
