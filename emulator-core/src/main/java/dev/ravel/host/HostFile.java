package dev.ravel.host;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that an image of a disk is in. Its methods may be called from several threads at once. What is written is on
 * stable storage after {@link #sync}, and only then; until then any part of it may be, in any order.
 */
public interface HostFile extends AutoCloseable {
    /** Bytes of the file. */
    long size() throws IOException;

    /** Whether it may only be read. */
    boolean isReadOnly();

    /**
     * Reads from {@code offset} until {@code into} is full or the file ends.
     *
     * @return bytes read
     */
    int read(long offset, ByteBuffer into) throws IOException;

    /** Writes all of {@code from} at {@code offset}; a file that was shorter reads as zeroes up to there. */
    void write(long offset, ByteBuffer from) throws IOException;

    /**
     * Gives the space of these bytes back to the host. They read as zeroes afterwards.
     *
     * @return whether that was done; if not, they are as they were
     */
    boolean release(long offset, long length) throws IOException;

    /** Returns when everything written before is on stable storage. */
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
