package dev.ravel.inspect.linux;

/** {@code struct btf_type.info}: the kinds of types, and how much follows each (btf.rst, 2.2). */
final class BtfKind {
    static final int INT = 1;
    static final int PTR = 2;
    static final int ARRAY = 3;
    static final int STRUCT = 4;
    static final int UNION = 5;
    static final int ENUM = 6;
    static final int FWD = 7;
    static final int TYPEDEF = 8;
    static final int VOLATILE = 9;
    static final int CONST = 10;
    static final int RESTRICT = 11;
    static final int FUNC = 12;
    static final int FUNC_PROTO = 13;
    static final int VAR = 14;
    static final int DATASEC = 15;
    static final int FLOAT = 16;
    static final int DECL_TAG = 17;
    static final int TYPE_TAG = 18;
    static final int ENUM64 = 19;

    private BtfKind() {}

    static int of(int info) {
        return info >>> 24 & 0x1f;
    }

    /** {@code vlen}: how many members, values or parameters follow. */
    static int length(int info) {
        return info & 0xffff;
    }

    /** The bytes that follow a type of this kind, or -1 if there is no such kind. */
    static int extra(int kind, int length) {
        return switch (kind) {
            case INT, VAR, DECL_TAG -> 4;
            case PTR, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FLOAT, TYPE_TAG -> 0;
            case ARRAY -> 12;
            case STRUCT, UNION, DATASEC, ENUM64 -> 12 * length;
            case ENUM, FUNC_PROTO -> 8 * length;
            default -> -1;
        };
    }
}
