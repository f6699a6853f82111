package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.isa.Decoded;
import dev.ravel.jit.plan.AccessRuns;
import dev.ravel.jit.plan.Arrears;
import dev.ravel.jit.plan.FloatFacts;
import dev.ravel.jit.plan.Flow;
import dev.ravel.jit.plan.Narrow;
import dev.ravel.jit.plan.Plan;
import dev.ravel.jit.plan.RegisterUse;
import dev.ravel.jit.runtime.Unit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What all code of a unit shares: the local variables, the present place in the guest's code, and the ways out.
 *
 * <p><b>Registers</b> of innermost loops and of nests of loops are local variables. Those that the unit reads are loaded from the hart where it is
 * entered; those that it may have written are stored there wherever it is left, and around calls. {@link #written} says at
 * each place which these are. All others are in the hart's arrays, always; but HotSpot takes two reads of an element for one only
 * if no other element was written between, so what was read or written last is kept in a local variable too, from there to the
 * next place that control comes to from elsewhere ({@link #held}). A register that is {@linkplain Narrow narrow} in a loop has a variable of 32 bits
 * there.
 *
 * <p><b>Ways out.</b> {@link #leave} returns an address to go on at. {@link #stop} and {@link #unwind} return after the state has been told
 * why. All are shared by all places that have the same registers to store.
 */
final class UnitContext {
    // Local variables. All of them hold something at every label, so that the frames are all the same.
    static final int STATE = 1;
    /** Virtual address of the page; the parameter is that of the entry. */
    static final int BASE = 2;

    static final int DEPTH = 4;
    static final int BUDGET = 5;
    /** An address, or a RAM offset. */
    static final int VA = 6;
    /** What was loaded or is to be stored. */
    static final int VALUE = 8;
    /** An outcome. */
    static final int OUTCOME = 10;

    /** How far from the first TLB's beginning that of the present mode begins, in bytes. */
    static final int TLB = 11;

    /** In its place where accesses are bare: see {@link dev.ravel.jit.runtime.GuestState#addend}. */
    static final int ADDEND = TLB;

    /** How far from there the entry is that is looked at, in bytes. */
    static final int ENTRY = 13;

    /** In its place where accesses are bare: see {@link dev.ravel.jit.runtime.GuestState#storable}. */
    static final int STORABLE = ENTRY;

    /** The array of the hart's integer registers. */
    static final int X = 15;

    /** The array of the hart's floating-point registers; only where the unit uses some. */
    static final int F = 16;

    /** What an instruction of double precision has computed; only where there is {@link #F}. */
    static final int DOUBLE = 17;

    /** What one of single precision has computed; only where there is {@link #F}. */
    static final int SINGLE = 19;

    /** No place in the guest's code: what is written belongs to all of the unit. */
    static final int NOWHERE = -1;

    final Emission code;
    final AccessCode access;
    final Flow flow;
    private final Arrears arrears;

    /** See {@link Plan#ordinaryFloats}. */
    final boolean ordinaryFloats;

    /** See {@link Plan#bare}. */
    final boolean bare;

    final RegisterVariables registers;
    final Reciprocals reciprocals;
    final RunVariables runs;

    /** Told, before code is written, the offset of the instruction that it is for, or {@link #NOWHERE}. */
    IntConsumer reader = _ -> {};

    private int told = NOWHERE;

    /** Offset of the present instruction in the page. */
    int offset;
    /** Instructions of the block before it. */
    int index;
    /** Start of the present block. */
    int block;
    /** Registers to store if control leaves here. */
    long written;
    /** Registers that are no local variables here, but whose values such variables are known to hold. */
    long held;
    /** Of the registers that are written {@linkplain Narrow#late late}, those that this round has written. */
    long late;
    /** Whether floating point is known to be enabled and dirty here. */
    boolean floatKnown;
    /** Whether {@code frm} is known to be no reserved value. */
    boolean roundingKnown;
    /** Whether NX is known to be accrued here. */
    boolean inexactKnown;
    /** Whether {@code frm} is known to be to nearest even here. */
    boolean nearestKnown;

    /** How many zeros have been pushed. */
    private int nothings;

    private final Map<Unsaved, Label> leaves = new LinkedHashMap<>();
    private final Map<Unsaved, Label> unwinds = new LinkedHashMap<>();
    private final Map<Unsaved, Label> stops = new LinkedHashMap<>();
    private final Map<Unsaved, Label> floatStops = new LinkedHashMap<>();
    private final Map<Unsaved, Label> pageEndStops = new LinkedHashMap<>();
    private final Map<Unsaved, Label> bareStops = new LinkedHashMap<>();
    private final Deque<Runnable> stubs = new ArrayDeque<>();
    private final List<Decoded> constants = new ArrayList<>();

    UnitContext(MethodVisitor method, Class<?> accessing, Plan plan, Flow flow, Arrears arrears, AccessRuns found) {
        this.flow = flow;
        this.arrears = arrears;
        this.ordinaryFloats = plan.ordinaryFloats();
        this.bare = plan.bare();
        List<Object> locals = new ArrayList<>(List.of(
                Names.UNIT,
                Names.STATE,
                Opcodes.LONG,
                Opcodes.INTEGER,
                Opcodes.INTEGER,
                Opcodes.LONG,
                Opcodes.LONG,
                Opcodes.INTEGER,
                Opcodes.LONG,
                Opcodes.LONG,
                "[J"));
        if (flow.usesFloats()) {
            locals.addAll(List.of("[J", Opcodes.DOUBLE, Opcodes.FLOAT));
        }
        this.code = new Emission(method, locals);
        this.access = new AccessCode(code, accessing);
        int next = flow.usesFloats() ? SINGLE + 1 : F;
        this.registers = new RegisterVariables(code, access, flow, next, locals);
        this.reciprocals = new Reciprocals(code, flow, registers, registers.end(), locals);
        this.runs = new RunVariables(code, flow, found, plan.blocks(), reciprocals.end(), locals);
    }

    List<Decoded> constants() {
        return constants;
    }

    // Loops

    /** Whether something has to be done on the way to the block. */
    boolean needsEntry(int start) {
        return flow.live(start) != 0
                || runs.remember(start)
                || flow.floats(start).enabled();
    }

    /** On the way from outside of its loop to the block that starts there. */
    void enterLoop(int start) {
        Narrow narrow = flow.narrow(start);
        registers.load(flow.live(start) & ~narrow.registers());
        long words = flow.live(start) & narrow.registers() & ~narrow.late();
        if (words != 0) {
            Label wide = new Label();
            registers.loadWords(words, wide);
            stub(() -> {
                code.label(wide);
                code.var(ALOAD, STATE);
                pushAddress(flow.loop(start));
                code.state("wide", "(J)V");
                stop(start, arrears.before(start), Unsaved.NOTHING, stops);
            });
        }
        if (narrow.late() != 0) {
            registers.setLateWritten(false);
        }
        reciprocals.compute(start);
        runs.forget(start);
    }

    // Places

    /** What is written from now on is for the instruction at that offset. */
    void tell(int at) {
        told = at;
        reader.accept(at);
    }

    /** What each local variable holds, by its number. */
    Map<Integer, String> variables() {
        Map<Integer, String> names = new HashMap<>();
        names.put(0, "this");
        names.put(STATE, "state");
        names.put(BASE, "page");
        names.put(DEPTH, "depth");
        names.put(BUDGET, "budget");
        names.put(VA, "address");
        names.put(VALUE, "value");
        names.put(OUTCOME, "outcome");
        names.put(TLB, bare ? "addend" : "tlb");
        names.put(ENTRY, bare ? "storable" : "entry");
        names.put(X, "x");
        if (flow.usesFloats()) {
            names.put(F, "f");
            names.put(DOUBLE, "double");
            names.put(SINGLE, "single");
        }
        names.putAll(registers.names());
        names.putAll(reciprocals.names());
        names.putAll(runs.names());
        return names;
    }

    /** Where code is being written, and what is known there. */
    record Place(
            int block,
            int offset,
            int index,
            long written,
            long held,
            long late,
            boolean floatKnown,
            boolean roundingKnown,
            boolean inexactKnown,
            boolean nearestKnown) {}

    /** The present place. */
    Place here() {
        return new Place(
                block, offset, index, written, held, late, floatKnown, roundingKnown, inexactKnown, nearestKnown);
    }

    /** Goes on writing code for that place. */
    void at(Place place) {
        block = place.block();
        offset = place.offset();
        index = place.index();
        written = place.written();
        held = place.held();
        late = place.late();
        floatKnown = place.floatKnown();
        roundingKnown = place.roundingKnown();
        inexactKnown = place.inexactKnown();
        nearestKnown = place.nearestKnown();
    }

    /** Instructions before the present one that have not been taken off the budget. */
    int arrears() {
        return arrears.before(block) + index;
    }

    /** Takes so many instructions off the budget, but for those that the block at {@code target} takes off, if it is one. */
    void settle(int done, int target) {
        code.iinc(BUDGET, arrears.before(target) - done);
    }

    /** Takes so many instructions off the budget. */
    void settle(int done) {
        code.iinc(BUDGET, -done);
    }

    /** Whether nothing would have to be taken off on the way to a target. */
    boolean isSettled(int target, int done) {
        return arrears.before(target) == done;
    }

    /** Begins a block. */
    void at(int start) {
        block = start;
        offset = start;
        index = 0;
        written = flow.written(start);
        held = 0;
        late = flow.narrow(start).lateBefore(start);
        FloatFacts floats = flow.floats(start);
        floatKnown = floats.enabled();
        roundingKnown = floats.rounding();
        inexactKnown = floats.inexact();
        nearestKnown = floats.nearest();
    }

    /** Nothing is known of the floating-point state any more. */
    void forgetFloat() {
        floatKnown = false;
        roundingKnown = false;
        inexactKnown = false;
        nearestKnown = false;
    }

    /** Those of the block's registers in local variables that the instruction writes. */
    long writes(Decoded d) {
        return RegisterUse.writes(d) & flow.locals(block);
    }

    /** Goes on behind an instruction. */
    void after(Decoded d) {
        written |= writes(d);
        long before = late;
        late |= writes(d) & flow.narrow(block).late();
        if (late != before && late == flow.narrow(block).late()) {
            registers.setLateWritten(true);
        }
        offset += d.length();
        index++;
    }

    /** Code for what rarely happens: written behind everything else. */
    void stub(Runnable writer) {
        int owner = told;
        stubs.add(() -> {
            tell(owner);
            writer.run();
        });
    }

    /** Writes the stubs. */
    void finishStubs() {
        while (!stubs.isEmpty()) {
            stubs.remove().run();
        }
        tell(NOWHERE);
    }

    /** Writes the ways out that stubs and all else use. */
    void finish() {
        leaves.forEach((set, label) -> {
            code.label(label);
            registers.store(set, this::pushNothing);
            giveBudget();
            code.var(LLOAD, VA);
            code.insn(LRETURN);
        });
        finishStops(stops, "stop");
        finishStops(floatStops, "stopAtFloat");
        finishStops(pageEndStops, "stopAtPageEnd");
        finishStops(bareStops, "stopAtBare", VALUE);
        unwinds.forEach((set, label) -> {
            code.label(label);
            registers.store(set, this::pushNothing);
            code.ldc(Unit.UNWIND);
            code.insn(LRETURN);
        });
    }

    /** Tells the state to stop at VA, by that method of it, which takes what is in these variables as well. */
    private void finishStops(Map<Unsaved, Label> labels, String method, int... more) {
        labels.forEach((set, label) -> {
            code.label(label);
            registers.store(set, this::pushNothing);
            code.var(ALOAD, STATE);
            code.var(LLOAD, VA);
            code.var(ILOAD, BUDGET);
            for (int variable : more) {
                code.var(LLOAD, variable);
            }
            code.state(method, "(JI" + "J".repeat(more.length) + ")V");
            code.ldc(Unit.UNWIND);
            code.insn(LRETURN);
        });
    }

    /** What has to be stored at the present place. */
    Unsaved unsaved() {
        return unsaved(written);
    }

    /** Registers that have to be stored at the present place. */
    private Unsaved unsaved(long set) {
        Narrow narrow = flow.narrow(block);
        return new Unsaved(set, set & narrow.registers(), set & narrow.late() & ~late);
    }

    /** Where to jump, the address being in VA, to go on there outside of the unit. */
    Label leave(Unsaved set) {
        return leaves.computeIfAbsent(set, _ -> new Label());
    }

    private Label unwind(Unsaved set) {
        return unwinds.computeIfAbsent(set, _ -> new Label());
    }

    /** Where to jump when the state has been told why the unit is left, at the present place, with these registers to store. */
    Label unwind(long set) {
        return unwind(unsaved(set));
    }

    /** Where to jump when the state has been told why the unit is left, at the present place. */
    Label unwind() {
        return unwind(written);
    }

    private void stopThere() {
        stopThere(stops);
    }

    private void stopThere(Map<Unsaved, Label> labels) {
        stop(offset, arrears(), unsaved(), labels);
    }

    /**
     * Leaves for good, the interpreter going on at {@code at}; {@code done} instructions are to be taken off the budget before. Registers are stored before the
     * state is told: what lives across a call, HotSpot has on the stack wherever it lives, in each round of a loop.
     */
    private void stop(int at, int done, Unsaved set, Map<Unsaved, Label> labels) {
        pushAddress(at);
        code.var(LSTORE, VA);
        if (done != 0) {
            code.iinc(BUDGET, -done);
        }
        code.jump(GOTO, labels.computeIfAbsent(set, _ -> new Label()));
    }

    /** Leaves the present instruction to the interpreter unless the jump, for which everything is pushed, is taken. */
    void stopUnless(int jump) {
        stopUnless(jump, stops);
    }

    /** Leaves the loop that is being entered at {@code start}, all registers being in the hart's array, to the interpreter unless the jump is taken. */
    void stopAtEntryUnless(int jump, int start) {
        stopAtEntryUnless(jump, start, stops);
    }

    /** As {@link #stopAtEntryUnless}, because floating point is not as expected. */
    void stopAtFloatEntryUnless(int jump, int start) {
        stopAtEntryUnless(jump, start, floatStops);
    }

    private void stopAtEntryUnless(int jump, int start, Map<Unsaved, Label> labels) {
        Label bad = new Label();
        code.jump(InlinedMethod.opposite(jump), bad);
        stub(() -> {
            code.label(bad);
            stop(start, arrears.before(start), Unsaved.NOTHING, labels);
        });
    }

    /** As {@link #stopUnless}, because floating point is not as expected. */
    void stopAtFloatUnless(int jump) {
        stopUnless(jump, floatStops);
    }

    private void stopUnless(int jump, Map<Unsaved, Label> labels) {
        Label bad = new Label();
        code.jump(InlinedMethod.opposite(jump), bad);
        stopAt(bad, labels);
    }

    /** Where that is jumped to, leaves the present instruction to the interpreter. */
    void stopAt(Label label) {
        stopAt(label, stops);
    }

    /** Where that is jumped to, leaves the instruction at that place to the interpreter, because accesses from there on lie across the end of a page. */
    void stopAtPageEnd(Label label, Place place) {
        stopAt(label, place, pageEndStops);
    }

    /**
     * Where that is jumped to, leaves the instruction at that place to the interpreter, because the bare access of VA fails. That is nothing seldom
     * for {@code stores}: the first one to each page fails.
     */
    void stopAtBare(Label label, Place place, boolean stores) {
        stub(() -> {
            code.label(label);
            if (!stores) {
                Seldom.BARE_LOADS.begin(code.visitor());
            }
            code.var(LLOAD, VA);
            code.var(LSTORE, VALUE);
            at(place);
            stopThere(bareStops);
        });
    }

    private void stopAt(Label label, Map<Unsaved, Label> labels) {
        stopAt(label, here(), labels);
    }

    private void stopAt(Label label, Place place, Map<Unsaved, Label> labels) {
        stub(() -> {
            code.label(label);
            at(place);
            stopThere(labels);
        });
    }

    /** Leaves the instruction at that place to the interpreter. */
    void stop(Place place) {
        at(place);
        stopThere();
    }

    /** Leaves the present instruction to the interpreter. What is written after it is never reached. */
    void stopHere() {
        stopThere();
        code.label(new Label());
    }

    // Values

    /**
     * Pushes a zero, of 32 bits, that HotSpot cannot see to be one, nor to be the same as any other. Code that seldom runs adds it to what it computes from.
     * HotSpot would take that for what other code computes, and compute it once for both, at a place that leads to either, in each round of a
     * loop; and it makes copies of a loop's rounds, of which all would share what is the same in each round: computed
     * before the loop, for no round. So the budget, which no two rounds have the same, takes part.
     */
    void pushNothing() {
        code.var(ALOAD, STATE);
        code.getState("nothing", "I");
        code.var(ILOAD, BUDGET);
        code.ldc(nothings++);
        code.insn(IXOR);
        code.insn(IAND);
    }

    void push(boolean isFloat, int register) {
        if (isFloat) {
            pushRegister(32 + register);
        } else {
            pushX(register);
        }
    }

    void pushX(int register) {
        if (register == 0) {
            code.insn(LCONST_0);
        } else {
            pushRegister(register);
        }
    }

    private void pushRegister(int register) {
        if (isNarrow(register)) {
            registers.pushWord(register);
            registers.widen(register);
        } else {
            hold(register);
            registers.push(register);
        }
    }

    /** Sees to it that the variable of 64 bits holds the register. */
    private void hold(int register) {
        long bit = 1L << register;
        if (!isLocal(register) && (held & bit) == 0) {
            registers.load(bit);
            held |= bit;
        }
    }

    /** Whether what a floating-point register holds is a number of double precision wherever the unit names it. */
    boolean isDouble(int register) {
        return registers.isDouble(32 + register);
    }

    /** Pushes a floating-point register as a number of double precision. */
    void pushDouble(int register) {
        if (isDouble(register)) {
            hold(32 + register);
            registers.pushDouble(32 + register);
        } else {
            push(true, register);
            code.bitsToDouble();
        }
    }

    /** Whether a register, which may be one of floating point from 32 on, is a local variable of 32 bits here. */
    boolean isNarrow(int register) {
        return (flow.narrow(block).registers() >>> register & 1) != 0;
    }

    /** Pushes the low half of an integer register. */
    void pushWord(int register) {
        if (register == 0) {
            code.insn(ICONST_0);
        } else if (isNarrow(register)) {
            registers.pushWord(register);
        } else {
            pushRegister(register);
            code.insn(L2I);
        }
    }

    private boolean isLocal(int register) {
        return (flow.locals(block) >>> register & 1) != 0;
    }

    /** Takes the value from the stack. */
    void set(boolean isFloat, int register) {
        if (!isFloat && register == 0) {
            code.insn(POP2);
            return;
        }
        int number = isFloat ? 32 + register : register;
        if (isNarrow(number)) {
            code.insn(L2I);
            registers.setWord(number);
            return;
        }
        registers.set(number);
        hasSet(number);
    }

    /** Takes a number of double precision from the stack. */
    void setDouble(int register) {
        if (isDouble(register)) {
            registers.setDouble(32 + register);
            hasSet(32 + register);
        } else {
            code.doubleToBits();
            set(true, register);
        }
    }

    /** Pushes a floating-point register, which holds its box, as a number of single precision. */
    void pushSingle(int register) {
        if (isNarrow(32 + register)) {
            registers.pushSingle(32 + register);
            return;
        }
        push(true, register);
        code.insn(L2I);
        code.bitsToSingle();
    }

    /** Pushes the low half of a floating-point register, and what nobody reads above it. */
    void pushSingleBits(int register) {
        if (isNarrow(32 + register)) {
            registers.pushWord(32 + register);
            code.insn(I2L);
        } else {
            push(true, register);
        }
    }

    /** Takes a number of single precision from the stack. */
    void setSingle(int register) {
        if (isNarrow(32 + register)) {
            registers.setSingle(32 + register);
            return;
        }
        code.singleToBits();
        registers.widen(32 + register);
        set(true, register);
    }

    private void hasSet(int register) {
        if (!isLocal(register)) {
            registers.store(1L << register);
            held |= 1L << register;
        }
    }

    /** Where the unit is entered: gets hold of the hart's registers. */
    void takeRegisters() {
        take("x", X);
        if (flow.usesFloats()) {
            take("f", F);
        }
    }

    /** Where the unit is entered: gives the variables for what is computed a value that nobody reads. */
    void clearFloats() {
        if (flow.usesFloats()) {
            code.insn(DCONST_0);
            code.var(DSTORE, DOUBLE);
            code.insn(FCONST_0);
            code.var(FSTORE, SINGLE);
        }
    }

    /** Asking for the length lets HotSpot know that the array is there. */
    private void take(String registers, int variable) {
        code.var(ALOAD, STATE);
        code.getState(registers, "[J");
        code.insn(DUP);
        code.var(ASTORE, variable);
        code.insn(ARRAYLENGTH);
        code.insn(POP);
    }

    /** Stores registers to the hart, at the present place. */
    void store(long set) {
        registers.store(unsaved(set), this::pushNothing);
    }

    void pushAddress(long at) {
        code.var(LLOAD, BASE);
        if (at != 0) {
            code.ldc(at);
            code.insn(LADD);
        }
    }

    /** The budget before the present instruction, or, with one {@code more}, behind it. */
    void pushBudget(int more) {
        int done = arrears() + more;
        code.var(ILOAD, BUDGET);
        if (done != 0) {
            code.ldc(done);
            code.insn(ISUB);
        }
    }

    /** The instruction itself, for what asks the hart. */
    void pushConstant(Decoded d) {
        code.var(ALOAD, 0);
        code.field(GETFIELD, Names.UNIT, "constants", Names.DECODED_ARRAY);
        if (constants.isEmpty() || constants.getLast() != d) {
            constants.add(d);
        }
        code.ldc(constants.size() - 1);
        code.insn(AALOAD);
    }

    void giveBudget() {
        code.var(ALOAD, STATE);
        code.var(ILOAD, BUDGET);
        code.putState("budget", "I");
    }

    /** The mode may be another one now, and other pages be mapped; but where accesses are bare they still are. */
    void takeTlb() {
        if (bare) {
            return;
        }
        runs.forgetPages(block);
        code.var(ALOAD, STATE);
        code.getState("tlb", "I");
        code.insn(I2L);
        code.ldc(AccessCode.ELEMENT_SHIFT);
        code.insn(LSHL);
        code.var(LSTORE, TLB);
    }

    /** Where the unit is entered: leaves it unless accesses are bare, OUTCOME being the offset of the entry. */
    void requireBare() {
        Label translated = new Label();
        code.var(ALOAD, STATE);
        code.getState("bare", "Z");
        code.jump(IFEQ, translated);
        code.var(ALOAD, STATE);
        code.getState("addend", "J");
        code.var(LSTORE, ADDEND);
        code.var(ALOAD, STATE);
        code.getState("storable", "J");
        code.var(LSTORE, STORABLE);
        stub(() -> {
            code.label(translated);
            code.var(ALOAD, STATE);
            code.var(LLOAD, BASE);
            code.var(ILOAD, OUTCOME);
            code.insn(I2L);
            code.insn(LADD);
            code.var(ILOAD, BUDGET);
            code.state("stopAtTranslation", "(JI)V");
            code.ldc(Unit.UNWIND);
            code.insn(LRETURN);
        });
    }

    void takeBudget() {
        code.var(ALOAD, STATE);
        code.getState("budget", "I");
        code.var(ISTORE, BUDGET);
    }
}
