package dev.ravel.ninep;

import java.nio.charset.StandardCharsets;

/**
 * A string of the protocol: the name of a file, where a symbolic link leads, the name of an attribute. The protocol
 * says that it is UTF-8, hosts and guests have files that are not; so it is its bytes, and nothing is lost.
 *
 * @param latin1 a character, 0 to 255, for each byte
 */
public record FileName(String latin1) {
    /** A name of these bytes. */
    public static FileName of(byte[] bytes) {
        return new FileName(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** A name of this text. */
    public static FileName of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Its bytes. */
    public byte[] bytes() {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** How many bytes. */
    public int length() {
        return latin1.length();
    }

    /** The text, as far as it is UTF-8. */
    @Override
    public String toString() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }
}
