package dev.ravel.testroms.random;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;

import dev.ravel.asm.program.Program;
import dev.ravel.csr.Csr;
import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.state.NumberList;
import dev.ravel.state.NumberMap;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.InstructionClock;
import dev.ravel.time.TimeCounter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** RAM, one hart and an engine: runs one random program after the other. Time is the count of instructions. */
public final class ProgramMachine implements AutoCloseable {
    private static final long INSTRUCTIONS_PER_TICK = 10;

    private final Ram ram;
    private final Hart hart;
    private final ExecutionEngine engine;
    private final MemorySegment image;
    private final long stopped;
    private final NumberList values = new NumberList();

    /** A machine with the engine of that name. */
    public ProgramMachine(String engine) {
        this(bus -> EngineProvider.named(engine).create(bus));
    }

    /** A machine with the engine that {@code engines} makes for its bus. */
    public ProgramMachine(Function<Bus, ExecutionEngine> engines) {
        try {
            ram = Ram.allocate(Layout.BASE, Layout.SIZE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Program runtime = Layout.runtime(false);
        stopped = runtime.address("stopped");
        image = MemorySegment.ofArray(Layout.image(false));
        Bus bus = new Bus(ram);
        long[] retired = new long[1];
        InstructionClock clock = new InstructionClock(() -> retired(retired), INSTRUCTIONS_PER_TICK, Instant.EPOCH);
        hart = new Hart(0, new Mmu(bus, 0), new TimeCounter(clock, new BoundaryQueue()));
        engine = engines.apply(bus);
        restore(0);
    }

    /** Puts back what the memory held at first, from an offset on. */
    private void restore(long from) {
        MemorySegment.copy(image, from, ram.segment(), from, Layout.SIZE - from);
        ram.written(from, Layout.SIZE - from);
    }

    /** The clock is read once while the hart is being made. */
    @SuppressWarnings("NullAway")
    private long retired(long[] none) {
        return hart == null ? none[0] : hart.instret;
    }

    /** Puts a program into memory and the hart at its beginning. */
    public void load(RandomProgram program) {
        MemorySegment memory = ram.segment();
        // A program in M-mode may have written over the runtime.
        put(image.asSlice(0, offset(Layout.STATE)), 0);
        MemorySegment.copy(image, offset(Layout.STATE), memory, offset(Layout.STATE), Layout.PROGRAM - Layout.STATE);
        long state = offset(Layout.STATE);
        for (int i = 0; i < 32; i++) {
            memory.set(DOUBLEWORD, state + 8L * i, program.x()[i]);
            memory.set(DOUBLEWORD, state + 256 + 8L * i, program.f()[i]);
        }
        memory.set(DOUBLEWORD, state + 512, program.fcsr());
        memory.set(DOUBLEWORD, state + 520, program.mstatus());
        memory.set(DOUBLEWORD, state + 528, program.mode().satp());
        memory.set(DOUBLEWORD, state + 536, program.entry());
        long value = program.memorySeed();
        for (int at = 0; at < Layout.DATA_SIZE; at += 8) {
            value = Layout.nextData(value);
            memory.set(DOUBLEWORD, offset(Layout.DATA) + at, value);
        }
        ram.written(offset(Layout.STATE), Layout.PROGRAM - Layout.STATE);
        ram.written(offset(Layout.DATA), Layout.DATA_SIZE);
        putCode(program.physicalCode());
        hart.reset(Layout.BASE);
    }

    private void putCode(byte[] code) {
        put(MemorySegment.ofArray(Arrays.copyOf(code, Layout.PROGRAM_SIZE)), offset(Layout.PROGRAM));
    }

    /** Code that is there already stays as it is, decoded or translated as it may be. */
    private void put(MemorySegment wanted, long offset) {
        MemorySegment there = ram.segment().asSlice(offset, wanted.byteSize());
        if (there.mismatch(wanted) >= 0) {
            there.copyFrom(wanted);
            ram.written(offset, wanted.byteSize());
        }
    }

    /**
     * Runs the loaded program until it has ended, or {@code budget} instructions, those that trapped included, have been
     * executed since it was loaded.
     *
     * @param slice instructions to ask the engine for in one call at most
     * @return whether it has ended
     */
    public boolean run(long budget, long slice) {
        long traps = hart.trapsTaken;
        long executed = hart.instret;
        while (executed < budget) {
            hart.clearAttention();
            if (hart.takeInterrupt()) {
                // It counts as a trap, but no instruction was executed.
                traps++;
            }
            ExecutionEngine.Stop stop = engine.run(hart, Math.min(slice, budget - executed));
            executed = hart.instret + hart.trapsTaken - traps;
            if (stop == ExecutionEngine.Stop.WAIT) {
                return hart.pc == stopped + 4;
            }
        }
        return false;
    }

    /** The hart. */
    public Hart hart() {
        return hart;
    }

    /** A doubleword of memory. */
    public long peek(long address) {
        return ram.segment().get(DOUBLEWORD, address - Layout.BASE);
    }

    /** The bytes of memory. */
    MemorySegment memory() {
        return ram.segment();
    }

    /** Whether the loaded program's code is not what was loaded: it has written over it. */
    boolean hasChanged(RandomProgram program) {
        byte[] code = program.physicalCode();
        MemorySegment there = ram.segment().asSlice(offset(Layout.PROGRAM), code.length);
        return there.mismatch(MemorySegment.ofArray(code)) >= 0;
    }

    /** Whether both machines are in the same state in every register, CSR, counter and byte of memory. */
    boolean isLike(ProgramMachine other) {
        takeValues();
        other.takeValues();
        return values.sameAs(other.values) && ram.segment().mismatch(other.ram.segment()) < 0;
    }

    private void takeValues() {
        values.clear();
        hart.save(values);
    }

    /** Everything that the hart's state consists of, by name. */
    public Map<String, Long> state() {
        Map<String, Long> state = new LinkedHashMap<>();
        hart.save(new NumberMap(state));
        return state;
    }

    /** Reads a CSR as a debugger does. */
    long csr(int number) {
        Csr csr = hart.csrs.find(number);
        if (csr == null) {
            throw new IllegalArgumentException("no CSR " + number);
        }
        return csr.read();
    }

    @Override
    public void close() {
        engine.close();
        ram.close();
    }

    private static int offset(long address) {
        return (int) (address - Layout.BASE);
    }
}
