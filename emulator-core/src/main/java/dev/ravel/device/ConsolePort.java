package dev.ravel.device;

/**
 * The host's side of a serial line or console. Bytes come from the host only when the guest has room for them, so
 * nothing is lost however fast they are typed.
 */
public interface ConsolePort {
    /** What {@link #input} gives when there is nothing. */
    int NOTHING = -1;

    /** A port that nobody looks at and nobody types into. */
    ConsolePort NONE = new ConsolePort() {
        @Override
        public void output(int value) {}

        @Override
        public int input() {
            return NOTHING;
        }

        @Override
        public Subscription onInput(Runnable listener) {
            return () -> {};
        }
    };

    /**
     * Whether the host is far behind with what the guest prints. Devices then hold back what the guest gives them, as
     * hardware does whose line is stopped: a serial port says that its transmitter is not empty, HTIF leaves the command
     * where it is, a virtio console leaves the buffers in the queue. So nothing is lost, the port holds a bounded number
     * of bytes, and neither the harts nor other devices wait.
     */
    default boolean congested() {
        return false;
    }

    /** Adds one who is told, on any thread, that the port is no longer {@link #congested}; it does not wait. */
    default Subscription onRoom(Runnable listener) {
        return () -> {};
    }

    /**
     * Takes a byte, 0 to 255, from the guest, also in a port that is congested. Called with the device lock held: it
     * must not wait.
     */
    void output(int value);

    /** Takes several bytes from the guest. It must not wait. */
    default void output(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            output(bytes[i] & 0xff);
        }
    }

    /**
     * The next byte for the guest, 0 to 255, or {@link #NOTHING}. Called with the device lock held: it must not wait.
     */
    int input();

    /**
     * Adds one who is told, on any thread, that there is input after {@link #input} said that there was nothing. It does
     * not take input itself, and does not wait.
     *
     * <p>A port may have several listeners, as when a serial port and HTIF share a console. They are told in turn, the
     * newest first, and of several devices that have room the first that comes takes a byte. So a device that takes only
     * what the guest asks it for is added after one that takes whatever comes. {@link ConsoleListeners} does this.
     *
     * @return takes the listener away
     */
    Subscription onInput(Runnable listener);

    /** A listener's place at a port. */
    interface Subscription extends AutoCloseable {
        /** Takes the listener away; of no effect if it is away already. */
        @Override
        void close();
    }
}
