package dev.ravel.inspect;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Privilege;
import dev.ravel.observe.Observer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Listens to one hart. Events come on the hart's thread; anybody may ask meanwhile. */
final class HartWatch implements Observer {
    private static final int A0 = 10;
    private static final int ARGUMENTS = 6;
    private static final int A6 = 16;
    private static final int A7 = 17;

    /** The major opcode of CSR and privileged instructions. */
    private static final int SYSTEM = 0x73;

    private final Hart hart;
    private final int capacity;
    private final AtomicLong sequence;
    private final Deque<TrapEvent> traps = new ArrayDeque<>();

    /** What can be a key does not depend on the guest: names that the tables here have, and devices of the board. */
    private final Map<Key, Counter> exits = new HashMap<>();

    private record Key(Exit.Kind kind, String what, String detail) {}

    private static final class Counter {
        long value;
    }

    HartWatch(Hart hart, int capacity, AtomicLong sequence) {
        this.hart = hart;
        this.capacity = capacity;
        this.sequence = sequence;
    }

    synchronized List<TrapEvent> traps() {
        return List.copyOf(traps);
    }

    synchronized List<Exit> exits() {
        List<Exit> counts = new ArrayList<>();
        exits.forEach((key, counter) -> counts.add(
                new Exit(key.kind, key.detail.isEmpty() ? key.what : key.what + " " + key.detail, counter.value)));
        return counts;
    }

    @Override
    public synchronized void trapTaken(int id, int cause, long epc, long tval, int from, int to) {
        Optional<TrapEvent.Call> call = switch (cause) {
            case Cause.ECALL_SUPERVISOR -> Optional.of(call(SbiCalls.name(hart.x[A7], hart.x[A6])));
            case Cause.ECALL_USER -> Optional.of(call("system call " + hart.x[A7]));
            default -> Optional.empty();
        };
        Optional<TrapEvent.Delegation> delegation = from == Privilege.MACHINE
                ? Optional.empty()
                : Optional.of(new TrapEvent.Delegation("medeleg", cause, to == Privilege.SUPERVISOR));
        add(false, cause, Words.exception(cause), epc, tval, from, to, delegation, call);
        switch (cause) {
            case Cause.ECALL_SUPERVISOR ->
                count(Exit.Kind.SBI_CALL, call.orElseThrow().name(), "");
            case Cause.ECALL_USER -> count(Exit.Kind.SYSTEM_CALL, Words.exception(cause), "");
            case Cause.FETCH_PAGE_FAULT, Cause.LOAD_PAGE_FAULT, Cause.STORE_PAGE_FAULT ->
                count(Exit.Kind.PAGE_FAULT, Words.exception(cause), "");
            case Cause.ILLEGAL_INSTRUCTION -> countIllegal((int) tval);
            default -> count(Exit.Kind.EXCEPTION, Words.exception(cause), "");
        }
    }

    @Override
    public synchronized void interruptTaken(int id, int code, long epc, int from, int to) {
        Optional<TrapEvent.Delegation> delegation =
                Optional.of(new TrapEvent.Delegation("mideleg", code, to == Privilege.SUPERVISOR));
        add(true, code, Words.interrupt(code), epc, 0, from, to, delegation, Optional.empty());
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

    private TrapEvent.Call call(String name) {
        List<Long> arguments = new ArrayList<>(ARGUMENTS);
        for (int i = 0; i < ARGUMENTS; i++) {
            arguments.add(hart.x[A0 + i]);
        }
        return new TrapEvent.Call(name, List.copyOf(arguments));
    }

    private void add(
            boolean interrupt,
            int code,
            String cause,
            long epc,
            long tval,
            int from,
            int to,
            Optional<TrapEvent.Delegation> delegation,
            Optional<TrapEvent.Call> call) {
        long number = sequence.getAndIncrement();
        if (capacity == 0) {
            return;
        }
        if (traps.size() == capacity) {
            traps.removeFirst();
        }
        traps.addLast(new TrapEvent(
                number,
                hart.id(),
                hart.instret,
                interrupt,
                code,
                cause,
                epc,
                Optional.empty(),
                tval,
                from,
                to,
                delegation,
                call));
    }

    private void count(Exit.Kind kind, String what, String detail) {
        exits.computeIfAbsent(new Key(kind, what, detail), key -> new Counter()).value++;
    }
}
