package dev.ravel.firmware;

import dev.ravel.asm.program.Program;

/**
 * Ravel's M-mode firmware: SBI 2.0 (Base, TIME, IPI, RFENCE, HSM, SRST, DBCN and the legacy calls) for the {@code virt}
 * board. It wants what {@code fw_dynamic} firmware of OpenSBI wants: {@code a0} the hart, {@code a1} the device tree,
 * {@code a2} where to go next; all harts start at its entry.
 *
 * <p>It keeps {@link #SIZE} bytes from its first instruction on, which belong into the device tree as reserved memory: PMP
 * closes them to S-mode and U-mode. It must be loaded anew at every reset.
 */
public final class Firmware {
    /** Bytes of memory that the firmware keeps, from its start on: code, variables, and a block for each hart. */
    public static final long SIZE = 0x1_0000;

    /** The harts that it has room for, numbered from 0. */
    public static final int MAX_HARTS = 64;

    private Firmware() {}

    /**
     * Assembles the firmware.
     *
     * @param address where it is to be loaded: a multiple of {@link #SIZE}
     * @return one segment at that address
     */
    public static Program assemble(long address) {
        if (address % SIZE != 0) {
            throw new IllegalArgumentException(
                    "0x" + Long.toHexString(address) + " is not a multiple of 0x" + Long.toHexString(SIZE));
        }
        return Sources.assemble("sbi", "firmware.s", address);
    }
}
