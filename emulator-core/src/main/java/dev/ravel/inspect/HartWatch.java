package dev.ravel.inspect;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Cause;
import dev.ravel.isa.Privilege;
import dev.ravel.observe.Observer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Listens to one hart. Events come on the hart's thread; anybody may ask meanwhile. */
final class HartWatch implements Observer {
    private static final int ARGUMENTS = 6;
    private static final int A6 = 6;
    private static final int A7 = 7;

    private final Hart hart;
    private final AtomicLong sequence;
    private final TrapRing traps;
    private final ExitCounter exits;

    HartWatch(Hart hart, int capacity, AtomicLong sequence) {
        this.hart = hart;
        this.sequence = sequence;
        this.traps = new TrapRing(capacity);
        this.exits = new ExitCounter(hart);
    }

    List<TrapEvent> traps() {
        return traps.latest().stream().map(this::event).toList();
    }

    List<Exit> exits() {
        return exits.exits();
    }

    @Override
    public void trapTaken(int id, int cause, long epc, long tval, int from, int to) {
        traps.add(sequence.getAndIncrement(), hart, false, cause, epc, tval, from, to);
        exits.trapTaken(id, cause, epc, tval, from, to);
    }

    @Override
    public void interruptTaken(int id, int code, long epc, int from, int to) {
        traps.add(sequence.getAndIncrement(), hart, true, code, epc, 0, from, to);
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

    private TrapEvent event(TrapRing.Raw trap) {
        boolean supervisor = trap.to() == Privilege.SUPERVISOR;
        Optional<TrapEvent.Delegation> delegation = trap.interrupt() || trap.from() != Privilege.MACHINE
                ? Optional.of(
                        new TrapEvent.Delegation(trap.interrupt() ? "mideleg" : "medeleg", trap.code(), supervisor))
                : Optional.empty();
        return new TrapEvent(
                trap.sequence(),
                hart.id(),
                trap.instructionsRetired(),
                trap.interrupt(),
                trap.code(),
                trap.interrupt() ? Words.interrupt(trap.code()) : Words.exception(trap.code()),
                trap.epc(),
                Optional.empty(),
                trap.tval(),
                trap.from(),
                trap.to(),
                delegation,
                trap.interrupt() ? Optional.empty() : call(trap),
                saved(trap),
                handler(trap),
                Optional.empty());
    }

    private static List<TrapEvent.Saved> saved(TrapRing.Raw trap) {
        boolean supervisor = trap.to() == Privilege.SUPERVISOR;
        String mode = supervisor ? "s" : "m";
        String field = supervisor ? "S" : "M";
        return List.of(
                new TrapEvent.Saved(mode + "epc", trap.epc()),
                new TrapEvent.Saved(mode + "cause", trap.code() | (trap.interrupt() ? Cause.INTERRUPT : 0)),
                new TrapEvent.Saved(mode + "tval", trap.tval()),
                new TrapEvent.Saved(field + "PP", trap.from()),
                new TrapEvent.Saved(field + "PIE", trap.enabled() ? 1 : 0),
                new TrapEvent.Saved(field + "IE", 0));
    }

    private static long handler(TrapRing.Raw trap) {
        boolean vectored = (trap.vector() & 1) != 0 && trap.interrupt();
        return (trap.vector() & ~3L) + (vectored ? 4L * trap.code() : 0);
    }

    private static Optional<TrapEvent.Call> call(TrapRing.Raw trap) {
        String name = switch (trap.code()) {
            case Cause.ECALL_SUPERVISOR ->
                SbiCalls.name(trap.a().get(A7), trap.a().get(A6));
            case Cause.ECALL_USER -> LinuxCalls.words(trap.a().get(A7));
            default -> "";
        };
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(new TrapEvent.Call(name, trap.a().subList(0, ARGUMENTS)));
    }
}
