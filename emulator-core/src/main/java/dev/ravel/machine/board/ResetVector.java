package dev.ravel.machine.board;

import dev.ravel.boot.DynamicInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first instructions of every hart. They load what the calling convention of M-mode firmware wants ({@code a0} the
 * hart, {@code a1} the device tree, {@code a2} the {@code fw_dynamic} information) and jump to the start address.
 */
final class ResetVector {
    private static final int[] CODE = {
        0x00000297, // auipc t0, 0
        0x02828613, // addi  a2, t0, 40       the fw_dynamic information
        0xf1402573, // csrr  a0, mhartid
        0x0202b583, // ld    a1, 32(t0)       the device tree
        0x0182b283, // ld    t0, 24(t0)       where to start
        0x00028067, // jr    t0
    };

    private ResetVector() {}

    /** The contents of the boot ROM. */
    static byte[] contents(long start, long deviceTree, DynamicInfo info) {
        ByteBuffer rom =
                ByteBuffer.allocate(CODE.length * 4 + 16 + DynamicInfo.SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (int instruction : CODE) {
            rom.putInt(instruction);
        }
        return rom.putLong(start).putLong(deviceTree).put(info.toBytes()).array();
    }
}
