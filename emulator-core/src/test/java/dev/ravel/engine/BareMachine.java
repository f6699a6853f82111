package dev.ravel.engine;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;
import static dev.ravel.memory.LittleEndian.HALFWORD;
import static dev.ravel.memory.LittleEndian.WORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Instruction;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.mmu.Pmp;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.TimeCounter;
import dev.ravel.time.WallClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * RAM, harts and an engine, nothing else. A trap goes to {@link #HANDLER}, where {@link #run} ends.
 */
final class BareMachine implements AutoCloseable {
    /** Where RAM begins. */
    static final long BASE = 0x8000_0000L;
    /** Behind the last byte of RAM. */
    static final long END = BASE + (2 << 20);
    /** Where a trap goes in machine mode. */
    static final long HANDLER = BASE + 0xf000;

    final Ram ram;
    final Bus bus;
    final List<Hart> harts = new ArrayList<>();
    /** The first hart. */
    final Hart hart;

    private final ExecutionEngine engine;
    private final long slice;
    private long at = BASE;

    BareMachine(TestEngine under) {
        this(under, 1);
    }

    BareMachine(TestEngine under, int hartCount) {
        this(bus -> EngineProvider.named(under.name()).create(bus), under.slice(), hartCount);
        if (!under.bare()) {
            harts.forEach(BareMachine::protect);
        }
    }

    /** Allows everything, to machine mode too, in two entries of PMP for the two halves of RAM. */
    private static void protect(Hart hart) {
        Pmp pmp = hart.mmu.pmp();
        for (int half = 0; half < 2; half++) {
            pmp.setAddress(half, BASE + ((long) half << 20) >> 2 | (1 << 17) - 1);
            pmp.setConfig(half, Pmp.L | Pmp.NAPOT << Pmp.A_SHIFT | Pmp.R | Pmp.W | Pmp.X);
        }
        hart.mmu.protectionChanged();
        assertThat(hart.mmu.isBare()).isFalse();
    }

    BareMachine(Function<Bus, ExecutionEngine> engines, long slice, int hartCount) {
        try {
            ram = Ram.allocate(BASE, END - BASE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bus = new Bus(ram);
        for (int i = 0; i < hartCount; i++) {
            Hart h = new Hart(i, new Mmu(bus, i), new TimeCounter(new WallClock(), new BoundaryQueue()));
            h.reset(BASE);
            h.csrs.mtvec.value = HANDLER;
            harts.add(h);
        }
        hart = harts.getFirst();
        engine = engines.apply(bus);
        this.slice = slice;
        org(HANDLER).add("wfi");
        org(BASE);
    }

    /** Sets the address of the next {@link #add}. */
    BareMachine org(long address) {
        at = address;
        return this;
    }

    /** The address of the next {@link #add}. */
    long here() {
        return at;
    }

    /** Adds an instruction; operands in the order of the assembly syntax. */
    BareMachine add(String mnemonic, long... operands) {
        Instruction instruction = Extensions.RV64.byMnemonic(mnemonic).orElseThrow();
        int bits = instruction.encode(operands);
        return instruction.length() == 2 ? half(bits) : word(bits);
    }

    /** Adds 32 bits. */
    BareMachine word(int bits) {
        poke(at, bits);
        at += 4;
        return this;
    }

    /** Adds 16 bits. */
    BareMachine half(int bits) {
        ram.segment().set(HALFWORD, at - BASE, (short) bits);
        ram.written(at - BASE, 2);
        at += 2;
        return this;
    }

    /** Adds the end: a trap. */
    BareMachine stop() {
        return add("ebreak");
    }

    /** Writes a word to memory as a device would. */
    void poke(long address, int value) {
        ram.segment().set(WORD, address - BASE, value);
        ram.written(address - BASE, 4);
    }

    /** Writes a doubleword to memory as a device would. */
    void pokeLong(long address, long value) {
        ram.segment().set(DOUBLEWORD, address - BASE, value);
        ram.written(address - BASE, 8);
    }

    long peekLong(long address) {
        return ram.segment().get(DOUBLEWORD, address - BASE);
    }

    /** Runs the first hart until it traps. */
    BareMachine run() {
        run(hart);
        return this;
    }

    /** Runs a hart from where it is until it traps, at most a minute. */
    void run(Hart h) {
        long start = System.nanoTime();
        while (h.pc != HANDLER) {
            if (System.nanoTime() - start > 60_000_000_000L) {
                throw new AssertionError("still running at 0x" + Long.toHexString(h.pc));
            }
            h.clearAttention();
            engine.run(h, Math.min(slice, 1000));
            if (h.pc == HANDLER + 4) {
                // The handler's wfi has run in the same call.
                h.pc = HANDLER;
                h.instret--;
            }
        }
    }

    /** One call of the engine for the first hart. */
    ExecutionEngine.Stop runOnce(long instructions) {
        hart.clearAttention();
        return engine.run(hart, instructions);
    }

    /** The encoding of an instruction. */
    static int encode(String mnemonic, long... operands) {
        return Extensions.RV64.byMnemonic(mnemonic).orElseThrow().encode(operands);
    }

    @Override
    public void close() {
        engine.close();
        ram.close();
    }
}
