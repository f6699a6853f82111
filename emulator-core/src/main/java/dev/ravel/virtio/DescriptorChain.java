package dev.ravel.virtio;

import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A request as the driver made it available: memory that the device reads, then memory that it writes. How either is
 * cut into segments means nothing (virtio 1.3, 2.7.4).
 */
public final class DescriptorChain {
    private final int head;
    private final int slots;
    private final GuestMemory memory;
    private final List<Segment> readable;
    private final List<Segment> writable;
    private final long readableLength;
    private final long writableLength;

    /** Checked memory: {@code length} bytes, 1 to 2^32-1, at a physical address. */
    record Segment(long address, long length) {}

    DescriptorChain(int head, int slots, GuestMemory memory, List<Segment> readable, List<Segment> writable) {
        this.head = head;
        this.slots = slots;
        this.memory = memory;
        this.readable = List.copyOf(readable);
        this.writable = List.copyOf(writable);
        this.readableLength = readable.stream().mapToLong(Segment::length).sum();
        this.writableLength = writable.stream().mapToLong(Segment::length).sum();
    }

    /** The driver's name for the request, 0 to 65535; in a split ring the index of its first descriptor. */
    public int head() {
        return head;
    }

    /** The request as whoever looks from outside sees it. */
    VirtioState.Taken taken() {
        List<VirtioState.Buffer> buffers = new ArrayList<>();
        readable.forEach(s -> buffers.add(new VirtioState.Buffer(s.address, s.length, false)));
        writable.forEach(s -> buffers.add(new VirtioState.Buffer(s.address, s.length, true)));
        return new VirtioState.Taken(head, buffers);
    }

    /** Places of the ring that the request takes until it is given back. */
    int slots() {
        return slots;
    }

    /** Bytes that {@link #save} writes. */
    int savedSize() {
        return 4 * Integer.BYTES + (readable.size() + writable.size()) * 2 * Long.BYTES;
    }

    /** Writes where the request's memory is. */
    void save(ByteBuffer out) {
        out.putInt(head).putInt(slots).putInt(readable.size()).putInt(writable.size());
        readable.forEach(s -> out.putLong(s.address).putLong(s.length));
        writable.forEach(s -> out.putLong(s.address).putLong(s.length));
    }

    /** Reads back, with all checks, what {@link #save} wrote. */
    static DescriptorChain restore(ByteBuffer in, GuestMemory memory, Ring.Layout layout) throws DriverFaultException {
        try {
            ChainBuilder builder = new ChainBuilder(memory, layout);
            int head = in.getInt();
            int slots = in.getInt();
            int readable = in.getInt();
            int writable = in.getInt();
            for (int i = 0; i < readable + writable; i++) {
                builder.add(in.getLong(), in.getLong(), i >= readable);
            }
            if (slots < 1 || slots > layout.size()) {
                throw new DriverFaultException("a request takes " + slots + " descriptors");
            }
            return builder.build(head, slots);
        } catch (BufferUnderflowException e) {
            throw new DriverFaultException("a request is cut off");
        }
    }

    /** Bytes for the device to read, at most the size of RAM. */
    public long readableLength() {
        return readableLength;
    }

    /** Bytes for the device to write, at most the size of RAM. */
    public long writableLength() {
        return writableLength;
    }

    /**
     * Copies bytes that the driver wrote.
     *
     * @param position where in the readable part
     * @throws DriverFaultException if the readable part ends before
     */
    public void read(long position, byte[] into, int length) throws DriverFaultException {
        read(position, MemorySegment.ofArray(into), length);
    }

    /** As the other, to the start of other memory. */
    void read(long position, MemorySegment into, int length) throws DriverFaultException {
        if (position + length > readableLength) {
            throw new DriverFaultException(
                    "a request ends " + (position + length - readableLength) + " bytes too early");
        }
        long skip = position;
        int done = 0;
        for (Segment s : readable) {
            if (done == length) {
                break;
            }
            if (skip < s.length) {
                int count = (int) Math.min(s.length - skip, length - done);
                memory.read(s.address + skip, into, done, count);
                done += count;
                skip = 0;
            } else {
                skip -= s.length;
            }
        }
    }

    /**
     * Copies bytes to the driver.
     *
     * @param position where in the writable part
     * @throws DriverFaultException if the writable part ends before
     */
    public void write(long position, byte[] bytes, int length) throws DriverFaultException {
        write(position, MemorySegment.ofArray(bytes), length);
    }

    /** As the other, from the start of other memory. */
    void write(long position, MemorySegment bytes, int length) throws DriverFaultException {
        if (position + length > writableLength) {
            throw new DriverFaultException(
                    "the buffer of a request ends " + (position + length - writableLength) + " bytes too early");
        }
        long skip = position;
        int done = 0;
        for (Segment s : writable) {
            if (done == length) {
                break;
            }
            if (skip < s.length) {
                int count = (int) Math.min(s.length - skip, length - done);
                memory.write(s.address + skip, bytes, done, count);
                done += count;
                skip = 0;
            } else {
                skip -= s.length;
            }
        }
    }

    /** The driver does not need what is in the writable part; returns the bytes that the host got back. */
    public long discardWritable() throws DriverFaultException {
        long given = 0;
        for (Segment s : writable) {
            given += memory.discard(s.address, s.length);
        }
        return given;
    }
}
