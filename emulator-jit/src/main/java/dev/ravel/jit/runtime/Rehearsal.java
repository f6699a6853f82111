package dev.ravel.jit.runtime;

import dev.ravel.device.TimeCounter;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.InstructionClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * Makes HotSpot compile units before a hart runs them. Fresh bytecode is interpreted by the JVM, at a fraction of the speed of
 * our own interpreter, until HotSpot has compiled it, which it begins to do after some hundred calls. Here these calls are
 * made, on the thread that translates, with a hart of no machine and with no budget: a unit then leaves before its first
 * instruction.
 */
public final class Rehearsal implements AutoCloseable {
    /** Calls: more than HotSpot's {@code Tier3InvocationThreshold}. */
    private static final int CALLS = 256;

    private static final long BASE = 0x8000_0000L;

    private final Ram ram;
    private final GuestState state;

    /** A rehearsal, to be used by one thread at a time. */
    public Rehearsal() {
        try {
            ram = Ram.allocate(BASE, Ram.PAGE_SIZE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        InstructionClock clock = new InstructionClock(() -> 0, 1, Instant.EPOCH);
        Hart hart = new Hart(0, new Mmu(new Bus(ram, 1), 0), new TimeCounter(clock, new BoundaryQueue()));
        state = new GuestState(hart, new UnitTable(ram.size()));
    }

    /** Has the unit compiled soon. Nothing else comes of it. */
    public void rehearse(Unit unit) {
        for (int i = 0; i < CALLS; i++) {
            state.budget = 0;
            unit.run(state, BASE, 0);
        }
    }

    @Override
    public void close() {
        ram.close();
    }
}
