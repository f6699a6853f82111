package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.isa.Decoded;
import dev.ravel.jit.plan.AccessRun;
import dev.ravel.jit.plan.AccessRuns;
import dev.ravel.jit.plan.Block;
import dev.ravel.jit.plan.Flow;
import dev.ravel.jit.plan.Narrow;
import dev.ravel.jit.plan.RegisterUse;
import dev.ravel.jit.plan.Trace;
import dev.ravel.jit.runtime.Unit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What all code of a unit shares: the local variables, the present place in the guest's code, and the ways out.
 *
 * <p><b>Registers</b> of innermost loops are local variables. Those that the unit reads are loaded from the hart where it is
 * entered; those that it may have written are stored there wherever it is left, and around calls. {@link #written} says at
 * each place which these are. All others are in the hart's arrays, always; but HotSpot takes two reads of an element for one only
 * if no other element was written between, so what was read or written last is kept in a local variable too, from there to the
 * next place that control comes to from elsewhere ({@link #held}). A register that is {@linkplain Narrow narrow} in a loop has a variable of 32 bits
 * there.
 *
 * <p><b>Ways out.</b> {@link #leave} returns an address to go on at. {@link #unwind} returns after the state has been told
 * why. Both are shared by all places that have the same registers to store.
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

    /** How far from there the entry is that is looked at, in bytes. */
    static final int ENTRY = 13;

    /** The array of the hart's integer registers. */
    private static final int X = 15;

    /** The array of the hart's floating-point registers; only where the unit uses some. */
    private static final int F = 16;

    private static final int REMEMBERED_LOCALS = 3;

    /** No place in the guest's code: what is written belongs to all of the unit. */
    static final int NOWHERE = -1;

    final Emission code;
    final AccessCode access;
    final Flow flow;

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

    /** The run of accesses that have been looked up together here. */
    private Optional<AccessRun> run = Optional.empty();

    /** First variable of the places of a run's groups. */
    private final int places;

    /** First variable of the pages that groups remember. */
    private final int remembering;

    /** How many pages there are variables for. */
    private final int remembered;

    /** The groups of a loop that remember their page, each by the index of its variables. */
    private final Map<Integer, List<AccessRun.Group>> inLoop = new HashMap<>();

    private final int[] slots = new int[64];

    /** The variables of registers where these are {@linkplain Narrow narrow}. */
    private final int[] narrowSlots = new int[32];

    /** A variable that is not 0 if each register has been written that a round of the present loop writes {@linkplain Narrow#late late}. */
    private final int lateWritten;

    private final Map<Unsaved, Label> leaves = new LinkedHashMap<>();
    private final Map<Unsaved, Label> unwinds = new LinkedHashMap<>();
    private final Deque<Runnable> stubs = new ArrayDeque<>();
    private final List<Decoded> constants = new ArrayList<>();

    /**
     * The page that a group accessed last, in local variables.
     *
     * @param start the page's virtual address
     * @param room how many of the page's addresses the group may begin at; 0 if no page is remembered
     * @param addend what makes a virtual address of the page one that RAM is accessed with
     */
    record Remembered(int start, int room, int addend) {}

    UnitContext(MethodVisitor method, Class<?> accessing, Flow flow, AccessRuns runs, List<Block> blocks) {
        this.flow = flow;
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
        int next = F;
        if (flow.usesFloats()) {
            locals.add("[J");
            next++;
        }
        for (int register = 0; register < 64; register++) {
            if ((flow.registers() >>> register & 1) != 0) {
                slots[register] = next;
                next += 2;
                locals.add(Opcodes.LONG);
            }
        }
        places = next;
        for (int i = 0; i < AccessRuns.MAX_GROUPS; i++) {
            next += 2;
            locals.add(Opcodes.LONG);
        }
        for (Block each : blocks) {
            if (runs.remembers(each)) {
                runs.in(each)
                        .forEach(found -> found.groups().forEach(group -> remember(flow.loop(each.start()), group)));
            }
        }
        for (Trace each : runs.traces().values()) {
            if (runs.remembers(each)) {
                runs.in(each)
                        .forEach(found -> found.groups().forEach(group -> remember(flow.loop(each.start()), group)));
            }
        }
        remembering = next;
        remembered = inLoop.values().stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < REMEMBERED_LOCALS * remembered; i++) {
            locals.add(Opcodes.LONG);
        }
        next += 2 * REMEMBERED_LOCALS * remembered;
        for (int register = 0; register < 32; register++) {
            if ((flow.narrow() >>> register & 1) != 0) {
                narrowSlots[register] = next++;
                locals.add(Opcodes.INTEGER);
            }
        }
        lateWritten = next;
        locals.add(Opcodes.INTEGER);
        this.code = new Emission(method, locals);
        this.access = new AccessCode(code, accessing);
    }

    List<Decoded> constants() {
        return constants;
    }

    // Runs of accesses

    /** Begins a run whose members need no more than the access. */
    void enter(AccessRun begun) {
        run = Optional.of(begun);
    }

    /** Ends the run. */
    void leaveRun() {
        run = Optional.empty();
    }

    /** The present instruction as a member of the run; empty if it is none. */
    Optional<AccessRun.Member> member() {
        return run.flatMap(inside -> Optional.ofNullable(inside.members().get(index)));
    }

    /** The variable for what a member of that group adds its displacement to. */
    int place(int group) {
        return places + 2 * group;
    }

    private void remember(int loop, AccessRun.Group group) {
        inLoop.computeIfAbsent(loop, _ -> new ArrayList<>()).add(group);
    }

    private List<AccessRun.Group> remembering(int start) {
        return inLoop.getOrDefault(flow.loop(start), List.of());
    }

    /** Where a group of the present block remembers its page; empty if it does not. */
    Optional<Remembered> remembered(AccessRun.Group group) {
        List<AccessRun.Group> groups = remembering(block);
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i) == group) {
                return Optional.of(remembered(i));
            }
        }
        return Optional.empty();
    }

    private Remembered remembered(int index) {
        int first = remembering + 2 * REMEMBERED_LOCALS * index;
        return new Remembered(first, first + 2, first + 4);
    }

    /** Where the loop that the block is in is entered: no page is known. */
    private void forget(int start) {
        for (int i = 0; i < remembering(start).size(); i++) {
            Remembered page = remembered(i);
            clearVariable(page.start());
            clearVariable(page.room());
            clearVariable(page.addend());
        }
    }

    private void clearVariable(int variable) {
        code.insn(LCONST_0);
        code.var(LSTORE, variable);
    }

    /** Where the unit is entered: gives all these variables a value. */
    void clearPlaces() {
        for (int variable = places; variable < remembering + 2 * REMEMBERED_LOCALS * remembered; variable += 2) {
            clearVariable(variable);
        }
    }

    // Loops

    /** Whether something has to be done on the way to the block. */
    boolean needsEntry(int start) {
        return flow.live(start) != 0 || !remembering(start).isEmpty();
    }

    /** On the way from outside of its loop to the block that starts there. */
    void enterLoop(int start) {
        Narrow narrow = flow.narrow(start);
        load(flow.live(start) & ~narrow.registers());
        loadNarrow(flow.live(start) & narrow.registers() & ~narrow.late(), start);
        if (narrow.late() != 0) {
            code.insn(ICONST_0);
            code.var(ISTORE, lateWritten);
        }
        forget(start);
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
        names.put(TLB, "tlb");
        names.put(ENTRY, "entry");
        names.put(X, "x");
        if (flow.usesFloats()) {
            names.put(F, "f");
        }
        for (int register = 0; register < slots.length; register++) {
            if (slots[register] != 0) {
                names.put(slots[register], RegisterUse.name(register));
            }
            if (register < narrowSlots.length && narrowSlots[register] != 0) {
                names.put(narrowSlots[register], RegisterUse.name(register) + ".w");
            }
        }
        names.put(lateWritten, "late");
        for (int group = 0; group < AccessRuns.MAX_GROUPS; group++) {
            names.put(place(group), "group" + group);
        }
        for (int i = 0; i < remembered; i++) {
            names.put(remembered(i).start(), "page" + i);
            names.put(remembered(i).room(), "room" + i);
            names.put(remembered(i).addend(), "addend" + i);
        }
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
            boolean roundingKnown) {}

    /** The present place. */
    Place here() {
        return new Place(block, offset, index, written, held, late, floatKnown, roundingKnown);
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
    }

    /** Begins a block. */
    void at(int start) {
        block = start;
        offset = start;
        index = 0;
        written = flow.written(start);
        held = 0;
        late = flow.narrow(start).lateBefore(start);
        floatKnown = false;
        roundingKnown = false;
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
            code.insn(ICONST_1);
            code.var(ISTORE, lateWritten);
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

    /** Writes the stubs, and the ways out that they and all else use. */
    void finish() {
        while (!stubs.isEmpty()) {
            stubs.remove().run();
        }
        tell(NOWHERE);
        leaves.forEach((set, label) -> {
            code.label(label);
            store(set);
            giveBudget();
            code.var(LLOAD, VA);
            code.insn(LRETURN);
        });
        unwinds.forEach((set, label) -> {
            code.label(label);
            store(set);
            code.ldc(Unit.UNWIND);
            code.insn(LRETURN);
        });
    }

    /**
     * Registers that have to be stored where the unit is left.
     *
     * @param narrow those of them whose variables have 32 bits
     * @param late those of them that nothing has to be stored of as long as {@link #lateWritten} is 0
     */
    record Unsaved(long registers, long narrow, long late) {
        /** Nothing. */
        static final Unsaved NOTHING = new Unsaved(0, 0, 0);
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

    /** Leaves for good, the interpreter going on at {@code at}; {@code done} instructions of the block come before. */
    private void stopThere() {
        stop(offset, index, unsaved());
    }

    private void stop(int at, int done, Unsaved set) {
        code.var(ALOAD, STATE);
        pushAddress(at);
        pushBudget(done);
        code.state("stop", "(JI)V");
        code.jump(GOTO, unwind(set));
    }

    /** Leaves the present instruction to the interpreter unless the jump, for which everything is pushed, is taken. */
    void stopUnless(int jump) {
        Label bad = new Label();
        code.jump(InlinedMethod.opposite(jump), bad);
        stopAt(bad);
    }

    /** Where that is jumped to, leaves the present instruction to the interpreter. */
    void stopAt(Label label) {
        Place place = here();
        stub(() -> {
            code.label(label);
            stop(place);
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
            code.var(ILOAD, narrowSlots[register]);
            code.insn(I2L);
            return;
        }
        if (isLocal(register) || (held >>> register & 1) != 0) {
            code.var(LLOAD, slots[register]);
            return;
        }
        pushElement(register);
        access.loadElement();
        code.insn(DUP2);
        code.var(LSTORE, slots[register]);
        held |= 1L << register;
    }

    /** Whether a register is a local variable of 32 bits here. */
    boolean isNarrow(int register) {
        return (flow.narrow(block).registers() >>> register & 1) != 0;
    }

    /** Pushes the low half of an integer register. */
    void pushWord(int register) {
        if (register == 0) {
            code.insn(ICONST_0);
        } else if (isNarrow(register)) {
            code.var(ILOAD, narrowSlots[register]);
        } else {
            pushRegister(register);
            code.insn(L2I);
        }
    }

    /** Takes a word from the stack into a register that {@link #isNarrow}. */
    void setWord(int register) {
        code.var(ISTORE, narrowSlots[register]);
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
            setWord(number);
            return;
        }
        code.var(LSTORE, slots[number]);
        if (!isLocal(number)) {
            pushElement(number);
            code.var(LLOAD, slots[number]);
            access.storeElement();
            held |= 1L << number;
        }
    }

    /** Where the unit is entered: gets hold of the hart's registers. */
    void takeRegisters() {
        take("x", X);
        if (flow.usesFloats()) {
            take("f", F);
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

    /** Loads registers from the hart. */
    void load(long set) {
        for (int register = 0; register < 64; register++) {
            if ((set >>> register & 1) != 0) {
                pushElement(register);
                access.loadElement();
                code.var(LSTORE, slots[register]);
            }
        }
    }

    /**
     * Loads registers from the hart that are narrow in the loop of the block that starts there. If one is not, this unit is of no use, and the state
     * is told so; the interpreter goes on.
     */
    private void loadNarrow(long set, int start) {
        if (set == 0) {
            return;
        }
        Label wide = new Label();
        for (int register = 0; register < 32; register++) {
            if ((set >>> register & 1) != 0) {
                pushElement(register);
                access.loadElement();
                code.insn(DUP2);
                code.insn(L2I);
                code.insn(DUP);
                setWord(register);
                code.insn(I2L);
                code.insn(LCMP);
                code.jump(IFNE, wide);
            }
        }
        stub(() -> {
            code.label(wide);
            code.var(ALOAD, STATE);
            pushAddress(flow.loop(start));
            code.state("wide", "(J)V");
            stop(start, 0, Unsaved.NOTHING);
        });
    }

    private void pushElement(int register) {
        access.element(register < 32 ? X : F, register & 31);
    }

    /** Gives the local variables of registers a value that nobody reads. */
    void clear(long set) {
        code.insn(ICONST_0);
        code.var(ISTORE, lateWritten);
        for (int register = 0; register < 64; register++) {
            if ((set >>> register & 1) != 0) {
                code.insn(LCONST_0);
                code.var(LSTORE, slots[register]);
            }
            if (register < 32 && narrowSlots[register] != 0) {
                code.insn(ICONST_0);
                code.var(ISTORE, narrowSlots[register]);
            }
        }
    }

    /** Stores registers to the hart, at the present place. */
    void store(long set) {
        store(unsaved(set));
    }

    private void store(Unsaved set) {
        store(set.registers() & ~set.late(), set.narrow());
        if (set.late() != 0) {
            Label skip = new Label();
            code.var(ILOAD, lateWritten);
            code.jump(IFEQ, skip);
            store(set.late(), set.narrow());
            code.label(skip);
        }
    }

    private void store(long set, long narrow) {
        for (int register = 0; register < 64; register++) {
            if ((set >>> register & 1) != 0) {
                pushElement(register);
                if ((narrow >>> register & 1) != 0) {
                    code.var(ILOAD, narrowSlots[register]);
                    code.insn(I2L);
                } else {
                    code.var(LLOAD, slots[register]);
                }
                access.storeElement();
            }
        }
    }

    void pushAddress(long at) {
        code.var(LLOAD, BASE);
        if (at != 0) {
            code.ldc(at);
            code.insn(LADD);
        }
    }

    /** The budget before the instruction that comes after {@code done} of the block. */
    void pushBudget(int done) {
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

    /** The mode may be another one now, and other pages be mapped. */
    void takeTlb() {
        for (int i = 0; i < remembering(block).size(); i++) {
            clearVariable(remembered(i).room());
        }
        code.var(ALOAD, STATE);
        code.getState("tlb", "I");
        code.insn(I2L);
        code.ldc(AccessCode.ELEMENT_SHIFT);
        code.insn(LSHL);
        code.var(LSTORE, TLB);
    }

    void takeBudget() {
        code.var(ALOAD, STATE);
        code.getState("budget", "I");
        code.var(ISTORE, BUDGET);
    }
}
