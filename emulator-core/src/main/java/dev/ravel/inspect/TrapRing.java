package dev.ravel.inspect;

import dev.ravel.csr.Mstatus;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Privilege;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The latest traps of a hart as plain numbers: a guest may trap a million times a second, and words are made for those only that
 * somebody asks for. One thread adds; anybody may ask meanwhile, without a lock.
 */
final class TrapRing {
    private static final int A0 = 10;
    private static final int A7 = 17;

    /** Numbers of a trap, the registers {@code a0} to {@code a7} behind them. */
    private static final int REGISTERS = 6;

    private static final int WORDS = REGISTERS + A7 - A0 + 1;

    /** Half of the traps or more are read nearly always at once. */
    private static final int ATTEMPTS = 10;

    private static final int INTERRUPT = 1 << 16;
    private static final int ENABLED = 1 << 17;
    private static final int TO = 8;
    private static final int FROM = 12;

    private final int capacity;

    /** One more than is told of: it may be the next one that is being written. */
    private final int places;

    private final long[] ring;
    private final AtomicLong added = new AtomicLong();

    TrapRing(int capacity) {
        this.capacity = capacity;
        this.places = capacity + 1;
        this.ring = new long[capacity == 0 ? 0 : places * WORDS];
    }

    /**
     * A trap as it was added.
     *
     * @param enabled whether interrupts to the handler's mode were, in that mode
     * @param vector {@code mtvec} or {@code stvec}
     */
    record Raw(
            long sequence,
            long instructionsRetired,
            boolean interrupt,
            int code,
            long epc,
            long tval,
            int from,
            int to,
            boolean enabled,
            long vector,
            List<Long> a) {}

    /** Adds one that the hart is about to take, with its registers. */
    void add(long sequence, Hart hart, boolean interrupt, int code, long epc, long tval, int from, int to) {
        if (capacity == 0) {
            return;
        }
        long number = added.getPlain();
        int at = (int) (number % places) * WORDS;
        // Who sees a part of this one sees that the one before is complete.
        VarHandle.storeStoreFence();
        ring[at] = sequence;
        ring[at + 1] = hart.instret;
        boolean supervisor = to == Privilege.SUPERVISOR;
        boolean enabled = hart.csrs.mstatus.has(supervisor ? Mstatus.SIE : Mstatus.MIE);
        ring[at + 2] =
                code | (long) to << TO | (long) from << FROM | (interrupt ? INTERRUPT : 0) | (enabled ? ENABLED : 0);
        ring[at + 3] = epc;
        ring[at + 4] = tval;
        ring[at + 5] = (supervisor ? hart.csrs.stvec : hart.csrs.mtvec).value;
        if (!interrupt) {
            System.arraycopy(hart.x, A0, ring, at + REGISTERS, A7 - A0 + 1);
        }
        added.setRelease(number + 1);
    }

    /** Those that are kept, the oldest first: fewer, if again and again others took their places while they were read. */
    List<Raw> latest() {
        if (capacity == 0) {
            return List.of();
        }
        long end = 0;
        long begin = 0;
        long[] copy = {};
        for (int i = 0; i < ATTEMPTS; i++) {
            end = added.getAcquire();
            copy = ring.clone();
            VarHandle.loadLoadFence();
            begin = Math.max(0, added.getAcquire() - capacity);
            if (begin <= Math.max(0, end - capacity / 2)) {
                break;
            }
        }
        List<Raw> latest = new ArrayList<>();
        for (long number = begin; number < end; number++) {
            latest.add(raw(copy, (int) (number % places) * WORDS));
        }
        return latest;
    }

    private static Raw raw(long[] ring, int at) {
        int what = (int) ring[at + 2];
        List<Long> registers = new ArrayList<>();
        for (int i = 0; i <= A7 - A0; i++) {
            registers.add(ring[at + REGISTERS + i]);
        }
        return new Raw(
                ring[at],
                ring[at + 1],
                (what & INTERRUPT) != 0,
                what & 0xff,
                ring[at + 3],
                ring[at + 4],
                what >> FROM & 0xf,
                what >> TO & 0xf,
                (what & ENABLED) != 0,
                ring[at + 5],
                registers);
    }
}
