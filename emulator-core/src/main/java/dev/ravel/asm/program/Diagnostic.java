package dev.ravel.asm.program;

/**
 * One complaint about a source.
 *
 * @param location where
 * @param message what is wrong and what was expected, one line
 */
public record Diagnostic(SourceLocation location, String message) {
    /** {@code file:line:column: message}. */
    @Override
    public String toString() {
        return location + ": " + message;
    }
}
