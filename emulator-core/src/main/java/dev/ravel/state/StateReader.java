package dev.ravel.state;

/** Gives back what a {@link StateWriter} took. A missing name throws {@link IllegalArgumentException} that names it. */
public interface StateReader {
    /** A number. */
    long get(String name);

    /** Bytes. */
    byte[] getBytes(String name);

    /** A nested part. */
    StateReader section(String name);
}
