package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.fp.FloatStatus;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import dev.ravel.isa.Semantics;
import dev.ravel.jit.plan.Block;
import dev.ravel.jit.plan.Plan;
import dev.ravel.jit.runtime.GuestState;
import dev.ravel.jit.runtime.RamAccess;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * The method {@code run} of one unit.
 *
 * <p>Guest registers are fields of the state; HotSpot keeps them in host registers as long as nothing else can see them.
 * What it does not do well is left out of its way: a TLB hit is straight code, everything else is a stub at the end.
 *
 * <p>Addresses are relative to the page that the unit was entered in, so that one unit serves every mapping of it. The
 * budget is a local variable, reduced at the end of each block; a stub that needs the exact count knows how many
 * instructions of its block come before.
 */
final class UnitCode {
    // Local variables. All of them hold something at every label, so that the frames are all the same.
    private static final int STATE = 1;
    private static final int BASE = 2; // virtual address of the page; the parameter is that of the entry
    private static final int DEPTH = 4;
    private static final int BUDGET = 5;
    private static final int VA = 6; // an address, or a RAM offset
    private static final int VALUE = 8; // loaded or to be stored
    private static final int INDEX = 10; // an outcome

    private final Emission code;
    private final Plan plan;
    private final int size;
    private final Map<Integer, Label> starts = new LinkedHashMap<>();
    private final Map<Integer, Label> exits = new LinkedHashMap<>();
    private final List<Runnable> stubs = new ArrayList<>();
    private final List<Decoded> constants = new ArrayList<>();
    private final Label unwind = new Label();

    /** Offset of the present instruction in the page. */
    private int offset;
    /** Instructions of the block before it. */
    private int index;
    /** Whether floating point is known to be enabled and dirty here, and {@code frm} to be no reserved value. */
    private boolean floatKnown;

    private boolean roundingKnown;

    UnitCode(MethodVisitor method, Plan plan) {
        this.code = new Emission(method);
        this.plan = plan;
        this.size = plan.instructions();
        for (Block block : plan.blocks()) {
            starts.put(block.start(), new Label());
        }
    }

    List<Decoded> constants() {
        return constants;
    }

    /** Writes everything; returns a label at its end. */
    Label emit() {
        prologue();
        List<Block> blocks = plan.blocks();
        for (int i = 0; i < blocks.size(); i++) {
            block(blocks.get(i), i + 1 < blocks.size() ? blocks.get(i + 1).start() : -1);
        }
        // Stubs may ask for exits, not for stubs.
        stubs.forEach(Runnable::run);
        exits.forEach((target, label) -> {
            code.label(label);
            giveBudget();
            pushAddress(target);
            code.insn(LRETURN);
        });
        code.label(unwind);
        code.ldc(1L);
        code.insn(LRETURN);
        Label end = new Label();
        code.mark(end);
        return end;
    }

    private void prologue() {
        // BASE = pc - entry
        if (plan.entry() != 0) {
            code.var(LLOAD, BASE);
            code.ldc((long) plan.entry());
            code.insn(LSUB);
            code.var(LSTORE, BASE);
        }
        takeBudget();
        code.insn(LCONST_0);
        code.var(LSTORE, VA);
        code.insn(LCONST_0);
        code.var(LSTORE, VALUE);
        code.insn(ICONST_0);
        code.var(ISTORE, INDEX);
        if (plan.blocks().getFirst().start() != plan.entry()) {
            code.jump(GOTO, start(plan.entry()));
        }
    }

    private Label start(int target) {
        Label label = starts.get(target);
        return label != null ? label : exits.computeIfAbsent(target, _ -> new Label());
    }

    private void block(Block block, int next) {
        code.label(start(block.start()));
        offset = block.start();
        index = 0;
        floatKnown = false;
        roundingKnown = false;
        if (block.checked()) {
            check();
        }
        List<Decoded> instructions = block.instructions();
        for (int i = 0; i < instructions.size() - 1; i++) {
            instruction(instructions.get(i));
            offset += instructions.get(i).length();
            index++;
        }
        last(block, next);
    }

    /** Sees to it that the budget lasts for any way through the unit that does not come by a check again. */
    private void check() {
        Label enough = new Label();
        Label low = new Label();
        int at = offset;
        code.var(ILOAD, BUDGET);
        code.ldc(size);
        code.jump(IF_ICMPLT, low);
        code.label(enough);
        stubs.add(() -> {
            code.label(low);
            code.var(ALOAD, STATE);
            code.var(ILOAD, BUDGET);
            code.state("refill", "(I)I");
            code.insn(DUP);
            code.var(ISTORE, BUDGET);
            code.ldc(size);
            code.jump(IF_ICMPGE, enough);
            stop(at, 0);
        });
    }

