package dev.ravel.extension;

import dev.ravel.fp.Float16;
import dev.ravel.fp.Float32;

/**
 * Narrower numbers in 64-bit floating-point registers: all bits above are ones, so that the whole is a NaN. An
 * operand that is not boxed like this counts as the canonical NaN (Unprivileged, 21.2).
 */
final class NanBox {
    private NanBox() {}

    /** The single-precision number in {@code register}. */
    static int single(long register) {
        return register >> 32 == -1 ? (int) register : Float32.NAN;
    }

    /** The half-precision number in {@code register}. */
    static int half(long register) {
        return register >> 16 == -1 ? (int) register & 0xffff : Float16.NAN;
    }

    static long boxSingle(int bits) {
        return bits | -1L << 32;
    }

    /** Of {@code bits} only the low 16 count. */
    static long boxHalf(int bits) {
        return bits | -1L << 16;
    }
}
