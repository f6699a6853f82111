package dev.ravel.guest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The signed table of contents of a suite (Debian's "Repository Format", Release files).
 *
 * @param codename such as {@code trixie}
 * @param validUntil when the mirror's owner wants it to be thought stale
 * @param byHash whether files can be fetched under their hash as well, where a mirror's update cannot mix old with new
 * @param files the index files by their path below the suite
 */
record Release(String codename, Optional<Instant> validUntil, boolean byHash, Map<String, SignedFile> files) {
    /** The format of "Date: Sat, 21 Nov 2026 09:15:44 UTC". */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, d MMM yyyy H:mm:ss z", Locale.ROOT);

    /**
     * What a signature says of a file.
     *
     * @param sha256 64 hexadecimal digits
     * @param size bytes
     */
    record SignedFile(String sha256, long size) {}

    /**
     * Parses the text that was signed.
     *
     * @param name how messages call the file
     */
    static Release parse(String name, String text) throws GuestException {
        Map<String, String> fields = new HashMap<>();
        Map<String, SignedFile> files = new HashMap<>();
        String field = "";
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (line.startsWith(" ")) {
                String[] words = line.strip().split("\\s+");
                if (field.equals("SHA256") && words.length == 3 && words[0].matches("[0-9a-f]{64}")) {
                    files.put(words[2], new SignedFile(words[0], size(name, words[1])));
                }
                continue;
            }
            int colon = line.indexOf(':');
            field = colon < 0 ? "" : line.substring(0, colon);
            fields.put(field, line.substring(colon + 1).strip());
        }
        return new Release(
                fields.getOrDefault("Codename", ""),
                date(name, fields.get("Valid-Until")),
                fields.getOrDefault("Acquire-By-Hash", "no").equals("yes"),
                Map.copyOf(files));
    }

    private static long size(String name, String digits) throws GuestException {
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw new GuestException(name + ": the size \"" + digits + "\" is no number", e);
        }
    }

    private static Optional<Instant> date(String name, @org.jspecify.annotations.Nullable String text)
            throws GuestException {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(ZonedDateTime.parse(text, DATE).toInstant());
        } catch (DateTimeException e) {
            throw new GuestException(name + ": the date \"" + text + "\" is none", e);
        }
    }
}