    /** Leaves for good, the interpreter going on at {@code at}. */
    private void stop(int at, int done) {
        code.var(ALOAD, STATE);
        pushAddress(at);
        pushBudget(done);
        code.state("stop", "(JI)J");
        code.insn(LRETURN);
    }

    // Ends of blocks

    private void last(Block block, int next) {
        Decoded d = block.last();
        int end = block.end();
        switch (d.instruction().operation()) {
            case Operation.Branch branch -> {
                retire(index + 1);
                branch(branch.semantics(), d, start(offset + (int) d.imm()));
                goOn(end, next);
            }
            case Operation.Jump _ -> {
                retire(index + 1);
                int target = offset + (int) d.imm();
                if (d.rd() == 0) {
                    goOn(target, next);
                } else {
                    link(d.rd(), end);
                    call(() -> pushAddress(target), end, next);
                }
            }
            case Operation.JumpRegister _ -> {
                retire(index + 1);
                pushX(d.rs1());
                if (d.imm() != 0) {
                    code.ldc(d.imm());
                    code.insn(LADD);
                }
                code.ldc(-2L);
                code.insn(LAND);
                if (d.rd() == 0) {
                    code.var(LSTORE, VA);
                    giveBudget();
                    code.var(LLOAD, VA);
                    code.insn(LRETURN);
                } else {
                    code.var(LSTORE, VA);
                    link(d.rd(), end);
                    call(() -> code.var(LLOAD, VA), end, next);
                }
            }
            case Operation.Illegal _ -> {
                code.var(ALOAD, STATE);
                code.ldc(d.bits());
                pushAddress(offset);
                pushBudget(index);
                code.state("illegal", "(IJI)J");
                code.insn(LRETURN);
            }
            default -> {
                instruction(d);
                retire(index + 1);
                goOn(end, next);
            }
        }
    }

    /** Takes {@code count} instructions off the budget. */
    private void retire(int count) {
        code.iinc(BUDGET, -count);
    }

    private void goOn(int target, int next) {
        if (target != next) {
            code.jump(GOTO, start(target));
        }
    }

    private void link(int rd, int end) {
        setX(rd, () -> pushAddress(end));
    }

    private void call(Runnable target, int end, int next) {
        giveBudget();
        code.var(ALOAD, STATE);
        target.run();
        pushAddress(end);
        code.var(ILOAD, DEPTH);
        code.state("call", "(JJI)J");
        code.insn(DUP2);
        code.var(LSTORE, VA);
        pushAddress(end);
        code.insn(LCMP);
        Label other = new Label();
        code.jump(IFNE, other);
        takeBudget();
        goOn(end, next);
        stubs.add(() -> {
            code.label(other);
            code.var(LLOAD, VA);
            code.insn(LRETURN);
        });
    }

    private void branch(Semantics semantics, Decoded d, Label taken) {
        Optional<Body> body = Body.ofCondition(semantics);
        if (body.isPresent()) {
            body.get().emitJump(code.visitor(), i -> pushX(i == 0 ? d.rs1() : d.rs2()), taken);
        } else {
            pushX(d.rs1());
            pushX(d.rs2());
            code.call(semantics, MethodType.methodType(boolean.class, long.class, long.class));
            code.jump(IFNE, taken);
        }
    }

    // Instructions within blocks

    private void instruction(Decoded d) {
        switch (d.instruction().operation()) {
            case Operation.Pure pure -> pure(pure.semantics(), d);
            case Operation.PcRelative _ -> setX(d.rd(), () -> pushAddress(offset + d.imm()));
            case Operation.Load load -> load(load, d);
            case Operation.Store store -> store(store, d);
            case Operation.LoadReserved lr -> loadReserved(lr.size(), d);
            case Operation.StoreConditional sc -> storeConditional(sc.size(), d);
            case Operation.Amo amo -> amo(amo, d);
            case Operation.CompareAndSwap cas -> {
                if (cas.size() == 16) {
                    stopHere();
                } else {
                    compareAndSwap(cas.size(), d);
                }
            }
            case Operation.Csr csr -> csr(csr, d);
            case Operation.Effect effect -> code.call(effect.semantics(), MethodType.methodType(void.class));
            case Operation.Hint _ -> {}
            case Operation.Control control -> control(control.semantics(), d);
            case Operation.Branch _, Operation.Jump _, Operation.JumpRegister _, Operation.Illegal _ ->
                throw new IllegalStateException(d + " within a block");
        }
    }

