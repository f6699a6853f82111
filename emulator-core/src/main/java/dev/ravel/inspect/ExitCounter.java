package dev.ravel.inspect;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import dev.ravel.observe.Observer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts what a hypervisor would call exits of one hart. Events come on the hart's thread; anybody may ask meanwhile. A guest
 * may trap a million times a second, so counting takes no lock: there is one who writes.
 */
public final class ExitCounter implements Observer {
    private static final int A6 = 16;
    private static final int A7 = 17;
    private static final int CODES = 64;

    /** The major opcode of CSR and privileged instructions. */
    private static final int SYSTEM = 0x73;

    private final Hart hart;

    /** By code, but for those that are told apart further. */
    private final AtomicLongArray exceptions = new AtomicLongArray(CODES);

    private final AtomicLongArray interrupts = new AtomicLongArray(CODES);
    private final AtomicLong waits = new AtomicLong();

    /** What can be a key does not depend on the guest: names that the tables here have, and devices of the board. */
    private final Map<Key, AtomicLong> others = new ConcurrentHashMap<>();

    private record Key(Exit.Kind kind, String what, String detail) {}

    /** Counts nothing so far; it is for the caller to make it the hart's observer, or to pass on what that one is told. */
    public ExitCounter(Hart hart) {
        this.hart = hart;
    }

    /** Another one that has counted the same, and counts on by itself. */
    public ExitCounter copy() {
        ExitCounter copy = new ExitCounter(hart);
        for (int code = 0; code < CODES; code++) {
            copy.exceptions.set(code, exceptions.get(code));
            copy.interrupts.set(code, interrupts.get(code));
        }
        copy.waits.set(waits.get());
        others.forEach((key, counter) -> copy.others.put(key, new AtomicLong(counter.get())));
        return copy;
    }

    /** What was counted, in no order. */
    public List<Exit> exits() {
        List<Exit> counts = new ArrayList<>();
        for (int code = 0; code < CODES; code++) {
            add(counts, kindOfException(code), Words.exception(code), exceptions.get(code));
            add(counts, kindOfInterrupt(code), Words.interrupt(code), interrupts.get(code));
        }
        add(counts, Exit.Kind.WAIT, "wfi", waits.get());
        others.forEach((key, counter) ->
                add(counts, key.kind, key.detail.isEmpty() ? key.what : key.what + " " + key.detail, counter.get()));
        return counts;
    }

    private static void add(List<Exit> counts, Exit.Kind kind, String what, long count) {
        if (count > 0) {
            counts.add(new Exit(kind, what, count));
        }
    }

    private static Exit.Kind kindOfException(int code) {
        return switch (code) {
            case Cause.ECALL_USER -> Exit.Kind.SYSTEM_CALL;
            case Cause.FETCH_PAGE_FAULT, Cause.LOAD_PAGE_FAULT, Cause.STORE_PAGE_FAULT -> Exit.Kind.PAGE_FAULT;
            default -> Exit.Kind.EXCEPTION;
        };
    }

    private static Exit.Kind kindOfInterrupt(int code) {
        return switch (code) {
            case Cause.SUPERVISOR_TIMER, Cause.MACHINE_TIMER -> Exit.Kind.TIMER;
            case Cause.SUPERVISOR_EXTERNAL, Cause.MACHINE_EXTERNAL -> Exit.Kind.EXTERNAL;
            default -> Exit.Kind.SOFTWARE;
        };
    }

    @Override
    public void trapTaken(int id, int cause, long epc, long tval, int from, int to) {
        switch (cause) {
            case Cause.ECALL_SUPERVISOR -> count(Exit.Kind.SBI_CALL, SbiCalls.name(hart.x[A7], hart.x[A6]), "");
            case Cause.ILLEGAL_INSTRUCTION -> countIllegal((int) tval);
            default -> exceptions.setOpaque(cause, exceptions.getPlain(cause) + 1);
        }
    }

    @Override
    public void interruptTaken(int id, int code, long epc, int from, int to) {
        interrupts.setOpaque(code, interrupts.getPlain(code) + 1);
    }

    @Override
    public void hartWaits(int id, long pc) {
        increment(waits);
    }

    @Override
    public void deviceRead(int id, String device, long address, int size, long value) {
        count(Exit.Kind.MMIO, device, "read");
    }

    @Override
    public void deviceWritten(int id, String device, long address, int size, long value) {
        count(Exit.Kind.MMIO, device, "write");
    }

    private void countIllegal(int bits) {
        boolean system = (bits & 0x7f) == SYSTEM;
        int function = bits >>> 12 & 7;
        if (system && (function & 3) != 0) {
            count(Exit.Kind.PRIVILEGED, "csr", CsrNumber.nameOf(bits >>> 20));
        } else if (system && function == 0) {
            count(Exit.Kind.PRIVILEGED, "privileged instruction", "");
        } else {
            exceptions.setOpaque(Cause.ILLEGAL_INSTRUCTION, exceptions.getPlain(Cause.ILLEGAL_INSTRUCTION) + 1);
        }
    }

    private void count(Exit.Kind kind, String what, String detail) {
        Key key = new Key(kind, what, detail);
        AtomicLong counter = others.get(key);
        increment(counter == null ? others.computeIfAbsent(key, added -> new AtomicLong()) : counter);
    }

    private static void increment(AtomicLong counter) {
        counter.setOpaque(counter.getPlain() + 1);
    }
}
