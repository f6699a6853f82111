package dev.ravel.cli;

/**
 * Picks the emulator's own keys out of what is typed: {@code Ctrl-A} and then {@code x} quits, {@code h} or {@code ?} helps,
 * {@code Ctrl-A} sends a {@code Ctrl-A} to the guest; anything else is dropped with it, as in QEMU.
 */
final class EscapeKeys {
    private static final int CTRL_A = 1;

    private boolean escaped;

    /** What a typed byte means. */
    enum Meaning {
        /** It belongs to the guest. */
        GUEST,
        /** It was part of an escape that has no further effect. */
        NOTHING,
        QUIT,
        HELP
    }

    /** The meaning of the next byte that was typed. */
    Meaning next(int typed) {
        if (!escaped) {
            escaped = typed == CTRL_A;
            return escaped ? Meaning.NOTHING : Meaning.GUEST;
        }
        escaped = false;
        return switch (typed) {
            case CTRL_A -> Meaning.GUEST;
            case 'x', 'X' -> Meaning.QUIT;
            case 'h', 'H', '?' -> Meaning.HELP;
            default -> Meaning.NOTHING;
        };
    }
}
