package dev.ravel.asm.program;

/**
 * A place in a source file.
 *
 * @param file the name under which the source was given
 * @param line the line, from 1
 * @param column the column in characters, from 1
 */
public record SourceLocation(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
