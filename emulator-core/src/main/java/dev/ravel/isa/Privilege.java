package dev.ravel.isa;

/** Privilege modes by their encoding (Privileged 1.13, 1.2). Ints, not an enum: fields of CSRs hold them. */
public final class Privilege {
    /** User. */
    public static final int USER = 0;
    /** Supervisor. */
    public static final int SUPERVISOR = 1;
    /** Machine. */
    public static final int MACHINE = 3;

    private Privilege() {}

    /** The letter of a mode: {@code U}, {@code S}, {@code M}; {@code ?} for the reserved encoding. */
    public static String letter(int privilege) {
        return switch (privilege) {
            case USER -> "U";
            case SUPERVISOR -> "S";
            case MACHINE -> "M";
            default -> "?";
        };
    }
}
