package dev.ravel.net;

import java.util.Optional;

/**
 * What a network device is plugged into. A network may lose frames; what it holds is bounded on both ways. Methods are called
 * with the device lock held, and must not wait.
 */
public interface NetworkPort {
    /**
     * Whether frames from the guest may lack their checksum, or be large to be cut; those to the guest then are so as
     * {@link #allowToGuest} says.
     */
    default boolean offloads() {
        return false;
    }

    /** From now on, frames for the guest may lack their checksum, and may be large. Called where {@link #offloads} is true. */
    default void allowToGuest(boolean partial, boolean large) {
        throw new IllegalStateException("a network without offloads");
    }

    /** Whether the network is far behind; the device then leaves the guest's frames in its queue. */
    boolean congested();

    /** Takes a frame from the guest. A network that is congested drops it. */
    void send(Frame frame);

    /** The next frame for the guest, if one waits. The device takes it only when the guest has room for one. */
    Optional<Frame> receive();

    /** Throws away what waits for the guest: it was for a driver that is gone. */
    void discard();

    /**
     * Sets who is told, on any thread, that there is a frame after {@link #receive} gave none, or that the network is no
     * longer {@link #congested}. It does not wait. A port has one device.
     */
    void onChange(Runnable listener);
}