    /** Leaves the present instruction, unconditionally as far as it matters, to the interpreter. */
    private void stopHere() {
        // A condition that is always true, so that what follows stays reachable for the verifier.
        code.var(ALOAD, STATE);
        pushAddress(offset);
        pushBudget(index);
        code.state("stop", "(JI)J");
        code.var(LSTORE, VA);
        code.jump(GOTO, unwind);
        code.label(new Label());
    }

    private void pure(Semantics semantics, Decoded d) {
        MethodType type = semantics.type();
        boolean status = type.parameterCount() > 0 && type.parameterType(0) == FloatStatus.class;
        boolean rounds = type.parameterCount() > 0 && type.lastParameterType() == int.class;
        boolean toFloat = isFloat(d.instruction(), Operand.Role.RD);
        if (d.roundingMode() == 5 || d.roundingMode() == 6) {
            stopHere();
            return;
        }
        if (d.instruction().usesFloat()) {
            requireFloat();
        }
        if (rounds && d.roundingMode() == FloatStatus.DYN) {
            requireRounding();
        }
        if (!toFloat && d.rd() == 0 && !status) {
            return;
        }
        List<Runnable> parameters = new ArrayList<>();
        if (status) {
            parameters.add(this::pushStatus);
        }
        for (Operand operand : d.instruction().operands()) {
            boolean isFloat = operand.kind() == Operand.Kind.F_REGISTER;
            switch (operand.role()) {
                case RS1 -> parameters.add(() -> push(isFloat, d.rs1()));
                case RS2 -> parameters.add(() -> push(isFloat, d.rs2()));
                case RS3 -> parameters.add(() -> push(isFloat, d.rs3()));
                case IMM -> parameters.add(() -> code.ldc(d.imm()));
                default -> {}
            }
        }
        if (rounds) {
            parameters.add(() -> pushRounding(d.roundingMode()));
        }
        Runnable result = () -> {
            Optional<Body> body = Body.ofValue(semantics);
            if (body.isPresent()) {
                body.get().emitValue(code.visitor(), i -> parameters.get(i).run());
            } else {
                parameters.forEach(Runnable::run);
                code.call(semantics, type);
            }
        };
        if (toFloat) {
            code.var(ALOAD, STATE);
            result.run();
            code.putState("f" + d.rd(), "J");
        } else if (d.rd() == 0) {
            result.run();
            code.insn(POP2);
        } else {
            setX(d.rd(), result);
        }
    }

    static boolean isFloat(Instruction instruction, Operand.Role role) {
        for (Operand operand : instruction.operands()) {
            if (operand.role() == role) {
                return operand.kind() == Operand.Kind.F_REGISTER;
            }
        }
        return false;
    }

    private void requireFloat() {
        if (floatKnown) {
            return;
        }
        floatKnown = true;
        code.var(ALOAD, STATE);
        code.getState("floatState", "I");
        code.ldc(GuestState.FLOAT_DIRTY);
        stopUnless(IF_ICMPEQ);
    }

    private void requireRounding() {
        if (roundingKnown) {
            return;
        }
        roundingKnown = true;
        pushStatus();
        code.field(GETFIELD, Names.STATUS, "roundingMode", "I");
        code.ldc(FloatStatus.RMM);
        stopUnless(IF_ICMPLE);
    }

    /** Leaves the present instruction to the interpreter unless the jump is taken. */
    private void stopUnless(int jump) {
        Label bad = new Label();
        code.jump(Body.opposite(jump), bad);
        int at = offset;
        int done = index;
        stubs.add(() -> {
            code.label(bad);
            stop(at, done);
        });
    }

    // Memory

    private void load(Operation.Load load, Decoded d) {
        boolean toFloat = isFloat(d.instruction(), Operand.Role.RD);
        if (toFloat) {
            requireFloat();
        }
        boolean signed = load.extend() == Operation.Extend.SIGNED;
        int bytes = load.size();
        Label miss = new Label();
        Label join = new Label();
        code.var(ALOAD, STATE);
        pushEffectiveAddress(d);
        code.ram("load" + bytes, "(L" + Names.STATE + ";J)J");
        code.insn(DUP2);
        code.var(LSTORE, VALUE);
        code.ldc(RamAccess.MISS);
        code.insn(LCMP);
        code.jump(IFEQ, miss);
        code.label(join);
        if (toFloat || d.rd() != 0) {
            code.var(ALOAD, STATE);
            code.var(LLOAD, VALUE);
            if (!signed && bytes < 8) {
                long mask = (1L << bytes * 8) - 1;
                code.ldc(toFloat ? ~mask : mask);
                code.insn(toFloat ? LOR : LAND);
            }
            code.putState((toFloat ? "f" : "x") + d.rd(), "J");
        }
        int at = offset;
        int done = index;
        int description = GuestState.describe(bytes, d.length(), d.rd(), toFloat, signed);
        stubs.add(() -> {
            code.label(miss);
            code.var(ALOAD, STATE);
            pushEffectiveAddress(d);
            code.ldc(description);
            pushAddress(at);
            pushBudget(done);
            code.state("load", "(JIJI)J");
            code.var(LSTORE, VALUE);
            code.var(ALOAD, STATE);
            code.getState("stopped", "Z");
            code.jump(IFNE, unwind);
            code.jump(GOTO, join);
        });
    }

