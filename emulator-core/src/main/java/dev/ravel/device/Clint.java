package dev.ravel.device;

import dev.ravel.fdt.Node;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.TimeCounter;
import java.util.ArrayList;
import java.util.List;

/**
 * The core-local interruptor: software interrupts and timers of all harts, laid out as in SiFive's (the register map of
 * the RISC-V ACLINT specification 1.0, 1.3). Registers are reached by 32 and 64-bit accesses.
 */
public final class Clint implements Device {
    /** Machine software interrupt of hart 0; 4 bytes a hart. */
    public static final long MSIP = 0x0000;

    /** Timer compare value of hart 0; 8 bytes a hart. */
    public static final long MTIMECMP = 0x4000;

    /** The time. */
    public static final long MTIME = 0xbff8;

    /** Bytes of the window. */
    public static final long SIZE = 0x1_0000;

    /** The most harts that the register map has room for. */
    public static final int MAX_HARTS = 4095;

    private static final int REGISTER_SIZE = 4;
    private static final long LOW_WORD = 0xffff_ffffL;

    private final TimeCounter time;
    private final List<HartLines> harts;
    private final boolean[] msip;
    private final List<TimeCounter.Comparator> comparators = new ArrayList<>();

    /**
     * The two wires to a hart.
     *
     * @param software to MSIP
     * @param timer to MTIP
     */
    public record HartLines(InterruptLine software, InterruptLine timer) {}

    /**
     * A CLINT.
     *
     * @param harts one for each hart, 1 to {@link #MAX_HARTS}
     */
    public Clint(TimeCounter time, List<HartLines> harts) {
        if (harts.isEmpty() || harts.size() > MAX_HARTS) {
            throw new IllegalArgumentException("a CLINT serves 1 to " + MAX_HARTS + " harts, not " + harts.size());
        }
        this.time = time;
        this.harts = List.copyOf(harts);
        this.msip = new boolean[harts.size()];
        for (HartLines lines : harts) {
            comparators.add(time.comparator(lines.timer()));
        }
    }

    @Override
    public String name() {
        return "clint";
    }

    @Override
    public long read(long offset, int size) {
        return switch (size) {
            case 4 -> readWord(offset);
            case 8 -> isTime(offset) ? time.value() : readWord(offset) | readWord(offset + REGISTER_SIZE) << 32;
            default -> 0;
        };
    }

    private long readWord(long offset) {
        if (offset < MTIMECMP) {
            int hart = (int) (offset - MSIP) / REGISTER_SIZE;
            return hart < msip.length && msip[hart] ? 1 : 0;
        }
        long whole = 0;
        if (isTime(offset)) {
            whole = time.value();
        } else if (compareHart(offset) < comparators.size()) {
            whole = comparators.get(compareHart(offset)).get();
        }
        return isHighWord(offset) ? whole >>> 32 : whole & LOW_WORD;
    }

    @Override
    public List<DeviceRegister> registers() {
        List<DeviceRegister> registers = new ArrayList<>();
        for (int hart = 0; hart < msip.length; hart++) {
            registers.add(DeviceRegister.of("msip" + hart, MSIP + (long) REGISTER_SIZE * hart, 4, msip[hart] ? 1 : 0));
        }
        for (int hart = 0; hart < msip.length; hart++) {
            long offset = MTIMECMP + (long) Long.BYTES * hart;
            registers.add(DeviceRegister.of(
                    "mtimecmp" + hart, offset, 8, comparators.get(hart).get()));
        }
        registers.add(DeviceRegister.of("mtime", MTIME, 8, time.value()));
        return registers;
    }

    @Override
    public void write(long offset, int size, long value) {
        switch (size) {
            case 4 -> writeWord(offset, value & LOW_WORD);
            case 8 -> writeDoubleword(offset, value);
            default -> {}
        }
    }

    private void writeDoubleword(long offset, long value) {
        if (isTime(offset)) {
            time.set(value);
        } else if (offset >= MTIMECMP) {
            writeCompare(offset, value);
        } else {
            writeWord(offset, value & LOW_WORD);
            writeWord(offset + REGISTER_SIZE, value >>> 32);
        }
    }

    private void writeWord(long offset, long value) {
        if (offset < MTIMECMP) {
            int hart = (int) (offset - MSIP) / REGISTER_SIZE;
            if (hart < msip.length) {
                setSoftware(hart, (value & 1) != 0);
            }
        } else if (isTime(offset)) {
            time.set(merge(time.value(), offset, value));
        } else if (compareHart(offset) < comparators.size()) {
            writeCompare(offset, merge(comparators.get(compareHart(offset)).get(), offset, value));
        }
    }

    private void writeCompare(long offset, long value) {
        if (compareHart(offset) < comparators.size()) {
            comparators.get(compareHart(offset)).set(value);
        }
    }

    private void setSoftware(int hart, boolean pending) {
        msip[hart] = pending;
        harts.get(hart).software().set(pending);
    }

    private static boolean isTime(long offset) {
        return (offset & -8) == MTIME;
    }

    private static int compareHart(long offset) {
        return (int) (offset - MTIMECMP) / 8;
    }

    private static boolean isHighWord(long offset) {
        return (offset & REGISTER_SIZE) != 0;
    }

    private static long merge(long old, long offset, long word) {
        return isHighWord(offset) ? old & LOW_WORD | word << 32 : old & ~LOW_WORD | word;
    }

    @Override
    public void reset() {
        time.set(0);
        for (int hart = 0; hart < msip.length; hart++) {
            setSoftware(hart, false);
            comparators.get(hart).set(TimeCounter.NEVER);
        }
    }

    @Override
    public void describe(Node parent, Placement placement) {
        Node node = parent.child("clint@" + Long.toHexString(placement.base()));
        node.cells(
                        "interrupts-extended",
                        HartInterrupts.extended(parent, HartInterrupts.MACHINE_SOFTWARE, HartInterrupts.MACHINE_TIMER))
                .longs("reg", placement.base(), placement.size())
                .strings("compatible", "sifive,clint0", "riscv,clint0");
    }

    @Override
    public void save(StateWriter out) {
        out.put("mtime", time.value());
        for (int hart = 0; hart < msip.length; hart++) {
            out.put("msip" + hart, msip[hart] ? 1 : 0);
            out.put("mtimecmp" + hart, comparators.get(hart).get());
        }
    }

    @Override
    public void restore(StateReader in) {
        time.set(in.get("mtime"));
        for (int hart = 0; hart < msip.length; hart++) {
            setSoftware(hart, in.get("msip" + hart) != 0);
            comparators.get(hart).set(in.get("mtimecmp" + hart));
        }
    }
}
