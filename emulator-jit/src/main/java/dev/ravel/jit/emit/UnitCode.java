package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import dev.ravel.isa.Semantics;
import dev.ravel.jit.plan.AccessRun;
import dev.ravel.jit.plan.AccessRuns;
import dev.ravel.jit.plan.Arrears;
import dev.ravel.jit.plan.Block;
import dev.ravel.jit.plan.BulkLoop;
import dev.ravel.jit.plan.Flow;
import dev.ravel.jit.plan.Plan;
import dev.ravel.jit.plan.RegisterUse;
import dev.ravel.jit.plan.Trace;
import dev.ravel.jit.runtime.UnitTable;
import dev.ravel.memory.Ram;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * The method {@code run} of one unit: its blocks, and how control goes from one to the other.
 *
 * <p>Guest registers of innermost loops and of nests of loops are local variables ({@link UnitContext}), which HotSpot keeps in host registers. What
 * it does not do well is left out of its way: a TLB hit is straight code, everything else is a stub at the end.
 *
 * <p>Addresses are relative to the page that the unit was entered in, so that one unit serves every mapping of it. The
 * budget is a local variable, reduced at the end of each block; a stub that needs the exact count knows how many
 * instructions of its block come before.
 */
final class UnitCode {
    private final UnitContext context;
    private final Emission code;
    private final Plan plan;
    private final String self;
    private final AccessRuns runs;
    private final int size;
    private final Map<Integer, Label> starts = new LinkedHashMap<>();

    /** Behind the looks at the budget with which blocks begin. */
    private final Map<Integer, Label> behindChecks = new LinkedHashMap<>();

    private final Map<Exit, Label> exits = new LinkedHashMap<>();
    private final Map<Crossing, Label> crossings = new HashMap<>();
    private final FloatCode floats;
    private final PureCode pure;
    private final MemoryCode memory;
    private final AtomicCode atomics;
    private final SystemCode system;
    private final BulkCode bulk;

    /** A way out to an address that is known, with registers to store, and instructions to take off the budget. */
    private record Exit(int target, Unsaved unsaved, int done) {}

    /** A way from one loop to another, or out of all, with registers to store. */
    private record Crossing(int block, int target, Unsaved unsaved) {}

    UnitCode(MethodVisitor method, String self, Class<?> access, Plan plan, Flow flow, AccessRuns runs) {

        this.self = self;
        this.runs = runs;
        this.plan = plan;
        this.size = plan.instructions()
                + runs.traces().values().stream()
                        .mapToInt(trace -> trace.instructions().size())
                        .sum();
        Arrears arrears = Arrears.of(plan, this::looksAtBudget);
        this.context = new UnitContext(method, access, plan, flow, arrears, runs);
        this.code = context.code;
        floats = new FloatCode(context);
        pure = new PureCode(context, floats);
        memory = new MemoryCode(context, floats);
        atomics = new AtomicCode(context);
        system = new SystemCode(context);
        bulk = new BulkCode(context, BulkLoop.of(plan, flow), size);
        Map<Integer, Integer> closings = closings();
        for (Block block : plan.blocks()) {
            starts.put(block.start(), new Label());
            if (looksAtBudget(block) && closings.getOrDefault(block.start(), 0) == 1) {
                behindChecks.put(block.start(), new Label());
            }
        }
    }

    /** How many blocks may go back to a block, of those where there are any. */
    private Map<Integer, Integer> closings() {
        Map<Integer, Integer> closings = new HashMap<>();
        for (Block block : plan.blocks()) {
            block.successors().stream()
                    .distinct()
                    .filter(head -> head <= block.start())
                    .forEach(head -> closings.merge(head, 1, Integer::sum));
        }
        return closings;
    }

    private boolean looksAtBudget(Block block) {
        return block.checked() || runs.traces().containsKey(block.start());
    }

    List<Decoded> constants() {
        return context.constants();
    }

