package dev.ravel.device;

/** Read-only bytes, instructions or data. QEMU's {@code virt} does not describe its boot ROM; neither does this. */
public final class BootRom implements Stateless {
    private final byte[] contents;

    /**
     * A ROM; what its window has beyond the contents reads as zero.
     *
     * @param contents little-endian words
     */
    public BootRom(byte[] contents) {
        this.contents = contents.clone();
    }

    @Override
    public String name() {
        return "rom";
    }

    @Override
    public long read(long offset, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            long at = offset + i;
            value = value << 8 | (at < contents.length ? contents[(int) at] & 0xff : 0);
        }
        return value;
    }

    @Override
    public boolean takesMisalignedLoads() {
        return true;
    }

    @Override
    public void write(long offset, int size, long value) {}
}
