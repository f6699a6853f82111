package dev.ravel.inspect.device;

/**
 * A hart's access to a register of a device.
 *
 * @param sequence number in the order of accesses of all harts, from 0
 * @param hart the {@code mhartid} of the hart
 * @param device its name
 * @param register its name, see {@link DeviceView#registerAt}
 * @param address physical
 * @param size bytes
 * @param write whether the hart wrote it
 * @param value what was read or written, zero-extended
 */
public record DeviceAccess(
        long sequence, int hart, String device, String register, long address, int size, boolean write, long value) {
    /** What a store of {@code size} bytes of a register has written. */
    public static long stored(long register, int size) {
        return size == Long.BYTES ? register : register & (1L << size * Byte.SIZE) - 1;
    }
}
