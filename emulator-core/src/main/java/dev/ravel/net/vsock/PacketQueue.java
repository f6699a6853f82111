package dev.ravel.net.vsock;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * Packets that wait one way, of bounded number and size, each of the driver's session in which it was made: those of one that is over
 * are not added any more. Safe for any thread.
 */
final class PacketQueue {
    private static final int CAPACITY = 256;

    /** There is room for one more while less bytes wait. */
    private static final int BYTES = 1 << 20;

    private final Queue<VsockPacket> packets = new ArrayDeque<>();
    private int bytes;
    private long session;

    synchronized void clear(long newSession) {
        packets.clear();
        bytes = 0;
        session = newSession;
    }

    /** Adds one; the caller sees to it that there is room. */
    synchronized void add(long from, VsockPacket packet) {
        if (from == session) {
            packets.add(packet);
            bytes += packet.payload().length;
        }
    }

    /** Takes the first of that session. */
    synchronized Optional<VsockPacket> poll(long from) {
        Optional<VsockPacket> first = from == session ? Optional.ofNullable(packets.poll()) : Optional.empty();
        first.ifPresent(packet -> bytes -= packet.payload().length);
        return first;
    }

    synchronized boolean isFull() {
        return packets.size() >= CAPACITY || bytes >= BYTES;
    }

    synchronized boolean isHalfEmpty() {
        return packets.size() < CAPACITY / 2 && bytes < BYTES / 2;
    }
}
