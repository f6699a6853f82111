package dev.ravel.virtio;

import dev.ravel.host.BlockBackend;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A disk whose changes are kept in memory and gone with the machine: what is under it is only read. Its changes are part
 * of the machine's snapshots, which share what is the same in them.
 */
public final class TemporaryDisk implements BlockBackend {
    /** Bytes that are copied when one of them is written. */
    private static final int CLUSTER = 1 << 16;

    private final BlockBackend base;
    private final long most;

    /** By number, what is not as in {@link #base}. */
    private final Map<Long, byte[]> clusters = new TreeMap<>();

    /** The clusters that no snapshot has. */
    private final Set<Long> own = new HashSet<>();

    /**
     * The disk {@code base} as it is now, which nobody else changes and which is closed with this one.
     *
     * @param most bytes of changes that are kept; writes that need more fail
     */
    public TemporaryDisk(BlockBackend base, long most) {
        this.base = base;
        this.most = most;
    }

    @Override
    public long size() {
        return base.size();
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public synchronized void read(long offset, ByteBuffer into) throws IOException {
        long at = offset;
        int end = into.limit();
        while (into.position() < end) {
            int length = lengthInCluster(at, end - into.position());
            byte[] cluster = clusters.get(at / CLUSTER);
            if (cluster != null) {
                into.put(cluster, (int) (at % CLUSTER), length);
            } else {
                into.limit(into.position() + length);
                base.read(at, into);
                into.limit(end);
            }
            at += length;
        }
    }

    @Override
    public synchronized void write(long offset, ByteBuffer from) throws IOException {
        long at = offset;
        while (from.hasRemaining()) {
            int length = lengthInCluster(at, from.remaining());
            from.get(writable(at / CLUSTER), (int) (at % CLUSTER), length);
            at += length;
        }
    }

    private static int lengthInCluster(long offset, long most) {
        return (int) Math.min(CLUSTER - offset % CLUSTER, most);
    }

    private byte[] writable(long number) throws IOException {
        byte[] present = clusters.get(number);
        if (present != null && own.contains(number)) {
            return present;
        }
        if (present == null && (clusters.size() + 1L) * CLUSTER > most) {
            throw new IOException("the temporary disk is full: it keeps " + (most >> 10) + " KiB of changes");
        }
        byte[] bytes = present != null ? present.clone() : fromBase(number);
        clusters.put(number, bytes);
        own.add(number);
        return bytes;
    }

    private byte[] fromBase(long number) throws IOException {
        long start = number * CLUSTER;
        byte[] bytes = new byte[CLUSTER];
        base.read(start, ByteBuffer.wrap(bytes, 0, (int) Math.min(CLUSTER, size() - start)));
        return bytes;
    }

    @Override
    public void discard(long offset, long length) {
        // They may read as anything, so also as they are.
    }

    @Override
    public synchronized void writeZeroes(long offset, long length, boolean release) throws IOException {
        for (long at = offset; at < offset + length; ) {
            int piece = lengthInCluster(at, offset + length - at);
            write(at, ByteBuffer.allocate(piece));
            at += piece;
        }
    }

    @Override
    public void flush() {
        // Nothing is kept longer than the machine.
    }

    synchronized void save(StateWriter out) {
        ByteBuffer numbers = ByteBuffer.allocate(clusters.size() * Long.BYTES);
        clusters.forEach((number, bytes) -> {
            numbers.putLong(number);
            out.putShared("cluster" + number, bytes);
        });
        out.putShared("clusters", numbers.array());
        own.clear();
    }

    synchronized void restore(StateReader in) {
        ByteBuffer numbers = ByteBuffer.wrap(in.getBytes("clusters"));
        Map<Long, byte[]> saved = new TreeMap<>();
        List<Long> wrong = new ArrayList<>();
        while (numbers.remaining() >= Long.BYTES) {
            long number = numbers.getLong();
            byte[] bytes = in.getBytes("cluster" + number);
            if (bytes.length != CLUSTER || number < 0 || number * CLUSTER >= size()) {
                wrong.add(number);
            }
            saved.put(number, bytes);
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("cluster " + wrong.getFirst() + " of a disk makes no sense");
        }
        clusters.clear();
        clusters.putAll(saved);
        own.clear();
        own.addAll(saved.keySet());
    }

    @Override
    public void close() throws IOException {
        base.close();
    }
}
