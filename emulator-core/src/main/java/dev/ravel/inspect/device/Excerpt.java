package dev.ravel.inspect.device;

import dev.ravel.virtio.DriverFaultException;
import dev.ravel.virtio.GuestMemory;
import dev.ravel.virtio.VirtioState.Buffer;
import java.util.Arrays;
import java.util.List;

/**
 * What is in a request's memory at one moment, as far as it is ever shown. Taken while the guest waits; words are made of it
 * later, for those who ask.
 *
 * @param buffers of the request
 * @param begins the first bytes of each, fewer where they leave RAM
 * @param end the last byte of the last buffer that the device writes; empty if there is none in RAM
 */
record Excerpt(List<Buffer> buffers, List<byte[]> begins, byte[] end) {
    /** Bytes of a buffer that are kept: enough for headers and some text. */
    static final int MOST = 128;

    static Excerpt of(GuestMemory memory, List<Buffer> buffers) {
        byte[][] begins = new byte[buffers.size()][];
        byte[] end = {};
        for (int i = 0; i < begins.length; i++) {
            Buffer buffer = buffers.get(i);
            begins[i] = read(memory, buffer.address(), (int) Math.min(MOST, buffer.length()));
            if (buffer.written()) {
                end = read(memory, buffer.address() + buffer.length() - 1, 1);
            }
        }
        return new Excerpt(buffers, Arrays.asList(begins), end);
    }

    private static byte[] read(GuestMemory memory, long address, int count) {
        byte[] bytes = new byte[count];
        try {
            memory.read(address, bytes, 0, count);
            return bytes;
        } catch (DriverFaultException e) {
            return new byte[0];
        }
    }

    /** The first bytes of the buffers that the device writes, or of those that it reads, as one: {@link #MOST} at most. */
    byte[] first(boolean written) {
        byte[] bytes = new byte[MOST];
        int done = 0;
        for (int i = 0; i < begins.size() && done < MOST; i++) {
            if (buffers.get(i).written() == written) {
                byte[] begin = begins.get(i);
                int count = Math.min(begin.length, MOST - done);
                System.arraycopy(begin, 0, bytes, done, count);
                done += count;
                if (begin.length < Math.min(MOST, buffers.get(i).length())) {
                    break;
                }
            }
        }
        return Arrays.copyOf(bytes, done);
    }

    /** Bytes of the buffers that the device writes, or of those that it reads. */
    long length(boolean written) {
        return buffers.stream()
                .filter(buffer -> buffer.written() == written)
                .mapToLong(Buffer::length)
                .sum();
    }
}
