package dev.ravel.jit.runtime;

import dev.ravel.engine.Translation;
import dev.ravel.engine.Translator.Executor;
import dev.ravel.fp.FloatStatus;
import dev.ravel.hart.Hart;
import dev.ravel.hart.Outcome;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Decoded;
import dev.ravel.memory.AtomicAccess;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessType;
import dev.ravel.mmu.Mmu;
import dev.ravel.mmu.Tlb;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A hart as units see it, and the loop that runs them.
 *
 * <p><b>Counting.</b> A unit counts its {@link #budget} down in a local variable, which it is given and gives back here; the
 * instructions retired are {@link #base} less the budget, at any moment. When what is left might not take it to the next
 * place where it looks, it calls {@link #refill}.
 *
 * <p><b>Leaving.</b> A unit returns the address to go on at. Where more than that has happened it returns {@link Unit#UNWIND}
 * after a method here has noted what; every unit below it on the stack does the same at once, so that none goes on that
 * assumed something which is no longer so.
 */
public final class GuestState implements Executor {
    /** {@link #floatState}: floating-point instructions of any kind may run, and the hart knows the state to be dirty. */
    public static final int FLOAT_DIRTY = 2;

    /** {@link #floatState}: the hart has to be asked first. */
    private static final int FLOAT_UNKNOWN = 0;

    /** Guest calls nested in each other as calls of the JVM. */
    private static final int MAX_DEPTH = 100;

    /** No offset in RAM. */
    private static final long NOWHERE = -1;

    /** Instructions between two looks at attention and deadlines. */
    private static final int CHUNK = 16_384;

    /** With less budget than this a unit may come back at once; more than any unit has instructions. */
    private static final int LOW = 1024;

    /** The hart's integer registers. */
    public final long[] x;

    /** The hart's floating-point registers, raw. */
    public final long[] f;

    /** Where the mode's TLB for data begins in the storage of all TLBs. */
    public int tlb;

    /** Whether accesses are {@linkplain Mmu#isBare bare}. Changes only between units. */
    public boolean bare;

    /** What makes a physical address in RAM one that RAM is accessed with. */
    public final long addend;

    /** What makes the number of a page, counted from address 0, the index of its byte in the {@linkplain dev.ravel.mmu.StorablePages map} of pages that the hart may store to. */
    public final long storable;

    private int fetchTlb;
    private final long[] tlbs;

    /** {@link #FLOAT_DIRTY}, or what means that the interpreter has to run the next floating-point instruction. */
    public int floatState;

    /** The hart's. */
    public final FloatStatus fp;

    /** Instructions that may still run; valid between units and while a unit calls another. */
    public int budget;

    /** 0. Units add it to what they compute from where code seldom runs, so that HotSpot does not take that for what other code computes. */
    public int nothing;

    /** Result of a call from a unit that returns something else as well. */
    public long value;

    private final Hart hart;
    private final Mmu mmu;
    private final Ram ram;
    private final MemorySegment memory;
    private final BulkMemory bulk;

    /** See {@link Ram#origin}. */
    private final long origin;

    private final UnitTable table;
    private final Surprises surprises;

    /** Instructions that units have run; for other threads to read, somewhat late. */
    private long executed;

    private long base;
    private long reserve;
    private long pc;
    private Reason reason = Reason.STOP;
    private long dropsBefore;

    /** Why units are unwound. */
    private enum Reason {
        /** Back to the caller, which looks around and goes on at the pc. */
        STOP,
        /** The hart has an exception to take at the pc. */
        TRAP,
        /** The hart's own pc says where to go on; mode or mapping may have changed. */
        LEAVE,
        /** As LEAVE, and the hart waits. */
        WAIT
    }

    /**
     * The state for a hart whose units are in {@code table}.
     *
     * @param surprises told what units meet that they were not made for
     */
    public GuestState(Hart hart, UnitTable table, Surprises surprises) {
        this.surprises = surprises;
        this.hart = hart;
        this.x = hart.x;
        this.f = hart.f;
        this.fp = hart.fp;
        this.mmu = hart.mmu;
        this.ram = mmu.bus().ram();
        this.memory = ram.segment();
        this.origin = ram.origin();
        this.bulk = new BulkMemory(mmu);
        this.table = table;
        tlbs = mmu.loadTlb.elements;
        tlb = mmu.loadTlb.base;
        fetchTlb = mmu.fetchTlb.base;
        bare = mmu.isBare();
        addend = origin - ram.base();
        storable = mmu.storable().first - (ram.base() >>> Ram.PAGE_SHIFT);
    }

    // The loop

    @Override
    public int run(Translation translation, long limit) {
        long start = hart.instret;
        long startPc = hart.pc;
        long traps = hart.trapsTaken;
        synchronise();
        budget = (int) Math.min(limit, CHUNK);
        reserve = limit - budget;
        base = start + budget;
        int outcome = dispatch((Unit) translation, startPc);
        hart.pc = pc;
        hart.instret = base - budget;
        executed += hart.instret - start;
        boolean nothing = hart.instret == start && pc == startPc && hart.trapsTaken == traps;
        return nothing && outcome != WAIT ? NOTHING : outcome;
    }

    /** Whether floating point is what it is in most programs from early on: NX is accrued, and the rounding is to nearest even. Any thread may ask. */
    public boolean hasOrdinaryFloats() {
        return (fp.flags & FloatStatus.NX) != 0 && fp.roundingMode == FloatStatus.RNE;
    }

    /** Whether the hart is that one, and its accesses are bare at this moment. */
    public boolean isBare(Hart asked) {
        return hart == asked && isBare();
    }

    /** Whether the hart's accesses are bare. Any thread may ask; the answer may be somewhat old. */
    public boolean isBare() {
        return mmu.isBare();
    }

    /** Instructions of the hart that units have run. Any thread may ask; the answer may be somewhat old. */
    public long executed() {
        return executed;
    }

    /** Goes from unit to unit; {@link #pc} says where to go on then. Returns what {@link #run} does, never NOTHING. */
    private int dispatch(Unit first, long startPc) {
        Unit unit = first;
        long at = startPc;
        while (true) {
            long next = unit.run(this, at, MAX_DEPTH);
            if (next == Unit.UNWIND) {
                switch (reason) {
                    case STOP -> {
                        return PROGRESS;
                    }
                    case WAIT -> {
                        pc = hart.pc;
                        return WAIT;
                    }
                    case TRAP -> {
                        hart.pc = pc;
                        hart.instret = base - budget;
                        hart.takeTrap();
                        // It counts against the budget although it retires nothing.
                        budget--;
                        base--;
                        pc = hart.pc;
                        synchronise();
                    }
                    case LEAVE -> {
                        pc = hart.pc;
                        synchronise();
                    }
                }
                next = pc;
            }
            pc = next;
            at = next;
            Unit found = find(next);
            if (found == null) {
                return ELSEWHERE;
            }
            if (hart.needsAttention() || budget < LOW && !refill()) {
                return PROGRESS;
            }
            unit = found;
        }
    }

    /** Takes over what may have changed in the hart apart from its registers. */
    private void synchronise() {
        tlb = mmu.loadTlb.base;
        fetchTlb = mmu.fetchTlb.base;
        bare = mmu.isBare();
        floatState = hart.isFloatDirty() ? FLOAT_DIRTY : FLOAT_UNKNOWN;
    }

    /** The unit that begins at a virtual address, if there is one and the fetch TLB holds its page. */
    private @Nullable Unit find(long va) {
        long offset = fetchOffset(va);
        return offset == NOWHERE ? null : table.at(offset);
    }

    /** The offset in RAM of an instruction's virtual address, or {@link #NOWHERE} if the fetch TLB does not hold its page. */
    private long fetchOffset(long va) {
        int i = fetchTlb + Tlb.index(va);
        return tlbs[i] == (va & -4096) ? va + tlbs[i + 1] : NOWHERE;
    }

    /**
     * For a guest's call as a call of the JVM: the unit to run, which comes back with the address after the calling
     * instruction, or with another one that {@link #follow} takes care of. {@link #budget} is valid. {@link Unit#NONE}, which
     * comes back with the target itself, if there is no unit or calls nest too deeply.
     */
    public Unit callee(long target, int depth) {
        return near(find(target), depth);
    }

    /** As {@link #callee} where the unit, if there is one, has been found already. */
    public Unit near(@Nullable Unit unit, int depth) {
        return unit == null || depth == 0 || budget < LOW && !refill() ? Unit.NONE : unit;
    }

    /**
     * After a call came back with something else than {@code expected}, the address after the calling instruction: runs from
     * {@code next} on until control comes to {@code expected}, or to somewhere that has no unit, or units are unwound.
     * {@link #budget} is valid before and after.
     *
     * @return where to go on, or {@link Unit#UNWIND}
     */
    public long follow(long next, long expected, int depth) {
        long at = next;
        while (at != expected && at != Unit.UNWIND) {
            Unit unit = callee(at, depth);
            if (unit == Unit.NONE) {
                return at;
            }
            at = unit.run(this, at, depth - 1);
        }
        return at;
    }

    /** More budget, if there is some and nobody asks for attention. Returns whether there is more. */
    private boolean refill() {
        if (reserve == 0 || hart.needsAttention() || hart.hasDeadlinePassed()) {
            return false;
        }
        int more = (int) Math.min(reserve, CHUNK);
        reserve -= more;
        base += more;
        budget += more;
        return true;
    }

    /**
     * A loop whose first block starts at that virtual address was entered with registers that have more than 32 bits, which its unit was not made
     * for: tells the loop's offset in RAM to who can make another.
     */
    public void wide(long va) {
        surprise(va, surprises::wideLoop);
    }

    /** Notes that the interpreter has to go on at {@code at}. */
    public void stop(long at, int left) {
        unwind(Reason.STOP, at, left);
    }

    /** As {@link #stop}, because NX is not accrued or the rounding is another one than to nearest even. */
    public void stopAtFloat(long at, int left) {
        stop(at, left);
        surprise(at, surprises::otherFloats);
    }

    /** As {@link #stop}, because accesses that are looked up together lie across the end of a page. */
    public void stopAtPageEnd(long at, int left) {
        stop(at, left);
        surprise(at, surprises::pageEnd);
    }

    /** As {@link #stop}, where accesses are not bare, before the first of a unit for which they are. */
    public void stopAtTranslation(long at, int left) {
        stop(at, left);
        surprise(at, surprises::notBare);
    }

    /** As {@link #stop}, because a bare access of {@code accessed} is not to RAM, or to a page that is not known to be storable. */
    public void stopAtBare(long at, int left, long accessed) {
        stop(at, left);
        // What is stored to for the first time, and devices, are nothing to make the unit anew for.
        if (ram.contains(accessed, 1) && mmu.looksInVain(accessed)) {
            surprise(at, surprises::notBare);
        }
    }

    /** Tells the offset in RAM of code at that virtual address, if it is known. */
    private void surprise(long va, LongConsumer told) {
        long offset = fetchOffset(va);
        if (offset != NOWHERE) {
            told.accept(offset);
        }
    }

    private void unwind(Reason why, long at, int left) {
        reason = why;
        pc = at;
        budget = left;
    }

    private void expose(long at, int left) {
        hart.pc = at;
        hart.instret = base - left;
    }

    // Memory

    /** Whether the unit may go on at {@code next} after a write; it may not if code was written or attention is wanted. */
    private boolean goOn(long drops, long next, int left) {
        if (table.drops() == drops && !hart.needsAttention()) {
            return true;
        }
        unwind(Reason.STOP, next, left);
        return false;
    }

    /**
     * The RAM offset for an atomic access; negative if it traps, and the unit must return {@link Unit#UNWIND} then.
     *
     * @param size 1 to 8, a power of two
     * @param load whether the rights of a load are enough
     */
    public long atomicOffset(long va, int size, boolean load, long at, int left) {
        int i = tlb + Tlb.index(va) + (load ? 0 : Tlb.STORES);
        if ((va & size - 1) == 0 && tlbs[i] == (va & -4096L)) {
            return va + tlbs[i + 1] - origin;
        }
        expose(at, left);
        long offset = mmu.atomic(va, size, load ? AccessType.LOAD : AccessType.STORE);
        if (offset < 0) {
            hart.raiseFault();
            unwind(Reason.TRAP, at, left);
        }
        return offset;
    }

    /** Copies memory as so many rounds of a loop do, or as fewer do; returns as how many. See {@link BulkMemory#copy}. */
    public long copy(long from, long to, int size, int stride, long rounds) {
        return bulk.copy(from, to, size, stride, rounds);
    }

    /** As {@link #copy}, where memory is filled with what a register holds. */
    public long fill(long value, long to, int size, int stride, long rounds) {
        return bulk.fill(value, to, size, stride, rounds);
    }

    /** After an atomic write: whether the unit may go on at {@code next}. */
    public boolean written(long offset, int size, long next, int left) {
        if (!ram.isCode((int) (offset >>> Ram.PAGE_SHIFT))) {
            return true;
        }
        long drops = table.drops();
        ram.written(offset, size);
        return goOn(drops, next, left);
    }

    /** {@code lr}: reads and reserves. */
    public long loadReserved(long offset, int size) {
        long old = AtomicAccess.read(memory, offset, size);
        // The size is part of what is reserved: an SC of another width fails.
        hart.reservation = offset | (size == 8 ? 1 : 0);
        hart.reservedValue = old;
        return old;
    }

    /** {@code sc}: 0 if it wrote, otherwise 1. */
    public long storeConditional(long offset, int size, long data) {
        boolean done = hart.reservation == (offset | (size == 8 ? 1 : 0))
                && AtomicAccess.replace(memory, offset, size, hart.reservedValue, data);
        hart.reservation = Hart.NONE;
        return done ? 0 : 1;
    }

    /** {@code amocas} of up to 8 bytes: the old value, sign-extended. */
    public long compareAndSwap(long offset, int size, long expected, long data) {
        int unused = 64 - size * 8;
        long wanted = expected << unused >> unused;
        long old;
        do {
            old = AtomicAccess.read(memory, offset, size);
        } while (old == wanted && !AtomicAccess.replace(memory, offset, size, wanted, data));
        return old;
    }

    // What the hart does itself

    /**
     * {@code csrrw} and its like, the hart having the register that it reads; the old value is in {@link #value}.
     *
     * @return whether the unit may go on
     */
    public boolean csr(Decoded instruction, long at, int left) {
        expose(at, left);
        int outcome = hart.accessCsr(instruction);
        if (outcome == Outcome.TRAP) {
            unwind(Reason.TRAP, at, left);
            return false;
        }
        int rd = instruction.rd();
        value = hart.x[rd == 0 ? Hart.SINK : rd];
        if (outcome == Outcome.NEXT) {
            return true;
        }
        if (keepsMapping((int) instruction.imm() & 0xfff) && !hart.needsAttention()) {
            synchronise();
            return true;
        }
        unwind(Reason.LEAVE, hart.pc, left - 1);
        return false;
    }

    /** Whether a write of that register may change how data is accessed, but never where instructions come from. */
    private static boolean keepsMapping(int csr) {
        return switch (csr) {
            case CsrNumber.SSTATUS, CsrNumber.FCSR, CsrNumber.FRM, CsrNumber.FFLAGS, CsrNumber.SIE, CsrNumber.SIP ->
                true;
            default -> false;
        };
    }

    /** Before a control operation: the hart, its pc and count exact; it has the registers that the operation reads. */
    public Hart prepare(long at, int left) {
        expose(at, left);
        dropsBefore = table.drops();
        return hart;
    }

    /** After a control operation: whether the unit may go on at {@code next}, {@code left} being the budget after it. */
    public boolean after(int outcome, long next, int left) {
        switch (outcome) {
            case Outcome.NEXT -> {
                return goOn(dropsBefore, next, left);
            }
            case Outcome.TRAP -> unwind(Reason.TRAP, hart.pc, left + 1);
            case Outcome.LEAVE -> unwind(Reason.LEAVE, hart.pc, left);
            default -> unwind(Reason.WAIT, hart.pc, left);
        }
        return false;
    }

    /** Raises illegal-instruction. */
    public void illegal(int bits, long at, int left) {
        hart.raise(Cause.ILLEGAL_INSTRUCTION, Integer.toUnsignedLong(bits));
        unwind(Reason.TRAP, at, left);
    }
}
