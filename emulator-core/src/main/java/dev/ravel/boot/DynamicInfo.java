package dev.ravel.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the previous boot stage tells OpenSBI's {@code FW_DYNAMIC} firmware, which finds its address in {@code a2}
 * ({@code struct fw_dynamic_info}, version 2: six little-endian doublewords).
 *
 * @param nextAddress where the firmware goes next
 * @param nextMode the privilege mode it goes there in: 0 U, 1 S, 3 M
 * @param options {@code SBI_SCRATCH_*} options of OpenSBI, 0 for none
 * @param bootHart the hart that initialises the firmware
 */
public record DynamicInfo(long nextAddress, int nextMode, long options, long bootHart) {
    /** Bytes of the structure. */
    public static final int SIZE = 48;

    /** {@code "OSBI"} as OpenSBI spells it. */
    public static final long MAGIC = 0x4942534f;

    /** The version of the structure that has {@code bootHart}. */
    public static final long VERSION = 2;

    /** S-mode, for {@link #nextMode}. */
    public static final int S_MODE = 1;

    /** The next stage is an S-mode kernel; hart 0 initialises the firmware. */
    public static DynamicInfo supervisor(long nextAddress) {
        return new DynamicInfo(nextAddress, S_MODE, 0, 0);
    }

    /** The structure as it lies in memory, {@link #SIZE} bytes. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(MAGIC)
                .putLong(VERSION)
                .putLong(nextAddress)
                .putLong(nextMode)
                .putLong(options)
                .putLong(bootHart)
                .array();
    }
}
