package dev.ravel.inspect;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import dev.ravel.observe.Observer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what a hypervisor would call exits of one hart. Events come on the hart's thread; anybody may ask meanwhile. */
public final class ExitCounter implements Observer {
    private static final int A6 = 16;
    private static final int A7 = 17;

    /** The major opcode of CSR and privileged instructions. */
    private static final int SYSTEM = 0x73;

    private final Hart hart;

    /** What can be a key does not depend on the guest: names that the tables here have, and devices of the board. */
    private final Map<Key, Counter> exits = new HashMap<>();

    private record Key(Exit.Kind kind, String what, String detail) {}

    private static final class Counter {
        long value;
    }

    /** Counts nothing so far; it is for the caller to make it the hart's observer, or to pass on what that one is told. */
    public ExitCounter(Hart hart) {
        this.hart = hart;
    }

    /** Another one that has counted the same, and counts on by itself. */
    public synchronized ExitCounter copy() {
        ExitCounter copy = new ExitCounter(hart);
        exits.forEach((key, counter) -> {
            Counter same = new Counter();
            same.value = counter.value;
            copy.exits.put(key, same);
        });
        return copy;
    }

    /** What was counted, in no order. */
    public synchronized List<Exit> exits() {
        List<Exit> counts = new ArrayList<>();
        exits.forEach((key, counter) -> counts.add(
                new Exit(key.kind, key.detail.isEmpty() ? key.what : key.what + " " + key.detail, counter.value)));
        return counts;
    }

    @Override
    public synchronized void trapTaken(int id, int cause, long epc, long tval, int from, int to) {
        switch (cause) {
            case Cause.ECALL_SUPERVISOR -> count(Exit.Kind.SBI_CALL, SbiCalls.name(hart.x[A7], hart.x[A6]), "");
            case Cause.ECALL_USER -> count(Exit.Kind.SYSTEM_CALL, Words.exception(cause), "");
            case Cause.FETCH_PAGE_FAULT, Cause.LOAD_PAGE_FAULT, Cause.STORE_PAGE_FAULT ->
                count(Exit.Kind.PAGE_FAULT, Words.exception(cause), "");
            case Cause.ILLEGAL_INSTRUCTION -> countIllegal((int) tval);
            default -> count(Exit.Kind.EXCEPTION, Words.exception(cause), "");
        }
    }

    @Override
    public synchronized void interruptTaken(int id, int code, long epc, int from, int to) {
        Exit.Kind kind = switch (code) {
            case Cause.SUPERVISOR_TIMER, Cause.MACHINE_TIMER -> Exit.Kind.TIMER;
            case Cause.SUPERVISOR_EXTERNAL, Cause.MACHINE_EXTERNAL -> Exit.Kind.EXTERNAL;
            default -> Exit.Kind.SOFTWARE;
        };
        count(kind, Words.interrupt(code), "");
    }

    @Override
    public synchronized void hartWaits(int id, long pc) {
        count(Exit.Kind.WAIT, "wfi", "");
    }

    @Override
    public synchronized void deviceRead(int id, String device, long address, int size, long value) {
        count(Exit.Kind.MMIO, device, "read");
    }

    @Override
    public synchronized void deviceWritten(int id, String device, long address, int size, long value) {
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
            count(Exit.Kind.EXCEPTION, Words.exception(Cause.ILLEGAL_INSTRUCTION), "");
        }
    }

    private void count(Exit.Kind kind, String what, String detail) {
        exits.computeIfAbsent(new Key(kind, what, detail), key -> new Counter()).value++;
    }
}