    /** Has a listing told what each stretch of code is for, before {@link #emit}. */
    void readBy(Listing listing) {
        context.reader = listing::at;
        listing.name(context.variables(), starts, behindChecks);
    }

    /** Writes everything; returns a label at its end. */
    Label emit() {
        prologue();
        List<Block> blocks = plan.blocks();
        for (int i = 0; i < blocks.size(); i++) {
            block(blocks.get(i), i + 1 < blocks.size() ? blocks.get(i + 1).start() : -1);
        }
        // First the stubs: they may go where nothing else goes.
        context.finishStubs();
        exits.forEach((exit, label) -> {
            code.label(label);
            context.settle(exit.done());
            context.pushAddress(exit.target());
            code.var(LSTORE, UnitContext.VA);
            code.jump(GOTO, context.leave(exit.unsaved()));
        });
        context.finish();
        Label end = new Label();
        code.mark(end);
        return end;
    }

    private void prologue() {
        List<Integer> entries = plan.entries();
        int entered = UnitContext.OUTCOME;
        code.var(LLOAD, UnitContext.BASE);
        code.insn(L2I);
        code.ldc(Ram.PAGE_SIZE - 1);
        code.insn(IAND);
        code.var(ISTORE, entered);
        code.var(LLOAD, UnitContext.BASE);
        code.ldc((long) -Ram.PAGE_SIZE);
        code.insn(LAND);
        code.var(LSTORE, UnitContext.BASE);
        context.takeBudget();
        if (plan.bare()) {
            code.insn(LCONST_0);
            code.var(LSTORE, UnitContext.ADDEND);
        } else {
            context.takeTlb();
        }
        context.runs.clear();
        context.takeRegisters();
        code.insn(LCONST_0);
        code.var(LSTORE, UnitContext.VA);
        code.insn(LCONST_0);
        code.var(LSTORE, UnitContext.VALUE);
        code.insn(LCONST_0);
        code.var(LSTORE, UnitContext.ENTRY);
        context.clearFloats();
        context.registers.clear();
        context.reciprocals.clear();
        if (plan.bare()) {
            context.requireBare();
        }
        if (entries.size() == 1) {
            enterLoop(plan.entry());
            if (plan.blocks().getFirst().start() != plan.entry()) {
                code.jump(GOTO, start(plan.entry()));
            }
            return;
        }
        int[] keys = entries.stream().mapToInt(Integer::intValue).toArray();
        Map<Integer, Label> ways = new LinkedHashMap<>();
        entries.forEach(entry -> ways.put(entry, context.needsEntry(entry) ? new Label() : start(entry)));
        Label[] labels = entries.stream().map(ways::get).toArray(Label[]::new);
        code.var(ILOAD, entered);
        code.visitor().visitLookupSwitchInsn(Objects.requireNonNull(ways.get(plan.entry())), keys, labels);
        ways.forEach((entry, label) -> {
            if (context.needsEntry(entry)) {
                code.label(label);
                enterLoop(entry);
                code.jump(GOTO, start(entry));
            }
        });
    }

    /** Where to jump to get to an offset without more ado: a block, or a way out that stores these registers and takes so many instructions off the budget. */
    private Label destination(int target, int done) {
        Label label = starts.get(target);
        return label != null ? label : exit(target, done);
    }

    /** The label of a block that the plan has. */
    private Label start(int block) {
        return Objects.requireNonNull(starts.get(block));
    }

    /** Whether something has to be done on the way from the present block to a target. */
    private boolean crosses(int target) {
        return starts.containsKey(target)
                && context.flow.crosses(context.block, target)
                && (context.written != 0 || context.needsEntry(target));
    }

    /** On the way into a loop, or out of one. */
    private void cross(int target) {
        context.store(context.written);
        enterLoop(target);
    }

    /** On the way from outside of its loop to a block, all registers being in the hart's array. */
    private void enterLoop(int target) {
        bulk.emit(target);
        floats.enterLoop(target);
        context.enterLoop(target);
    }

