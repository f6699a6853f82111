package dev.ravel.input;

/**
 * A change of one key, axis or lamp. Types and codes are those of Linux's {@code input-event-codes.h}.
 *
 * @param type 0 to 65535
 * @param code 0 to 65535: which key or axis
 * @param value what it is now; of a relative axis, by how much it moved
 */
public record InputEvent(int type, int code, int value) {
    /** Type of {@link #REPORT}. */
    public static final int EV_SYN = 0x00;

    /** Type: a key or button, 1 when it goes down, 0 when it comes up. */
    public static final int EV_KEY = 0x01;

    /** Type: a relative axis, such as a wheel. */
    public static final int EV_REL = 0x02;

    /** Type: an absolute axis. */
    public static final int EV_ABS = 0x03;

    /** Type: a lamp of a keyboard, 1 when it is on. */
    public static final int EV_LED = 0x11;

    /** Type: whether keys that are held repeat. */
    public static final int EV_REP = 0x14;

    /** Code: the wheel that is turned sideways. */
    public static final int REL_HWHEEL = 0x06;

    /** Code: the wheel. */
    public static final int REL_WHEEL = 0x08;

    /** Code: how far from the left. */
    public static final int ABS_X = 0x00;

    /** Code: how far from the top. */
    public static final int ABS_Y = 0x01;

    /** Ends the events that happen at once ({@code SYN_REPORT}). */
    public static final InputEvent REPORT = new InputEvent(EV_SYN, 0, 0);

    /** An event whose type and code fit their fields. */
    public InputEvent {
        if ((type & ~0xffff) != 0 || (code & ~0xffff) != 0) {
            throw new IllegalArgumentException("an event of type " + type + ", code " + code);
        }
    }

    /** A key or button goes down or comes up. */
    static InputEvent key(int code, boolean down) {
        return new InputEvent(EV_KEY, code, down ? 1 : 0);
    }
}
