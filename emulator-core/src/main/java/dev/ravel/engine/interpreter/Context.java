package dev.ravel.engine.interpreter;

import dev.ravel.engine.Translator;
import dev.ravel.fp.FloatStatus;
import dev.ravel.hart.Hart;
import dev.ravel.hart.Outcome;
import dev.ravel.isa.Cause;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessType;
import dev.ravel.mmu.Mmu;
import dev.ravel.mmu.Tlb;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A hart as running steps see it: what they use all the time, one field access away, and the position, kept by the block.
 *
 * <p>While steps run, {@link #pc} and {@link #instret} belong to the first instruction of the running block; a step
 * that needs the exact values adds its own offset and index. {@link Hart#pc} and {@link Hart#instret} are brought up to
 * date before anything outside of this package is called that may look at them.
 */
final class Context {
    /** {@link #floatState}: {@code mstatus.FS} is Off. */
    static final int FLOAT_OFF = 0;
    /** {@link #floatState}: instructions that change no floating-point state may run. */
    static final int FLOAT_READABLE = 1;
    /** {@link #floatState}: the hart has been told that the state is dirty. */
    static final int FLOAT_DIRTY = 2;

    /** No address that code can have: {@link #left}. */
    static final long NOWHERE = 1;

    final Hart hart;
    final Mmu mmu;
    final CodeCache cache;

    /** See {@link CodeCache#entries}. */
    final @Nullable Step[] @Nullable [] entries;

    final Ram ram;
    final MemorySegment memory;

    /** See {@link Ram#origin}. */
    final long origin;

    final long[] x;
    final long[] f;
    final FloatStatus fp;

    /** What all TLBs of the machine lie in. */
    final long[] tlbs;

    /** Where the TLBs of the present mode begin in {@link #tlbs}. */
    int loadBase;

    int storeBase;
    int fetchBase;

    /** The same in bytes. */
    long loadAt;

    long storeAt;
    long fetchAt;

    /** Virtual address of the running block; between blocks, of the next instruction. */
    long pc;

    /** Instructions retired before the running block. */
    long instret;

    /** The {@link #instret} at which the present call of {@code run} ends. */
    long end;

    /** A block is entered only while {@link #instret} is not above: then even the longest one ends before {@link #end}. */
    long limit;

    /** The {@link #instret} at which the next sample is taken, if translations ran no further; see {@link Sampler}. */
    long sampleAt = Long.MAX_VALUE;

    /** Where translations last gave way to the interpreter for want of another; {@link #NOWHERE} if that was not why. */
    long left = NOWHERE;

    int floatState;

    /** The hart waits for an interrupt. */
    boolean waiting;

    /**
     * The {@link CodeCache#epoch} in which this hart last emptied its store TLBs, for others to read; 0 while it is about to,
     * {@link CodeCache#NOT_RUNNING} while it does not run.
     */
    volatile long epoch = CodeCache.NOT_RUNNING;

    /** As {@link #epoch}, for the hart itself, and kept while it does not run. */
    long seenEpoch;

    private final Translator.@Nullable Executor executor;

    /** What kind of code runs. */
    final Locality locality = new Locality();

    /** Finds hot code, where there is a translator. */
    final @Nullable Sampler sampler;

    /** The one-instruction blocks of this hart. */
    final SingleSteps singles;

    Context(Hart hart, CodeCache cache) {
        this.hart = hart;
        this.mmu = hart.mmu;
        this.cache = cache;
        this.entries = cache.entries;
        this.ram = mmu.bus().ram();
        this.memory = ram.segment();
        this.origin = ram.origin();
        this.x = hart.x;
        this.f = hart.f;
        this.fp = hart.fp;
        this.tlbs = mmu.loadTlb.elements;
        findTlbs();
        this.singles = new SingleSteps(this);
        this.executor = cache.attach(hart);
        this.sampler = cache.sampler(this);
    }

    /** What runs translations, which exist only where there is one. */
    Translator.Executor executor() {
        return Objects.requireNonNull(executor);
    }

    /** Takes over what may have changed in the hart: after a trap, and after an operation that says so. */
    void reload() {
        pc = hart.pc;
        instret = hart.instret;
        findTlbs();
        floatState = hart.floatEnabled() ? FLOAT_READABLE : FLOAT_OFF;
    }

    private void findTlbs() {
        loadBase = mmu.loadTlb.base;
        storeBase = mmu.storeTlb.base;
        fetchBase = mmu.fetchTlb.base;
        loadAt = (long) loadBase << 3;
        storeAt = (long) storeBase << 3;
        fetchAt = (long) fetchBase << 3;
    }

    /** How many instructions may run before others are looked at: harts that wait for our {@link #epoch}, our caller. */
    long room() {
        return cache.isShared() ? Math.min(end - instret, Interpreter.CHAIN) : end - instret;
    }

    /** Makes the hart's own pc and count exact at {@code at}. */
    void expose(Step at) {
        hart.pc = pc + at.offset;
        hart.instret = instret + at.index();
    }

    // Where execution goes on

    /** The step at {@link #pc} if it has been decoded and its page is in the fetch TLB, otherwise null. */
    @Nullable
    Step lookup() {
        long va = pc;
        int i = fetchBase + Tlb.index(va);
        if (Memory.element(tlbs, i) != (va & -Ram.PAGE_SIZE)) {
            return null;
        }
        @Nullable Step[] steps = entries[(int) (va + Memory.element(tlbs, i + 1) >>> Ram.PAGE_SHIFT)];
        return steps == null ? null : steps[(int) va >>> 1 & CodePage.SLOTS - 1];
    }

    /** Ends the block at {@code at}, which retires, and goes on {@code delta} bytes from the block's start. */
    @Nullable
    Step go(Step at, long delta, Step target) {
        long count = instret + at.count();
        instret = count;
        pc += delta;
        return count > limit ? null : target;
    }

    /** Ends the block at {@code at}, which retires, and goes on at {@code target}, an address. */
    @Nullable
    Step jump(Step at, long target) {
        long count = instret + at.count();
        instret = count;
        pc = target;
        return count > limit ? null : lookup();
    }

    /** Ends the block after {@code at}, which retires, and has the next instruction looked up afresh. */
    @Nullable
    Step leaveAfter(Step at) {
        pc += at.end();
        instret += at.count();
        return null;
    }

    // Traps and control operations

    /** Takes the exception that {@code at} raised on the hart. */
    @Nullable
    Step trap(Step at) {
        expose(at);
        trapHere();
        return null;
    }

    /** Takes the pending exception, the hart's pc and count being exact. */
    void trapHere() {
        hart.takeTrap();
        // An exception counts against the budget although it retires nothing.
        end--;
        reload();
    }

    /** Takes the fault that the {@link Mmu} reported for {@code at}. */
    @Nullable
    Step fault(Step at) {
        hart.raiseFault();
        return trap(at);
    }

    /** Raises illegal-instruction for {@code at}. */
    @Nullable
    Step illegal(Step at) {
        hart.raise(Cause.ILLEGAL_INSTRUCTION, Integer.toUnsignedLong(at.bits()));
        return trap(at);
    }

    /** Goes on after a control operation said {@code outcome}; {@link #expose} was called before it. */
    @Nullable
    Step after(Step at, int outcome) {
        switch (outcome) {
            case Outcome.NEXT -> {
                return at.next;
            }
            case Outcome.TRAP -> trapHere();
            default -> {
                hart.instret++;
                reload();
                waiting = outcome == Outcome.WAIT;
            }
        }
        return null;
    }

    /**
     * Makes the state what a floating-point instruction needs.
     *
     * @param need {@link #FLOAT_READABLE} or {@link #FLOAT_DIRTY}
     * @return false if floating point is off: illegal-instruction was taken then
     */
    boolean enableFloat(Step at, int need) {
        if (floatState == FLOAT_OFF) {
            illegal(at);
            return false;
        }
        if (need == FLOAT_DIRTY) {
            hart.dirtyFloat();
        }
        floatState = need;
        return true;
    }

    // Memory

    /** The place of a load of {@code size} bytes at {@code va} if the TLB has it, otherwise a negative number. */
    long loadPlace(long va, int size) {
        int i = loadBase + Tlb.index(va);
        return Memory.element(tlbs, i) == (va + (size - 1) & -Ram.PAGE_SIZE) ? va + Memory.element(tlbs, i + 1) : -1;
    }

    /** The place of a store of {@code size} bytes at {@code va} if the TLB has it, otherwise a negative number. */
    long storePlace(long va, int size) {
        int i = storeBase + Tlb.index(va);
        return Memory.element(tlbs, i) == (va + (size - 1) & -Ram.PAGE_SIZE) ? va + Memory.element(tlbs, i + 1) : -1;
    }

    /** A store that missed the TLB. */
    @Nullable
    Step slowStore(Step at, long va, int size, long value) {
        expose(at);
        int drops = cache.drops;
        mmu.store(va, size, value);
        if (mmu.faultCause != Mmu.NO_FAULT) {
            return fault(at);
        }
        // At the very instruction, whatever the engine: a device may have raised an interrupt or stopped the machine.
        return cache.drops == drops && !hart.needsAttention() ? at.next : leaveAfter(at);
    }

    /**
     * The RAM offset for an atomic access, or {@link Mmu#FAILED}, the fault not yet taken.
     *
     * @param size 1 to 16, a power of two
     */
    long atomicOffset(Step at, long va, int size, AccessType type) {
        if ((va & size - 1) == 0) {
            long place = type == AccessType.STORE ? storePlace(va, size) : loadPlace(va, size);
            if (place >= 0) {
                return place - origin;
            }
        }
        expose(at);
        return mmu.atomic(va, size, type);
    }

    /** Goes on after an atomic write; {@code at} retires. */
    @Nullable
    Step afterAtomic(Step at, long offset, int size) {
        if (ram.isCode((int) (offset >>> Ram.PAGE_SHIFT))) {
            int drops = cache.drops;
            ram.written(offset, size);
            if (cache.drops != drops) {
                return leaveAfter(at);
            }
        }
        return at.next;
    }
}
