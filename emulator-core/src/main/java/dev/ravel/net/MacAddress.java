package dev.ravel.net;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address of a network device (IEEE 802).
 *
 * @param value its six bytes, the first of them highest: 0 to 2^48-1
 */
public record MacAddress(long value) {
    /** Bytes of an address. */
    public static final int SIZE = 6;

    /** Everybody on the network. */
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    private static final Pattern FORM =
            Pattern.compile("\\p{XDigit}{2}(:\\p{XDigit}{2}){5}|\\p{XDigit}{2}(-\\p{XDigit}{2}){5}");

    /** Checks the range. */
    public MacAddress {
        if (value >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC address of " + Long.toHexString(value));
        }
    }

    /** The address whose bytes start at {@code offset}. */
    public static MacAddress at(byte[] bytes, int offset) {
        long value = 0;
        for (int i = 0; i < SIZE; i++) {
            value = value << 8 | bytes[offset + i] & 0xff;
        }
        return new MacAddress(value);
    }

    /**
     * Reads {@link #toString}'s form, in which there may also be hyphens for the colons.
     *
     * @return empty if it is another
     */
    public static Optional<MacAddress> parse(String text) {
        return FORM.matcher(text).matches()
                ? Optional.of(new MacAddress(Long.parseLong(text.replaceAll("[:-]", ""), 16)))
                : Optional.empty();
    }

    /** The six bytes, as they are sent. */
    public byte[] toBytes() {
        byte[] bytes = new byte[SIZE];
        for (int i = 0; i < SIZE; i++) {
            bytes[i] = (byte) (value >>> 8 * (SIZE - 1 - i));
        }
        return bytes;
    }

    /** Whether it stands for several devices. */
    public boolean isGroup() {
        return (value >>> 40 & 1) != 0;
    }

    /** Six numbers of two hexadecimal digits, with colons between them. */
    @Override
    public String toString() {
        return HexFormat.ofDelimiter(":").formatHex(toBytes());
    }
}
