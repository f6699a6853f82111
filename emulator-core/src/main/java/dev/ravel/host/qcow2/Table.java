package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * A table of the image in memory, and which of its sectors are not in the file yet. Only whole sectors are written, and an
 * entry never crosses one, so that after a crash each entry is the old or the new one.
 */
final class Table {
    private static final int SECTOR = 512;

    private final long offset;
    private final ByteBuffer bytes;
    private final BitSet dirty = new BitSet();

    /** Nothing in the file refers to it yet. */
    private boolean fresh;

    private Table(long offset, int size) {
        this.offset = offset;
        this.bytes = ByteBuffer.allocate(size);
    }

    /** Reads one; what is beyond the end of the file is zero. */
    static Table read(HostFile file, long offset, int size) throws IOException {
        Table table = new Table(offset, size);
        if (file.read(offset, table.bytes.duplicate()) == 0 && size > 0) {
            throw new Qcow2Exception("a table is at byte " + offset + ", beyond the end of the file");
        }
        return table;
    }

    /** A new one, all zeroes, that nothing in the file refers to. */
    static Table fresh(long offset, int size) {
        Table table = new Table(offset, size);
        table.fresh = true;
        table.dirty.set(0, Math.ceilDiv(size, SECTOR));
        return table;
    }

    long offset() {
        return offset;
    }

    /** To read from; changes are made by the methods of this class. */
    ByteBuffer bytes() {
        return bytes;
    }

    int entries() {
        return bytes.capacity() / Long.BYTES;
    }

    long get(int index) {
        return bytes.getLong(index * Long.BYTES);
    }

    void set(int index, long value) {
        bytes.putLong(index * Long.BYTES, value);
        touched(index * Long.BYTES);
    }

    /** Tells that a byte has changed. */
    void touched(int at) {
        dirty.set(at / SECTOR);
    }

    void copyFrom(Table other) {
        bytes.put(0, other.bytes, 0, Math.min(bytes.capacity(), other.bytes.capacity()));
        dirty.set(0, Math.ceilDiv(bytes.capacity(), SECTOR));
    }

    boolean isDirty() {
        return !dirty.isEmpty();
    }

    boolean isFresh() {
        return fresh;
    }

    /** Something in the file may refer to it from now on. */
    void settle() {
        fresh = false;
    }

    /** Writes what has changed; returns whether there was anything. */
    boolean write(HostFile file) throws IOException {
        boolean any = false;
        for (int from = dirty.nextSetBit(0); from >= 0; from = dirty.nextSetBit(from)) {
            int to = dirty.nextClearBit(from);
            int start = from * SECTOR;
            file.write(offset + start, bytes.slice(start, Math.min(to * SECTOR, bytes.capacity()) - start));
            dirty.clear(from, to);
            any = true;
        }
        return any;
    }
}
