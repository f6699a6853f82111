package dev.ravel.conformance;

import static dev.ravel.memory.LittleEndian.WORD;

import dev.ravel.boot.BootImage;
import dev.ravel.memory.Ram;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The signature of a riscv-arch-test program: memory from {@code begin_signature} to {@code end_signature}, a 32-bit word
 * a line, in hexadecimal, most significant digit first.
 */
final class Signature {

    private Signature() {}

    /** The signature; empty if the program has none, or names a place that is not RAM. */
    static Optional<String> read(Ram ram, BootImage.Elf elf) {
        OptionalLong begin = elf.address("begin_signature");
        OptionalLong end = elf.address("end_signature");
        if (begin.isEmpty() || end.isEmpty()) {
            return Optional.empty();
        }
        long length = end.getAsLong() - begin.getAsLong() & -Integer.BYTES;
        if (length < 0 || !ram.contains(begin.getAsLong(), length)) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder();
        HexFormat hex = HexFormat.of();
        for (long at = 0; at < length; at += Integer.BYTES) {
            int word = ram.segment().get(WORD, begin.getAsLong() + at - ram.base());
            text.append(hex.toHexDigits(word)).append('\n');
        }
        return Optional.of(text.toString());
    }
}
