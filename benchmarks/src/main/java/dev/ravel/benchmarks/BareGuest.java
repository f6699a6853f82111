package dev.ravel.benchmarks;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.program.Program;
import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.TimeCounter;
import dev.ravel.time.WallClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** One hart, RAM, an engine and a program without an end: nothing but the engine is measured. */
final class BareGuest implements AutoCloseable {
    private static final long MEMORY = 16 << 20;

    private final Ram ram;
    private final Hart hart;
    private final ExecutionEngine engine;

    /**
     * Loads a program at the start of RAM.
     *
     * @param source an assembly source among this package's resources
     * @param entry the label whose address the program is given in {@code a0}
     * @param engineName as on the command line
     */
    BareGuest(String source, String entry, String engineName) {
        Program program = Assembler.assemble(source, read(source));
        try {
            ram = Ram.allocate(program.base(), MEMORY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] image = program.flat();
        MemorySegment.copy(MemorySegment.ofArray(image), 0, ram.segment(), 0, image.length);
        Bus bus = new Bus(ram);
        hart = new Hart(0, new Mmu(bus, 0), new TimeCounter(new WallClock(), new BoundaryQueue()));
        hart.reset(program.base());
        hart.x[10] = program.address(entry);
        hart.clearAttention();
        engine = EngineProvider.named(engineName).create(bus);
    }

    /** Runs exactly so many instructions. */
    void run(long instructions) {
        long end = hart.instret + instructions;
        while (hart.instret < end) {
            engine.run(hart, end - hart.instret);
            hart.clearAttention();
        }
    }

    private static String read(String name) {
        try (InputStream in = BareGuest.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no guest program " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        engine.close();
        ram.close();
    }
}
