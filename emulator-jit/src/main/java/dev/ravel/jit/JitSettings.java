package dev.ravel.jit;

import dev.ravel.engine.Translator;
import dev.ravel.jit.emit.UnitEmitter;
import dev.ravel.memory.Ram;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How eagerly code is translated.
 *
 * @param threshold samples that meet an entry before it is translated, as in {@link Translator#threshold}
 * @param background whether a thread of its own translates while the interpreter goes on
 * @param unitSize instructions of a unit at most
 * @param budget bytes of bytecode of all units together; with more, the oldest are dropped
 * @param store the file that units are kept in from one run to the next
 */
public record JitSettings(int threshold, boolean background, int unitSize, long budget, Optional<Path> store) {
    /** The largest size of a unit: so many instructions lie in its page. */
    private static final int MAX_UNIT_SIZE = Ram.PAGE_SIZE / 2;

    /** The bytes of a method at most (Java Virtual Machine Specification, 4.7.3). */
    private static final int MOST_CODE = 65_535;

    /** Checks the ranges. */
    public JitSettings {
        if (threshold < 1 || threshold > Translator.MAX_THRESHOLD) {
            throw new IllegalArgumentException("threshold " + threshold + " is not 1 to " + Translator.MAX_THRESHOLD);
        }
        if (unitSize < 1 || unitSize > MAX_UNIT_SIZE || budget < 1) {
            throw new IllegalArgumentException("unit size " + unitSize + " is not 1 to " + MAX_UNIT_SIZE
                    + ", or budget " + budget + " is below 1");
        }
    }

    /** Settings with which no units are kept. */
    public JitSettings(int threshold, boolean background, int unitSize, long budget) {
        this(threshold, background, unitSize, budget, Optional.empty());
    }

    /**
     * As the properties {@code ravel.jit.threshold}, {@code .background}, {@code .unit}, {@code .budget} and {@code .store} (a file; nothing for none) say, or as is usual. Another one,
     * {@link UnitEmitter#MAX_CODE}, is the same for all machines of a JVM.
     *
     * @throws SettingException if one of them has a value that it cannot have
     */
    static JitSettings fromProperties() {
        // Who reads it takes what is no number for nothing said.
        number("ravel.jit.code", UnitEmitter.MAX_CODE, MOST_CODE);
        return new JitSettings(
                (int) number("ravel.jit.threshold", 200, Translator.MAX_THRESHOLD),
                flag("ravel.jit.background", true),
                (int) number("ravel.jit.unit", 200, MAX_UNIT_SIZE),
                number("ravel.jit.budget", 4 << 20, Long.MAX_VALUE),
                file("ravel.jit.store"));
    }

    private static Optional<Path> file(String property) {
        String value = System.getProperty(property, "");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path file = Path.of(value);
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null && Files.isDirectory(folder) && !Files.isDirectory(file)) {
                return Optional.of(file);
            }
        } catch (InvalidPathException _) {
            // As wrong as one that is a folder.
        }
        throw new SettingException(property, value, "the name of a file, in a folder that exists");
    }

    private static long number(String property, long usual, long max) {
        String value = System.getProperty(property);
        if (value == null) {
            return usual;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As wrong as one that is out of range.
        }
        throw new SettingException(property, value, "a whole number from 1 to " + max);
    }

    private static boolean flag(String property, boolean usual) {
        String value = System.getProperty(property, Boolean.toString(usual));
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new SettingException(property, value, "true or false");
        };
    }
}
