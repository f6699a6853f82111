package dev.ravel.net;

import java.util.Optional;

/**
 * What a network device is plugged into. Frames are Ethernet's, from the destination address to the end of the payload,
 * without preamble and check sequence, 14 to {@link #MAX_FRAME} bytes. A network may lose frames; what it holds is bounded
 * on both ways. Methods are called with the device lock held, and must not wait.
 */
public interface NetworkPort {
    /** The most bytes of a frame: a payload of 1500, and the header. */
    int MAX_FRAME = 1514;

    /** Whether the network is far behind; the device then leaves the guest's frames in its queue. */
    boolean congested();

    /** Takes a frame from the guest, which is the network's from then on. A network that is congested drops it. */
    void send(byte[] frame);

    /** The next frame for the guest, if one waits. The device takes it only when the guest has room for one. */
    Optional<byte[]> receive();

    /** Throws away what waits for the guest: it was for a driver that is gone. */
    void discard();

    /**
     * Sets who is told, on any thread, that there is a frame after {@link #receive} gave none, or that the network is no
     * longer {@link #congested}. It does not wait. A port has one device.
     */
    void onChange(Runnable listener);
}
