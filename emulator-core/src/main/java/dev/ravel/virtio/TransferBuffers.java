package dev.ravel.virtio;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Buffers between guest memory and a file of the host. They are outside of the Java heap, where the host reads and writes without
 * one more copy, and are used again, so that none has to be made and cleared for a request. The one that was used last comes first:
 * it is still in the processor's cache.
 *
 * <p>All methods are called with the device lock held.
 */
final class TransferBuffers {
    private final int size;
    private final Deque<Buffer> free = new ArrayDeque<>();

    /** A buffer, as the host and as the guest's memory take it. */
    record Buffer(ByteBuffer bytes, MemorySegment memory) {
        /** Its first bytes, for the host. */
        ByteBuffer first(int length) {
            return bytes.slice(0, length);
        }
    }

    /** None yet; each will hold so many bytes. */
    TransferBuffers(int size) {
        this.size = size;
    }

    /** One that nobody uses. What is in it is left from its last use. */
    Buffer take() {
        if (!free.isEmpty()) {
            return free.pop();
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(size);
        return new Buffer(bytes, MemorySegment.ofBuffer(bytes));
    }

    /** Takes one back. One that never comes back, because its request was forgotten in a reset, is the collector's. */
    void give(Buffer buffer) {
        free.push(buffer);
    }
}
