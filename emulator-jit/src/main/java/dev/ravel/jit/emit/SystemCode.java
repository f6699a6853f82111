package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import dev.ravel.isa.Semantics;
import dev.ravel.jit.plan.RegisterUse;
import java.lang.invoke.MethodType;

/**
 * What the hart does itself: CSRs and control operations. These may move the floating-point registers from the hart to the
 * state, so the unit's copies are stored before and loaded after.
 */
final class SystemCode {
    private final UnitContext context;
    private final Emission code;

    SystemCode(UnitContext context) {
        this.context = context;
        this.code = context.code;
    }

    void csr(Operation.Csr csr, Decoded d) {
        context.store(context.written & RegisterUse.FLOATS);
        code.var(ALOAD, UnitContext.STATE);
        context.pushConstant(d);
        if (csr.immediate()) {
            code.insn(LCONST_0);
        } else {
            context.pushX(d.rs1());
        }
        context.pushAddress(context.offset);
        context.pushBudget(context.index);
        code.state("csr", "(" + Names.DECODED + "JJI)Z");
        code.jump(IFEQ, context.unwind());
        code.var(ALOAD, UnitContext.STATE);
        code.getState("value", "J");
        context.set(false, d.rd());
        reload();
    }

    void control(Semantics semantics, Decoded d) {
        if (RegisterUse.writes(d) != 0) {
            // There is no such instruction yet.
            context.stopHere();
            return;
        }
        context.store(context.written & RegisterUse.FLOATS);
        code.var(ALOAD, UnitContext.STATE);
        context.pushConstant(d);
        pushOperand(d, RegisterUse.x(d.rs1()), d.rs1());
        pushOperand(d, RegisterUse.x(d.rs2()), d.rs2());
        context.pushAddress(context.offset);
        context.pushBudget(context.index);
        code.state("prepare", "(" + Names.DECODED + "JJJI)" + Names.HART);
        context.pushConstant(d);
        code.call(semantics, MethodType.methodType(int.class, Hart.class, Decoded.class));
        code.var(ISTORE, UnitContext.OUTCOME);
        code.var(ALOAD, UnitContext.STATE);
        code.var(ILOAD, UnitContext.OUTCOME);
        context.pushAddress(context.offset + d.length());
        context.pushBudget(context.index + 1);
        code.state("after", "(IJI)Z");
        code.jump(IFEQ, context.unwind());
        reload();
    }

    private void pushOperand(Decoded d, long register, int number) {
        if ((RegisterUse.reads(d) & register) != 0) {
            context.pushX(number);
        } else {
            code.insn(LCONST_0);
        }
    }

    private void reload() {
        context.takeTlb();
        context.load(context.flow.used() & RegisterUse.FLOATS);
        context.floatKnown = false;
        context.roundingKnown = false;
    }
}