    private Label exit(int target, int done) {
        return exits.computeIfAbsent(new Exit(target, context.unsaved(), done), _ -> new Label());
    }

    private void block(Block block, int next) {
        context.tell(block.start());
        code.label(start(block.start()));
        long held = context.flow.continues(block.start()) ? context.held : 0;
        context.at(block.start());
        context.held = held;
        Trace trace = runs.traces().get(block.start());
        if (looksAtBudget(block)) {
            check(context.offset);
            Label behind = behindChecks.get(block.start());
            if (behind != null) {
                code.label(behind);
            }
        }
        if (trace != null) {
            Label single = new Label();
            trace(trace, single);
            context.tell(block.start());
            code.label(single);
            context.at(block.start());
        }
        List<Decoded> instructions = block.instructions();
        for (AccessRun run : runs.in(block)) {
            straight(instructions.subList(context.index, run.first()));
            List<Decoded> members = instructions.subList(run.first(), run.end());
            run(run, members, () -> straight(members));
        }
        straight(instructions.subList(context.index, instructions.size() - 1));
        last(block, next);
    }

    private void straight(List<Decoded> instructions) {
        for (Decoded d : instructions) {
            context.tell(context.offset);
            instruction(d);
            context.after(d);
        }
    }

    /** Rounds of a loop. Control goes to {@code single} where its accesses cannot be looked up together. */
    private void trace(Trace trace, Label single) {
        List<Decoded> instructions = trace.instructions();
        for (AccessRun run : runs.in(trace)) {
            inTrace(trace, instructions.subList(context.index, run.first()));
            List<Decoded> members = instructions.subList(run.first(), run.end());
            if (run.first() == 0) {
                memory.lookUp(run, single);
                context.runs.enter(run);
                inTrace(trace, members);
                context.runs.leave();
            } else {
                run(run, members, () -> inTrace(trace, members));
            }
        }
        inTrace(trace, instructions.subList(context.index, instructions.size()));
        context.settle(instructions.size());
        goBack(trace.start());
    }

    private void inTrace(Trace trace, List<Decoded> instructions) {
        for (Decoded d : instructions) {
            context.tell(context.offset);
            switch (d.instruction().operation()) {
                case Operation.Branch branch -> exit(branch.semantics(), d, trace.next(context.index));
                case Operation.Jump _ -> {}
                default -> instruction(d);
            }
            context.after(d);
            context.offset = trace.next(context.index - 1);
        }
    }

    /** A branch that leaves a trace unless control goes to {@code next}. */
    private void exit(Semantics semantics, Decoded d, int next) {
        int taken = context.offset + (int) d.imm();
        int target = taken == next ? context.offset + d.length() : taken;
        Label way = new Label();
        jump(semantics, d, taken != next, way);
        UnitContext.Place place = context.here();
        context.stub(() -> {
            code.label(way);
            context.at(place);
            int done = context.arrears() + 1;
            if (crosses(target)) {
                context.settle(done, target);
                code.jump(GOTO, crossing(target));
            } else {
                goOn(target, -1, done);
            }
        });
    }

    /** Where to jump to cross to a target: many exits of a trace do the same there. */
    private Label crossing(int target) {
        return crossings.computeIfAbsent(new Crossing(context.block, target, context.unsaved()), _ -> {
            Label way = new Label();
            UnitContext.Place place = context.here();
            context.stub(() -> {
                code.label(way);
                context.at(place);
                cross(target);
                code.jump(GOTO, destination(target, 0));
            });
            return way;
        });
    }

