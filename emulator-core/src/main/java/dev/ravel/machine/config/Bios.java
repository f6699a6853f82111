package dev.ravel.machine.config;

import java.nio.file.Path;

/** What runs first, in M-mode. */
public sealed interface Bios {

    /** Ravel's own firmware. */
    record BuiltIn() implements Bios {}

    /** Nothing: the kernel itself starts in M-mode, an ELF file at its lowest address. */
    record None() implements Bios {}

    /** A firmware image: raw (placed at the start of RAM) or ELF. */
    record File(Path path) implements Bios {}

    /** Reads the words of the command line: {@code builtin}, {@code none} or a file's name. */
    static Bios parse(String text) {
        return switch (text) {
            case "builtin" -> new BuiltIn();
            case "none" -> new None();
            default -> new File(Path.of(text));
        };
    }
}
