package dev.ravel.hart;

import dev.ravel.extension.Extensions;
import dev.ravel.isa.Cause;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.ManualClock;
import dev.ravel.time.TimeCounter;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One hart with memory and a clock that stands, whose control and CSR instructions a test executes one by one. Traps
 * are taken.
 */
public final class HartRig implements AutoCloseable {
    public static final long BASE = 0x8000_0000L;

    /** Where machine-mode traps go, and supervisor's. */
    public static final long MACHINE_VECTOR = BASE + 0x100;

    public static final long SUPERVISOR_VECTOR = BASE + 0x200;

    private static final int RD = 10;
    private static final int RS = 11;

    public final ManualClock clock = new ManualClock();
    public final BoundaryQueue events = new BoundaryQueue();
    public final Ram ram;
    public final Hart hart;

    public HartRig() {
        try {
            ram = Ram.allocate(BASE, 1 << 20);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hart = new Hart(0, new Mmu(new Bus(ram), 0), new TimeCounter(clock, events));
        hart.reset(BASE);
        hart.csrs.mtvec.value = MACHINE_VECTOR;
        hart.csrs.stvec.value = SUPERVISOR_VECTOR;
        hart.clearAttention();
    }

    /** Executes one CSR or control instruction at the present pc, and takes the trap if it raises one. */
    public int execute(int bits) {
        Decoded decoded = Extensions.RV64.decode(bits);
        int outcome = switch (decoded.instruction().operation()) {
            case Operation.Csr csr -> hart.accessCsr(decoded);
            case Operation.Control control -> call(control, decoded);
            default -> throw new IllegalArgumentException(decoded.toString());
        };
        switch (outcome) {
            case Outcome.TRAP -> hart.takeTrap();
            case Outcome.NEXT -> {
                hart.pc += decoded.length();
                hart.instret++;
            }
            default -> hart.instret++;
        }
        return outcome;
    }

    private int call(Operation.Control control, Decoded decoded) {
        try {
            return (int) control.semantics().method().invoke(null, hart, decoded);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** Executes a control instruction without operands, by its mnemonic. */
    public int execute(String mnemonic) {
        return execute(Extensions.RV64.byMnemonic(mnemonic).orElseThrow().match());
    }

    private static int csrInstruction(int funct3, int csr, int rd, int rs1) {
        return csr << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | 0x73;
    }

    /** {@code csrr}; the value, or throws if it trapped. */
    public long read(int csr) {
        if (execute(csrInstruction(2, csr, RD, 0)) == Outcome.TRAP) {
            throw new AssertionError("reading CSR " + Integer.toHexString(csr) + " traps");
        }
        return hart.x[RD];
    }

    /** {@code csrw}; the outcome. */
    public int write(int csr, long value) {
        hart.x[RS] = value;
        return execute(csrInstruction(1, csr, 0, RS));
    }

    /** {@code csrs}; the old value. */
    public long set(int csr, long bits) {
        hart.x[RS] = bits;
        execute(csrInstruction(2, csr, RD, RS));
        return hart.x[RD];
    }

    /** {@code csrc}; the old value. */
    public long clear(int csr, long bits) {
        hart.x[RS] = bits;
        execute(csrInstruction(3, csr, RD, RS));
        return hart.x[RD];
    }

    /** Writes and reads back, in machine mode. */
    public long writeThenRead(int csr, long value) {
        write(csr, value);
        return read(csr);
    }

    /** Whether {@code csrr} is legal in a mode. */
    public boolean readable(int csr, int privilege) {
        hart.setPrivilege(privilege);
        return execute(csrInstruction(2, csr, RD, 0)) != Outcome.TRAP;
    }

    /** Whether {@code csrw} is legal in a mode. */
    public boolean writable(int csr, int privilege) {
        hart.setPrivilege(privilege);
        return write(csr, 0) != Outcome.TRAP;
    }

    /** Whether the last instruction trapped to machine mode as illegal, with the encoding as {@code mtval}. */
    public boolean wasIllegal(int bits) {
        return hart.csrs.mcause.value == Cause.ILLEGAL_INSTRUCTION
                && hart.csrs.mtval.value == Integer.toUnsignedLong(bits)
                && hart.pc == MACHINE_VECTOR;
    }

    @Override
    public void close() {
        ram.close();
    }
}