    /**
     * Instructions with accesses that are looked up together. If that fails each does it alone, in code of their own; outside of loops only if that is expected, for
     * that code is up to a third of a unit's.
     */
    private void run(AccessRun run, List<Decoded> members, Runnable instructions) {
        long writes = members.stream().mapToLong(RegisterUse::writes).reduce(0, (a, b) -> a | b);
        Label alone = new Label();
        Label rejoin = new Label();
        UnitContext.Place begin = context.here();
        context.tell(context.offset);
        memory.lookUp(run, alone);
        context.runs.enter(run);
        instructions.run();
        context.runs.leave();
        // What either way has loaded by itself, the other may not have. Nor is it kept where there is no other: the
        // host has not enough registers for so much.
        context.held &= begin.held() | writes;
        if (plan.bare()) {
            context.stopAtBare(alone, begin, run.groups().stream().anyMatch(AccessRun.Group::stores));
            return;
        }
        if (!plan.pageEnds() && context.flow.loop(context.block) == Flow.NO_LOOP) {
            context.stopAtPageEnd(alone, begin);
            return;
        }
        code.label(rejoin);
        context.stub(() -> {
            code.label(alone);
            context.at(begin);
            context.runs.alone(true);
            instructions.run();
            context.runs.alone(false);
            code.jump(GOTO, rejoin);
        });
    }

    /**
     * Sees to it that the budget lasts for any way through the unit that does not come by a check again. If it does not, the
     * unit is left for whoever runs it to get more: a way back into the loop would cost HotSpot registers in every round.
     *
     * @param target where to go on then
     */
    private void check(int target) {
        code.var(ILOAD, UnitContext.BUDGET);
        code.ldc(size);
        code.jump(IF_ICMPLT, exit(target, 0));
    }

    /**
     * Closes a loop. Where its head looks at the budget, that is done here instead, and control goes on behind it: HotSpot then
     * takes the budget for what counts the rounds. It would take the guest's registers, if their last comparison looked like a
     * counter's, on the assumption that the loop is not over before its first round, and would compile the unit anew when it is.
     */
    private void goBack(int target) {
        Label behind = behindChecks.get(target);
        if (behind == null) {
            code.jump(GOTO, destination(target, 0));
        } else {
            check(target);
            code.jump(GOTO, behind);
        }
    }

    // Ends of blocks

    private void last(Block block, int next) {
        Decoded d = block.last();
        int end = block.end();
        int done = context.arrears() + 1;
        context.tell(context.offset);
        switch (d.instruction().operation()) {
            case Operation.Branch branch -> branch(branch.semantics(), d, end, next);
            case Operation.Jump _ -> {
                int target = context.offset + (int) d.imm();
                if (d.rd() == 0) {
                    goOn(target, next, done);
                } else if (block.callsInside()) {
                    context.pushAddress(end);
                    context.set(false, d.rd());
                    context.written |= context.writes(d);
                    goOn(target, next, done);
                } else {
                    context.settle(done);
                    context.pushAddress(target);
                    code.var(LSTORE, UnitContext.VA);
                    call(d, List.of(), end, next);
                }
            }
            case Operation.JumpRegister _ -> {
                context.pushX(d.rs1());
                if (d.imm() != 0) {
                    code.ldc(d.imm());
                    code.insn(LADD);
                }
                code.ldc(-2L);
                code.insn(LAND);
                code.var(LSTORE, UnitContext.VA);
                if (d.rd() == 0) {
                    computedJump(block.targets());
                } else {
                    context.settle(done);
                    call(d, block.targets(), end, next);
                }
            }
            case Operation.Illegal _ -> {
                context.store(context.written);
                code.var(ALOAD, UnitContext.STATE);
                code.ldc(d.bits());
                context.pushAddress(context.offset);
                context.pushBudget(0);
                code.state("illegal", "(IJI)V");
                code.jump(GOTO, context.unwind(0));
            }
            default -> {
                instruction(d);
                context.after(d);
                goOn(end, next, done);
            }
        }
    }

    /** Goes on at a target, {@code done} instructions not having been taken off the budget. */
    private void goOn(int target, int next, int done) {
        boolean crosses = crosses(target);
        context.settle(done, target);
        if (crosses) {
            cross(target);
        }
        if (target == next) {
            return;
        }
        if (!crosses && target <= context.offset) {
            goBack(target);
        } else {
            code.jump(GOTO, destination(target, 0));
        }
    }

