package dev.ravel.input;

import java.util.Arrays;
import java.util.Optional;

/** The lamps of a {@link Keyboard}. */
public enum Led {
    NUM_LOCK,
    CAPS_LOCK,
    SCROLL_LOCK;

    /** The lamp's number, as in Linux {@code LED_NUML} and so on. */
    public int code() {
        return ordinal();
    }

    /** The lamp of a number, if there is one. */
    public static Optional<Led> of(int code) {
        return Arrays.stream(values()).filter(led -> led.code() == code).findAny();
    }
}
