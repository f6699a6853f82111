package dev.ravel.conformance;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What became of one program.
 *
 * @param program the ELF file
 * @param outcome how it ended
 * @param detail what went wrong, empty after a pass
 * @param instructions that the machine retired
 * @param elapsed wall time, machine set-up included
 */
public record Verdict(Path program, Outcome outcome, String detail, long instructions, Duration elapsed) {
    /** How a program ended. */
    public enum Outcome {
        /** It reported success. */
        PASS,
        /** It reported failure. */
        FAIL,
        /** It reported nothing in time. */
        TIMEOUT,
        /** It could not be run. */
        ERROR
    }

    /** Whether it passed. */
    public boolean passed() {
        return outcome == Outcome.PASS;
    }
}