    private void store(Operation.Store store, Decoded d) {
        boolean fromFloat = isFloat(d.instruction(), Operand.Role.RS2);
        if (fromFloat) {
            requireFloat();
        }
        int bytes = store.size();
        Label miss = new Label();
        Label join = new Label();
        code.var(ALOAD, STATE);
        pushEffectiveAddress(d);
        push(fromFloat, d.rs2());
        code.ram("store" + bytes, "(L" + Names.STATE + ";JJ)Z");
        code.jump(IFEQ, miss);
        code.label(join);
        int at = offset;
        int done = index;
        int description = GuestState.describe(bytes, d.length(), 0, false, false);
        stubs.add(() -> {
            code.label(miss);
            code.var(ALOAD, STATE);
            pushEffectiveAddress(d);
            push(fromFloat, d.rs2());
            code.ldc(description);
            pushAddress(at);
            pushBudget(done);
            code.state("store", "(JJIJI)Z");
            code.jump(IFEQ, unwind);
            code.jump(GOTO, join);
        });
    }

    private void pushEffectiveAddress(Decoded d) {
        pushX(d.rs1());
        if (d.imm() != 0) {
            code.ldc(d.imm());
            code.insn(LADD);
        }
    }

    /** VA = RAM offset of what rs1 points to; leaves if that traps. */
    private void atomicOffset(int bytes, boolean load, Decoded d) {
        code.var(ALOAD, STATE);
        pushX(d.rs1());
        code.ldc(bytes);
        code.insn(load ? ICONST_1 : ICONST_0);
        pushAddress(offset);
        pushBudget(index);
        code.state("atomicOffset", "(JIZJI)J");
        code.insn(DUP2);
        code.var(LSTORE, VA);
        code.insn(LCONST_0);
        code.insn(LCMP);
        code.jump(IFLT, unwind);
    }

    /** After an atomic write at VA: leaves if it changed code. */
    private void written(int bytes, Decoded d) {
        code.var(ALOAD, STATE);
        code.var(LLOAD, VA);
        code.ldc(bytes);
        pushAddress(offset + d.length());
        pushBudget(index + 1);
        code.state("written", "(JIJI)Z");
        code.jump(IFEQ, unwind);
    }

    private void loadReserved(int bytes, Decoded d) {
        atomicOffset(bytes, true, d);
        code.var(ALOAD, STATE);
        code.var(LLOAD, VA);
        code.ldc(bytes);
        code.state("loadReserved", "(JI)J");
        code.var(LSTORE, VALUE);
        setX(d.rd(), () -> code.var(LLOAD, VALUE));
    }

    private void storeConditional(int bytes, Decoded d) {
        atomicOffset(bytes, false, d);
        code.var(ALOAD, STATE);
        code.var(LLOAD, VA);
        code.ldc(bytes);
        pushX(d.rs2());
        code.state("storeConditional", "(JIJ)J");
        code.var(LSTORE, VALUE);
        setX(d.rd(), () -> code.var(LLOAD, VALUE));
        Label failed = new Label();
        code.var(LLOAD, VALUE);
        code.insn(LCONST_0);
        code.insn(LCMP);
        code.jump(IFNE, failed);
        written(bytes, d);
        code.label(failed);
    }

    private void compareAndSwap(int bytes, Decoded d) {
        atomicOffset(bytes, false, d);
        code.var(ALOAD, STATE);
        code.var(LLOAD, VA);
        code.ldc(bytes);
        pushX(d.rd());
        pushX(d.rs2());
        code.state("compareAndSwap", "(JIJJ)J");
        code.var(LSTORE, VALUE);
        setX(d.rd(), () -> code.var(LLOAD, VALUE));
        // Reported as a write even if it failed: that costs a look at a bit, and only in pages of code more.
        written(bytes, d);
    }

