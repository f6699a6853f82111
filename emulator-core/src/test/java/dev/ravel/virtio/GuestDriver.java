package dev.ravel.virtio;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;
import static dev.ravel.memory.LittleEndian.HALFWORD;
import static dev.ravel.memory.LittleEndian.WORD;

import dev.ravel.device.Wire;
import dev.ravel.memory.Ram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Plays the guest's driver of a virtio-mmio device: sets it up through its registers and builds rings in RAM. */
final class GuestDriver implements AutoCloseable {
    static final long BASE = 0x8000_0000L;
    static final int RAM_SIZE = 16 << 20;
    static final long ALL_RING_FEATURES = 1L << VirtioController.F_VERSION_1
            | 1L << VirtioController.F_INDIRECT_DESC
            | 1L << VirtioController.F_EVENT_IDX;
    static final long PACKED_RING = 1L << VirtioController.F_VERSION_1 | 1L << VirtioController.F_RING_PACKED;
    static final long PLAIN_RING = 1L << VirtioController.F_VERSION_1;

    final Ram ram;
    final Wire wire = new Wire();
    final VirtioMmio device;
    /** Where free memory for buffers starts; a test that fills it starts over. */
    private long free = BASE + (1 << 20);

    GuestDriver(VirtioDevice device) {
        this(device, newRam());
    }

    /** For a device that was given the memory too; it is closed with this. */
    GuestDriver(VirtioDevice device, Ram ram) {
        this.ram = ram;
        this.device = new VirtioMmio(device, new GuestMemory(ram), wire);
    }

