package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import dev.ravel.jit.runtime.RamAccess;
import org.objectweb.asm.Label;

/** Loads and stores: a TLB hit is straight code, everything else is left to the interpreter. */
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
        code.var(ILOAD, UnitContext.TLB);
        pushEffectiveAddress(d);
        code.ram("load" + bytes, "(IJ)J");
        code.insn(DUP2);
        code.var(LSTORE, UnitContext.VALUE);
        code.ldc(RamAccess.MISS);
        code.insn(LCMP);
        code.jump(IFEQ, miss);
        if (toFloat || d.rd() != 0) {
            code.var(LLOAD, UnitContext.VALUE);
            if (!signed && bytes < 8) {
                long mask = (1L << bytes * 8) - 1;
                code.ldc(toFloat ? ~mask : mask);
                code.insn(toFloat ? LOR : LAND);
            }
            context.set(toFloat, d.rd());
        }
        leaveAt(miss);
    }

    void store(Operation.Store store, Decoded d) {
        boolean fromFloat = PureCode.isFloat(d.instruction(), Operand.Role.RS2);
        if (fromFloat) {
            floats.requireEnabled();
        }
        int bytes = store.size();
        Label miss = new Label();
        code.var(ILOAD, UnitContext.TLB);
        pushEffectiveAddress(d);
        context.push(fromFloat, d.rs2());
        code.ram("store" + bytes, "(IJJ)Z");
        code.jump(IFEQ, miss);
        leaveAt(miss);
    }

    /**
     * The interpreter goes on at the present instruction. Not a call from here that comes back: HotSpot keeps nothing in host
     * registers across a call, however rare, and would have a loop's variables in memory because of it.
     */
    private void leaveAt(Label miss) {
        int at = context.offset;
        int done = context.index;
        long set = context.written;
        context.stub(() -> {
            code.label(miss);
            context.stop(at, done, set);
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
