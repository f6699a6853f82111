package dev.ravel.inspect;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Cause;
import dev.ravel.isa.Privilege;
import dev.ravel.observe.Observer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Listens to one hart. Events come on the hart's thread; anybody may ask meanwhile. */
final class HartWatch implements Observer {
    private static final int A0 = 10;
    private static final int ARGUMENTS = 6;
    private static final int A6 = 16;
    private static final int A7 = 17;

    private final Hart hart;
    private final int capacity;
    private final AtomicLong sequence;
    private final Deque<TrapEvent> traps = new ArrayDeque<>();

    private final ExitCounter exits;

    HartWatch(Hart hart, int capacity, AtomicLong sequence) {
        this.hart = hart;
        this.capacity = capacity;
        this.sequence = sequence;
        this.exits = new ExitCounter(hart);
    }

    synchronized List<TrapEvent> traps() {
        return List.copyOf(traps);
    }

    List<Exit> exits() {
        return exits.exits();
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
        exits.trapTaken(id, cause, epc, tval, from, to);
    }

    @Override
    public synchronized void interruptTaken(int id, int code, long epc, int from, int to) {
        Optional<TrapEvent.Delegation> delegation =
                Optional.of(new TrapEvent.Delegation("mideleg", code, to == Privilege.SUPERVISOR));
        add(true, code, Words.interrupt(code), epc, 0, from, to, delegation, Optional.empty());
        exits.interruptTaken(id, code, epc, from, to);
    }

    @Override
    public void hartWaits(int id, long pc) {
        exits.hartWaits(id, pc);
    }

    @Override
    public void deviceRead(int id, String device, long address, int size, long value) {
        exits.deviceRead(id, device, address, size, value);
    }

    @Override
    public void deviceWritten(int id, String device, long address, int size, long value) {
        exits.deviceWritten(id, device, address, size, value);
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
}
