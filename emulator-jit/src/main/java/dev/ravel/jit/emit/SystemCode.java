package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Semantics;
import dev.ravel.jit.plan.RegisterUse;
import java.lang.invoke.MethodType;

/** What the hart does itself: CSRs and control operations. */
final class SystemCode {
    private final UnitContext context;
    private final Emission code;

    SystemCode(UnitContext context) {
        this.context = context;
        this.code = context.code;
    }

    void csr(Decoded d) {
        giveOperands(d);
        code.var(ALOAD, UnitContext.STATE);
        context.pushConstant(d);
        context.pushAddress(context.offset);
        context.pushBudget(0);
        code.state("csr", "(" + Names.DECODED + "JI)Z");
        // The hart has written rd, or left it as it is.
        code.jump(IFEQ, context.unwind(context.written & ~context.writes(d)));
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
        giveOperands(d);
        code.var(ALOAD, UnitContext.STATE);
        context.pushAddress(context.offset);
        context.pushBudget(0);
        code.state("prepare", "(JI)" + Names.HART);
        context.pushConstant(d);
        code.call(semantics, MethodType.methodType(int.class, Hart.class, Decoded.class));
        code.var(ISTORE, UnitContext.OUTCOME);
        code.var(ALOAD, UnitContext.STATE);
        code.var(ILOAD, UnitContext.OUTCOME);
        context.pushAddress(context.offset + d.length());
        context.pushBudget(1);
        code.state("after", "(IJI)Z");
        code.jump(IFEQ, context.unwind());
        reload();
    }

    /** The hart looks at its own registers, and writes them. */
    private void giveOperands(Decoded d) {
        context.store(context.written & (RegisterUse.reads(d) | RegisterUse.writes(d)));
    }

    private void reload() {
        context.takeTlb();
        context.held = 0;
        context.forgetFloat();
    }
}
