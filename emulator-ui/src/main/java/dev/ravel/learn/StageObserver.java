package dev.ravel.learn;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.Exit;
import dev.ravel.inspect.ExitCounter;
import dev.ravel.observe.Observer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Counts traps and accesses to devices, and keeps the last exception and the last access. */
final class StageObserver implements Observer {
    private static final int CODES = 64;

    private final long[] exceptions = new long[CODES];
    private final long[] interrupts = new long[CODES];
    private Optional<Exception> last = Optional.empty();
    private Optional<Access> lastAccess = Optional.empty();
    private long accesses;
    private Optional<ExitCounter> exits = Optional.empty();

    /** Counts exits of this hart, the only one, from now on. */
    synchronized void countExits(Hart hart) {
        exits = Optional.of(new ExitCounter(hart));
    }

    /** What a hypervisor would call exits, counted. */
    synchronized List<Exit> exits() {
        return exits.map(ExitCounter::exits).orElse(List.of());
    }

    @Override
    public synchronized void hartWaits(int hart, long pc) {
        exits.ifPresent(counter -> counter.hartWaits(hart, pc));
    }

    /** An exception as {@link Observer#trapTaken} tells it. */
    record Exception(int cause, long epc, long tval, int from, int to) {}

    @Override
    public synchronized void trapTaken(int hart, int cause, long epc, long tval, int from, int to) {
        exceptions[cause]++;
        last = Optional.of(new Exception(cause, epc, tval, from, to));
        exits.ifPresent(counter -> counter.trapTaken(hart, cause, epc, tval, from, to));
    }

    /** An access to a device's register; the address is physical. */
    record Access(String device, long address, long value, boolean write) {}

    @Override
    public synchronized void deviceRead(int hart, String device, long address, int size, long value) {
        accesses++;
        lastAccess = Optional.of(new Access(device, address, value, false));
        exits.ifPresent(counter -> counter.deviceRead(hart, device, address, size, value));
    }

    @Override
    public synchronized void deviceWritten(int hart, String device, long address, int size, long value) {
        accesses++;
        lastAccess = Optional.of(new Access(device, address, value, true));
        exits.ifPresent(counter -> counter.deviceWritten(hart, device, address, size, value));
    }

    /** How many accesses to registers of devices there were. */
    synchronized long accesses() {
        return accesses;
    }

    synchronized Optional<Access> lastAccess() {
        return lastAccess;
    }

    @Override
    public synchronized void interruptTaken(int hart, int code, long epc, int from, int to) {
        interrupts[code]++;
        exits.ifPresent(counter -> counter.interruptTaken(hart, code, epc, from, to));
    }

    /** How many exceptions or interrupts were taken, of one code or of all. */
    synchronized long count(boolean ofInterrupts, OptionalInt code) {
        long[] counts = ofInterrupts ? interrupts : exceptions;
        return code.isPresent()
                ? counts[code.getAsInt()]
                : Arrays.stream(counts).sum();
    }

    /** All of both kinds. */
    synchronized long all() {
        return Arrays.stream(exceptions).sum() + Arrays.stream(interrupts).sum();
    }

    /** The counts now: of exceptions, then of interrupts. */
    synchronized long[][] copy() {
        return new long[][] {exceptions.clone(), interrupts.clone()};
    }

    /** All that it knows. */
    record Memory(
            long[] exceptions,
            long[] interrupts,
            Optional<Exception> last,
            Optional<Access> lastAccess,
            long accesses,
            Optional<ExitCounter> exits) {}

    synchronized Memory memory() {
        return new Memory(
                exceptions.clone(), interrupts.clone(), last, lastAccess, accesses, exits.map(ExitCounter::copy));
    }

    /** Knows again what it knew, and nothing else. */
    synchronized void recall(Memory memory) {
        System.arraycopy(memory.exceptions, 0, exceptions, 0, CODES);
        System.arraycopy(memory.interrupts, 0, interrupts, 0, CODES);
        last = memory.last;
        lastAccess = memory.lastAccess;
        accesses = memory.accesses;
        exits = memory.exits.map(ExitCounter::copy);
    }

    synchronized Optional<Exception> last() {
        return last;
    }
}