    static Ram newRam() {
        try {
            return Ram.allocate(BASE, RAM_SIZE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets up to FEATURES_OK; returns the status. */
    int negotiate(long features) {
        write(VirtioMmio.STATUS, 0);
        write(VirtioMmio.STATUS, VirtioController.ACKNOWLEDGE);
        write(VirtioMmio.STATUS, VirtioController.ACKNOWLEDGE | VirtioController.DRIVER);
        write(VirtioMmio.DRIVER_FEATURES_SEL, 0);
        write(VirtioMmio.DRIVER_FEATURES, features);
        write(VirtioMmio.DRIVER_FEATURES_SEL, 1);
        write(VirtioMmio.DRIVER_FEATURES, features >>> 32);
        return or(VirtioController.FEATURES_OK);
    }

    /** Tells the device that the driver is ready. */
    int ready() {
        return or(VirtioController.DRIVER_OK);
    }

    private int or(int bit) {
        write(VirtioMmio.STATUS, read(VirtioMmio.STATUS) | bit);
        return read(VirtioMmio.STATUS);
    }

    int status() {
        return read(VirtioMmio.STATUS);
    }

    boolean needsReset() {
        return (status() & VirtioController.DEVICE_NEEDS_RESET) != 0;
    }

    int read(int register) {
        return (int) device.read(register, 4);
    }

    void write(int register, long value) {
        device.write(register, 4, value);
    }

    long allocate(int length) {
        long address = free;
        free += length + 63 & -64;
        return address;
    }

    /** Starts over with free memory. */
    void recycle() {
        free = BASE + (1 << 20);
    }

    private MemorySegment at(long address, long length) {
        return ram.segment().asSlice(address - BASE, length);
    }

    void putShort(long address, int value) {
        at(address, 2).set(HALFWORD, 0, (short) value);
    }

    int getShort(long address) {
        return at(address, 2).get(HALFWORD, 0) & 0xffff;
    }

    void putInt(long address, int value) {
        at(address, 4).set(WORD, 0, value);
    }

    int getInt(long address) {
        return at(address, 4).get(WORD, 0);
    }

    void putLong(long address, long value) {
        at(address, 8).set(DOUBLEWORD, 0, value);
    }

    void put(long address, byte[] bytes) {
        at(address, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    }

    byte[] get(long address, int length) {
        return at(address, length).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
        device.close();
        ram.close();
    }

    /** A piece of a request: memory that the device reads or writes. */
    record Piece(long address, int length, boolean writable) {}

    /** Memory with these bytes, for the device to read. */
    Piece out(byte[] bytes) {
        long address = allocate(bytes.length);
        put(address, bytes);
        return new Piece(address, bytes.length, false);
    }

    /** Memory for the device to write. */
    Piece in(int length) {
        long address = allocate(length);
        put(address, filled(length));
        return new Piece(address, length, true);
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xee);
        return bytes;
    }

    byte[] get(Piece piece) {
        return get(piece.address, piece.length);
    }

    /** An entry of a used ring. */
    record Used(int head, int length) {}

    /** The driver's end of a split virtqueue. */
    final class Queue {
        static final int NEXT = 1;
        static final int WRITE = 2;
        static final int INDIRECT = 4;

        final int index;
        final int size;
        final long descriptors;
        final long available;
        final long used;
        private int nextDescriptor;
        int availableIndex;
        private int seenUsed;

        /** Sets the queue up in the device. */
        Queue(int index, int size) {
            this.index = index;
            this.size = size;
            long area = BASE + index * 0x8000L;
            descriptors = area;
            available = area + 0x4000;
            used = area + 0x6000;
            put(area, new byte[0x8000]);
            write(VirtioMmio.QUEUE_SEL, index);
            write(VirtioMmio.QUEUE_SIZE, size);
            address(VirtioMmio.QUEUE_DESC_LOW, descriptors);
            address(VirtioMmio.QUEUE_DRIVER_LOW, available);
            address(VirtioMmio.QUEUE_DEVICE_LOW, used);
            write(VirtioMmio.QUEUE_READY, 1);
        }

        private void address(int register, long address) {
            write(register, address);
            write(register + 4, address >>> 32);
        }

        /** Writes a descriptor of the queue's table. */
        void descriptor(int number, long address, int length, int flags, int next) {
            descriptorAt(descriptors + 16L * number, address, length, flags, next);
        }

        void descriptorAt(long where, long address, int length, int flags, int next) {
            putLong(where, address);
            putInt(where + 8, length);
            putShort(where + 12, flags);
            putShort(where + 14, next);
        }

        /** Makes a chain available that starts with that descriptor. */
        void makeAvailable(int head) {
            putShort(available + 4 + 2L * (availableIndex % size), head);
            availableIndex = availableIndex + 1 & 0xffff;
            putShort(available + 2, availableIndex);
        }

        /** Adds a request of these pieces; returns its head. */
        int add(Piece... pieces) {
            int head = nextDescriptor % size;
            for (int i = 0; i < pieces.length; i++) {
                int number = nextDescriptor++ % size;
                boolean last = i == pieces.length - 1;
                int flags = (pieces[i].writable ? WRITE : 0) | (last ? 0 : NEXT);
                descriptor(number, pieces[i].address, pieces[i].length, flags, last ? 0 : nextDescriptor % size);
            }
            makeAvailable(head);
            return head;
        }

        /** Adds a request whose pieces stand in an indirect table; returns its head. */
        int addIndirect(Piece... pieces) {
            long table = allocate(16 * pieces.length);
            for (int i = 0; i < pieces.length; i++) {
                boolean last = i == pieces.length - 1;
                int flags = (pieces[i].writable ? WRITE : 0) | (last ? 0 : NEXT);
                descriptorAt(table + 16L * i, pieces[i].address, pieces[i].length, flags, last ? 0 : i + 1);
            }
            int head = nextDescriptor++ % size;
            descriptor(head, table, 16 * pieces.length, INDIRECT, 0);
            makeAvailable(head);
            return head;
        }

        void kick() {
            write(VirtioMmio.QUEUE_NOTIFY, index);
        }

        int usedIndex() {
            return getShort(used + 2);
        }

        /** What was given back since the last call. */
        List<Used> takeUsed() {
            List<Used> out = new ArrayList<>();
            while (seenUsed != usedIndex()) {
                long element = used + 4 + 8L * (seenUsed % size);
                out.add(new Used(getInt(element), getInt(element + 4)));
                seenUsed = seenUsed + 1 & 0xffff;
            }
            return out;
        }

        void setUsedEvent(int value) {
            putShort(available + 4 + 2L * size, value);
        }

        int availableEvent() {
            return getShort(used + 4 + 8L * size);
        }

        void setNoInterrupt(boolean on) {
            putShort(available, on ? 1 : 0);
        }
    }
}