    /** The call's target is in VA; {@code inside} are those that are in the unit. */
    private void call(Decoded d, List<Integer> inside, int end, int next) {
        OptionalInt near = near(d);
        context.pushAddress(end);
        context.set(false, d.rd());
        context.after(d);
        context.store(context.written);
        if (!inside.isEmpty()) {
            Label outside = new Label();
            computedJump(inside, outside, 0);
            code.label(outside);
        }
        context.giveBudget();
        // The call is in this unit's own code, so that HotSpot sees which units are called from here and inlines them.
        code.var(ALOAD, UnitContext.STATE);
        if (near.isPresent()) {
            code.field(GETSTATIC, self, Names.UNITS, Names.UNIT_ARRAY);
            code.ldc(UnitTable.slot(near.getAsInt()));
            code.insn(AALOAD);
            code.var(ILOAD, UnitContext.DEPTH);
            code.state("near", "(L" + Names.UNIT + ";I)L" + Names.UNIT + ";");
        } else {
            code.var(LLOAD, UnitContext.VA);
            code.var(ILOAD, UnitContext.DEPTH);
            code.state("callee", "(JI)L" + Names.UNIT + ";");
        }
        code.var(ALOAD, UnitContext.STATE);
        code.var(LLOAD, UnitContext.VA);
        code.var(ILOAD, UnitContext.DEPTH);
        code.insn(ICONST_1);
        code.insn(ISUB);
        code.unit("run", Names.RUN);
        Label elsewhere = new Label();
        Label back = new Label();
        compareWithReturn(end);
        code.jump(IFNE, elsewhere);
        code.label(back);
        context.takeBudget();
        context.takeTlb();
        context.written = 0;
        context.held = 0;
        goOn(end, next, 0);
        context.stub(() -> {
            code.label(elsewhere);
            code.var(ALOAD, UnitContext.STATE);
            code.var(LLOAD, UnitContext.VA);
            context.pushAddress(end);
            code.var(ILOAD, UnitContext.DEPTH);
            code.state("follow", "(JJI)J");
            compareWithReturn(end);
            code.jump(IFEQ, back);
            code.var(LLOAD, UnitContext.VA);
            code.insn(LRETURN);
        });
    }

    /** The offset that an instruction calls if that is known and in the same page, which stays mapped while this unit runs. */
    private OptionalInt near(Decoded call) {
        int target = context.offset + (int) call.imm();
        boolean near =
                call.instruction().operation() instanceof Operation.Jump && target >= 0 && target < Ram.PAGE_SIZE;
        return near ? OptionalInt.of(target) : OptionalInt.empty();
    }

    /** Puts the address on the stack into VA, and on the stack whether it is where the call returns to. */
    private void compareWithReturn(int end) {
        code.insn(DUP2);
        code.var(LSTORE, UnitContext.VA);
        context.pushAddress(end);
        code.insn(LCMP);
    }

    /** Goes on at VA if it is one of the targets, else outside of the unit. */
    private void computedJump(List<Integer> targets) {
        int done = context.arrears() + 1;
        Label leave = context.leave(context.unsaved());
        if (targets.isEmpty()) {
            context.settle(done);
            code.jump(GOTO, leave);
            return;
        }
        Label outside = new Label();
        computedJump(targets, outside, done);
        context.stub(() -> {
            code.label(outside);
            context.settle(done);
            code.jump(GOTO, leave);
        });
    }

