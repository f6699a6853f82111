package dev.ravel.input;

/** The buttons of a {@link Pointer}, in Linux {@code BTN_} and the name. */
public enum PointerButton {
    LEFT(0x110),
    RIGHT(0x111),
    MIDDLE(0x112),
    SIDE(0x113),
    EXTRA(0x114);

    private final int code;

    PointerButton(int code) {
        this.code = code;
    }

    /** The button's number among the keys. */
    public int code() {
        return code;
    }
}
