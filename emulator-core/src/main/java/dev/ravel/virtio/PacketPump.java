package dev.ravel.virtio;

import dev.ravel.time.BoundaryWork;
import dev.ravel.time.EventQueue;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Moves packets between the host and the first two queues of a device, which network and socket devices have alike (virtio 1.3, 5.1.2
 * and 5.10.2). Those from the host enter the guest at instruction boundaries, and only as many as it has buffers for; those from the
 * guest are taken while the host is not congested. A boundary moves about {@link #BATCH} bytes each way, and the next one the rest.
 */
final class PacketPump {
    /** Queue of the buffers for packets from the host. */
    static final int RECEIVE_QUEUE = 0;

    /** Queue of the guest's packets. */
    static final int TRANSMIT_QUEUE = 1;

    private static final int BATCH = 1 << 17;

    private final Packets packets;
    private final BoundaryWork moving;
    private Optional<VirtioSession> session = Optional.empty();
    /** Receiving ended for want of buffers. */
    private boolean blocked;
    /** Sending ended before the driver's packets did: because of the host, or because it was enough at once. */
    private boolean stalled;
    /** Nothing is to be taken from the host before {@link #restore}. */
    private boolean held;

    /** What the packets are. */
    interface Packets {
        /** Whether the host takes no more for now. */
        boolean congested();

        /** Sends what the driver has put into a chain; returns for how many bytes it counts. */
        int send(VirtioSession session, DescriptorChain chain) throws DriverFaultException;

        /** Whether there is one for the guest; it stays until it is delivered. */
        boolean isWaiting();

        /** Puts as much of that one as goes into the guest's buffers, and returns so many bytes; empty if there are no buffers yet. */
        OptionalInt deliver(VirtioSession session) throws DriverFaultException;

        /** Forgets those for a guest that has no driver. */
        void discard();
    }

    PacketPump(Packets packets, EventQueue events) {
        this.packets = packets;
        this.moving = new BoundaryWork(events, this::move);
    }

    /** Has packets moved at the next instruction boundary. Safe for any thread. */
    void request() {
        moving.request();
    }

    boolean isRequested() {
        return moving.isRequested();
    }

    boolean isBlocked() {
        return blocked;
    }

    boolean isStalled() {
        return stalled;
    }

    void start(VirtioSession fresh) throws DriverFaultException {
        session = Optional.of(fresh);
        transmit(fresh);
    }

    /** The driver has put something into one of the two queues. */
    void notified(VirtioSession current, int queue) throws DriverFaultException {
        if (queue == TRANSMIT_QUEUE) {
            transmit(current);
        } else if (blocked) {
            blocked = false;
            moving.request();
        }
    }

    /** Moves what can be moved; what changes meanwhile has this called again. */
    private void move() {
        if (held) {
            return;
        }
        if (session.isEmpty()) {
            packets.discard();
            return;
        }
        VirtioSession current = session.get();
        current.run(() -> {
            if (stalled) {
                transmit(current);
            }
            receive(current);
        });
    }

    private void transmit(VirtioSession current) throws DriverFaultException {
        int batch = BATCH;
        stalled = true;
        while (!packets.congested()) {
            if (batch <= 0) {
                moving.request();
                break;
            }
            Optional<DescriptorChain> next = current.take(TRANSMIT_QUEUE);
            if (next.isEmpty()) {
                stalled = false;
                break;
            }
            batch -= packets.send(current, next.get());
            current.give(TRANSMIT_QUEUE, next.get(), 0);
        }
        current.interrupt(TRANSMIT_QUEUE);
    }

    private void receive(VirtioSession current) throws DriverFaultException {
        int batch = BATCH;
        blocked = false;
        while (true) {
            if (batch <= 0) {
                moving.request();
                break;
            }
            if (!packets.isWaiting()) {
                break;
            }
            OptionalInt count = packets.deliver(current);
            if (count.isEmpty()) {
                blocked = true;
                break;
            }
            batch -= count.getAsInt();
        }
        current.interrupt(RECEIVE_QUEUE);
    }

    void reset() {
        session = Optional.empty();
        blocked = false;
        stalled = false;
    }

    void prepareRestore() {
        held = true;
    }

    /** Goes on where a machine was saved. */
    void restore(Optional<VirtioSession> restored, boolean wasBlocked, boolean wasStalled) {
        held = false;
        session = restored;
        blocked = wasBlocked;
        stalled = wasStalled;
    }
}