    /** Goes on at VA if it is one of the targets, else at {@code outside}, {@code done} instructions not having been taken off the budget. */
    private void computedJump(List<Integer> targets, Label outside, int done) {
        int[] keys = targets.stream().mapToInt(Integer::intValue).toArray();
        Label[] labels = targets.stream().map(target -> computed(target, done)).toArray(Label[]::new);
        // Another page may look alike in the lower bits only.
        code.var(LLOAD, UnitContext.VA);
        context.pushAddress(0);
        code.insn(LSUB);
        code.insn(DUP2);
        code.insn(L2I);
        code.var(ISTORE, UnitContext.OUTCOME);
        code.ldc(12);
        code.insn(LUSHR);
        code.insn(LCONST_0);
        code.insn(LCMP);
        code.jump(IFNE, outside);
        code.var(ILOAD, UnitContext.OUTCOME);
        code.visitor().visitLookupSwitchInsn(outside, keys, labels);
    }

    private Label computed(int target, int done) {
        Label start = destination(target, done);
        boolean crosses = crosses(target);
        if (!crosses && isSettled(target, done)) {
            return start;
        }
        Label way = new Label();
        UnitContext.Place place = context.here();
        context.stub(() -> {
            code.label(way);
            context.at(place);
            context.settle(done, target);
            if (crosses) {
                cross(target);
            }
            code.jump(GOTO, start);
        });
        return way;
    }

    /** Whether nothing has to be taken off the budget on the way to {@link #destination}. */
    private boolean isSettled(int target, int done) {
        return !starts.containsKey(target) || context.isSettled(target, done);
    }

    /**
     * A jump backwards is a {@code goto}, past which the opposite branch jumps: HotSpot then has nothing on its stack where a
     * loop closes, and so no comparison's result to keep there. So is one into a loop or out of it, or to where ways meet, for what that takes.
     */
    private void branch(Semantics semantics, Decoded d, int end, int next) {
        int target = context.offset + (int) d.imm();
        int done = context.arrears() + 1;
        boolean around = target <= context.offset || crosses(target) || !isSettled(target, done);
        Label past = new Label();
        jump(semantics, d, !around, around ? past : destination(target, done));
        if (around) {
            goOn(target, -1, done);
            code.label(past);
        }
        goOn(end, next, done);
    }

    /** Jumps if the branch is taken, or if it is not. */
    private void jump(Semantics semantics, Decoded d, boolean taken, Label target) {
        Optional<InlinedMethod> body = InlinedMethod.ofCondition(semantics);
        if (body.isPresent()) {
            InlinedMethod.Parameters parameters = i -> context.pushX(i == 0 ? d.rs1() : d.rs2());
            if (taken) {
                body.get().emitJump(code.visitor(), parameters, target);
            } else {
                body.get().emitJumpUnless(code.visitor(), parameters, target);
            }
        } else {
            context.pushX(d.rs1());
            context.pushX(d.rs2());
            code.call(semantics, MethodType.methodType(boolean.class, long.class, long.class));
            code.jump(taken ? IFNE : IFEQ, target);
        }
    }

    // Instructions within blocks

    private void instruction(Decoded d) {
        switch (d.instruction().operation()) {
            case Operation.Pure operation -> pure.emit(operation.semantics(), d);
            case Operation.PcRelative _ -> {
                context.pushAddress(context.offset + d.imm());
                context.set(false, d.rd());
            }
            case Operation.Load load -> memory.load(load, d);
            case Operation.Store store -> memory.store(store, d);
            case Operation.LoadReserved lr -> atomics.loadReserved(lr.size(), d);
            case Operation.StoreConditional sc -> atomics.storeConditional(sc.size(), d);
            case Operation.Amo amo -> atomics.amo(amo, d);
            case Operation.CompareAndSwap cas -> {
                if (cas.size() == 16) {
                    context.stopHere();
                } else {
                    atomics.compareAndSwap(cas.size(), d);
                }
            }
            case Operation.Csr _ -> system.csr(d);
            case Operation.Effect effect -> code.call(effect.semantics(), MethodType.methodType(void.class));
            case Operation.Hint _ -> {}
            case Operation.Control control -> system.control(control.semantics(), d);
            case Operation.Branch _, Operation.Jump _, Operation.JumpRegister _, Operation.Illegal _ ->
                throw new IllegalStateException(d + " within a block");
        }
    }
}
