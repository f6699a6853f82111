package dev.ravel.virtio;

import dev.ravel.device.Device;
import dev.ravel.pci.Capability;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Tells a driver where some of a device's registers are (virtio 1.3, 4.1.4): {@code struct virtio_pci_cap}. */
class VirtioCapability implements Capability {
    /** The registers of all devices. */
    static final int COMMON = 1;

    /** Where the driver makes requests available. */
    static final int NOTIFY = 2;

    /** The interrupt status. */
    static final int ISR = 3;

    /** The device's configuration space. */
    static final int DEVICE = 4;

    /** A way to the others through the PCI configuration space. */
    static final int PCI = 5;

    static final int BAR = 4;
    static final int OFFSET = 8;
    static final int LENGTH = 12;

    /** What comes after the structure. */
    static final int EXTRA = 16;

    private static final int VENDOR_SPECIFIC = 9;
    private static final int CAP_LEN = 2;
    private static final int CFG_TYPE = 3;

    private final ByteBuffer bytes;

    /**
     * A capability of a type.
     *
     * @param bar the index of the BAR with the registers
     * @param offset bytes from its start
     * @param length bytes
     * @param extra what comes after the structure
     */
    VirtioCapability(int type, int bar, int offset, int length, int... extra) {
        int size = EXTRA + extra.length * Integer.BYTES;
        bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(CAP_LEN, (byte) size).put(CFG_TYPE, (byte) type).put(BAR, (byte) bar);
        bytes.putInt(OFFSET, offset).putInt(LENGTH, length);
        for (int i = 0; i < extra.length; i++) {
            bytes.putInt(EXTRA + i * Integer.BYTES, extra[i]);
        }
    }

    @Override
    public int id() {
        return VENDOR_SPECIFIC;
    }

    @Override
    public int length() {
        return bytes.capacity();
    }

    @Override
    public long read(int offset, int size) {
        return switch (size) {
            case 1 -> bytes.get(offset) & 0xff;
            case 2 -> bytes.getShort(offset) & 0xffff;
            default -> Integer.toUnsignedLong(bytes.getInt(offset));
        };
    }

    /** The way to registers for a driver that cannot reach the BAR (virtio 1.3, 4.1.4.9): it says where, and reads or writes. */
    static final class Window extends VirtioCapability {
        private final Device registers;
        private final int bar;

        Window(int bar, Device registers) {
            super(PCI, 0, 0, 0, 0);
            this.bar = bar;
            this.registers = registers;
        }

        /** Whether the driver's choice is an access that the registers have. */
        private boolean usable(int size) {
            long offset = super.read(OFFSET, 4);
            return super.read(BAR, 1) == bar
                    && super.read(LENGTH, 4) == size
                    && offset % size == 0
                    && offset <= VirtioPci.REGISTERS_SIZE - size;
        }

        @Override
        public long read(int offset, int size) {
            if (offset < EXTRA) {
                return super.read(offset, size);
            }
            return offset == EXTRA && usable(size) ? registers.read(super.read(OFFSET, 4), size) : 0;
        }

        @Override
        public void write(int offset, int size, long value) {
            if (offset == EXTRA && usable(size)) {
                registers.write(super.read(OFFSET, 4), size, value);
            } else if (offset == BAR && size == 1 || offset >= OFFSET && offset < EXTRA) {
                set(offset, size, value);
            }
        }
    }

    /** Changes bytes. */
    void set(int offset, int size, long value) {
        for (int i = 0; i < size; i++) {
            bytes.put(offset + i, (byte) (value >>> 8 * i));
        }
    }

    void save(String name, StateWriter out) {
        out.put(name, bytes.array());
    }

    void restore(String name, StateReader in) {
        byte[] saved = in.getBytes(name);
        bytes.put(0, Arrays.copyOf(saved, bytes.capacity()));
    }
}