    private void amo(Operation.Amo amo, Decoded d) {
        int bytes = amo.size();
        atomicOffset(bytes, false, d);
        Label again = new Label();
        code.label(again);
        code.var(LLOAD, VA);
        code.ldc(bytes);
        code.ram("readAtomic", "(JI)J");
        code.var(LSTORE, VALUE);
        code.var(LLOAD, VA);
        code.ldc(bytes);
        code.var(LLOAD, VALUE);
        code.var(LLOAD, VALUE);
        pushX(d.rs2());
        if (bytes < 8) {
            code.insn(L2I);
            if (bytes < 4) {
                code.insn(bytes == 1 ? I2B : I2S);
            }
            code.insn(I2L);
        }
        code.call(amo.semantics(), MethodType.methodType(long.class, long.class, long.class));
        code.ram("replaceAtomic", "(JIJJ)Z");
        code.jump(IFEQ, again);
        setX(d.rd(), () -> code.var(LLOAD, VALUE));
        written(bytes, d);
    }

    // What the hart does itself

    private void csr(Operation.Csr csr, Decoded d) {
        code.var(ALOAD, STATE);
        pushConstant(d);
        if (csr.immediate()) {
            code.insn(LCONST_0);
        } else {
            pushX(d.rs1());
        }
        pushAddress(offset);
        pushBudget(index);
        code.state("csr", "(" + Names.DECODED + "JJI)Z");
        code.jump(IFEQ, unwind);
        setX(d.rd(), () -> {
            code.var(ALOAD, STATE);
            code.getState("value", "J");
        });
        floatKnown = false;
        roundingKnown = false;
    }

    private void control(Semantics semantics, Decoded d) {
        code.var(ALOAD, STATE);
        pushConstant(d);
        pushX(d.rs1());
        pushX(d.rs2());
        pushAddress(offset);
        pushBudget(index);
        code.state("prepare", "(" + Names.DECODED + "JJJI)" + Names.HART);
        pushConstant(d);
        code.call(semantics, MethodType.methodType(int.class, Hart.class, Decoded.class));
        code.var(ISTORE, INDEX);
        code.var(ALOAD, STATE);
        code.var(ILOAD, INDEX);
        pushAddress(offset + d.length());
        pushBudget(index + 1);
        code.state("after", "(IJI)Z");
        code.jump(IFEQ, unwind);
        floatKnown = false;
        roundingKnown = false;
    }

    private void pushConstant(Decoded d) {
        code.var(ALOAD, 0);
        code.field(GETFIELD, Names.UNIT, "constants", Names.DECODED_ARRAY);
        if (constants.isEmpty() || constants.getLast() != d) {
            constants.add(d);
        }
        code.ldc(constants.size() - 1);
        code.insn(AALOAD);
    }

    // Registers and other values

    private void push(boolean isFloat, int register) {
        if (isFloat) {
            code.var(ALOAD, STATE);
            code.getState("f" + register, "J");
        } else {
            pushX(register);
        }
    }

    private void pushX(int register) {
        if (register == 0) {
            code.insn(LCONST_0);
        } else {
            code.var(ALOAD, STATE);
            code.getState("x" + register, "J");
        }
    }

    private void setX(int register, Runnable pushValue) {
        if (register != 0) {
            code.var(ALOAD, STATE);
            pushValue.run();
            code.putState("x" + register, "J");
        }
    }

    private void pushAddress(long at) {
        code.var(LLOAD, BASE);
        if (at != 0) {
            code.ldc(at);
            code.insn(LADD);
        }
    }

    /** The budget before the instruction that comes after {@code done} of the block. */
    private void pushBudget(int done) {
        code.var(ILOAD, BUDGET);
        if (done != 0) {
            code.ldc(done);
            code.insn(ISUB);
        }
    }

    private void pushStatus() {
        code.var(ALOAD, STATE);
        code.getState("fp", Names.STATUS_DESCRIPTOR);
    }

    private void pushRounding(int mode) {
        if (mode == FloatStatus.DYN) {
            pushStatus();
            code.field(GETFIELD, Names.STATUS, "roundingMode", "I");
        } else {
            code.ldc(mode);
        }
    }

    private void giveBudget() {
        code.var(ALOAD, STATE);
        code.var(ILOAD, BUDGET);
        code.putState("budget", "I");
    }

    private void takeBudget() {
        code.var(ALOAD, STATE);
        code.getState("budget", "I");
        code.var(ISTORE, BUDGET);
    }
}
