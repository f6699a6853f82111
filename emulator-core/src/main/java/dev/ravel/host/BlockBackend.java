package dev.ravel.host;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A disk as the host keeps it. Its methods may block; they may be called from several threads at once. Offsets and
 * lengths are bytes, inside {@link #size} and never negative.
 */
public interface BlockBackend extends AutoCloseable {
    /** Bytes of a sector. */
    int SECTOR_SIZE = 512;

    /** Bytes of the disk, a multiple of {@link #SECTOR_SIZE}. */
    long size();

    /** Whether it may only be read. */
    boolean isReadOnly();

    /** Reads from {@code offset} until {@code into} is full. */
    void read(long offset, ByteBuffer into) throws IOException;

    /** Writes all of {@code from} at {@code offset}. */
    void write(long offset, ByteBuffer from) throws IOException;

    /** The guest does not need these bytes any more; they may read as anything. */
    void discard(long offset, long length) throws IOException;

    /**
     * Makes these bytes zero.
     *
     * @param release whether the host may give their space back
     */
    void writeZeroes(long offset, long length, boolean release) throws IOException;

    /** Returns when everything written before is on stable storage. */
    void flush() throws IOException;

    @Override
    void close() throws IOException;
}
