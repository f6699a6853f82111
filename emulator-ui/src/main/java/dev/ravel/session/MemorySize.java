package dev.ravel.session;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 512M}, {@code 1G}, {@code 2048K}, {@code 1048576}. */
public final class MemorySize {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([KMGT]?)(i?B)?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "KMGT";

    private MemorySize() {}

    /**
     * The bytes that a text means.
     *
     * @throws IllegalArgumentException if it is no size, or none that a {@code long} holds; the message is for the user
     */
    public static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a size: write for example 512M or 2G");
        }
        String unit = matcher.group(2).toUpperCase(Locale.ROOT);
        int shift = unit.isEmpty() ? 0 : 10 * (UNITS.indexOf(unit) + 1);
        long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("'" + text + "' is too large");
        }
        return number << shift;
    }

    /** The shortest text that {@link #parse} reads as so many bytes. */
    public static String text(long bytes) {
        int unit = 0;
        long number = bytes;
        while (unit < UNITS.length() && number != 0 && number % 1024 == 0) {
            number /= 1024;
            unit++;
        }
        return number + (unit == 0 ? "" : UNITS.substring(unit - 1, unit));
    }
}
