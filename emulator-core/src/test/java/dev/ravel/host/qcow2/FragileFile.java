package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A file of which a crash keeps what was synced, and of each sector written since then any one version. It can also be full,
 * or stop working at a chosen moment.
 */
final class FragileFile implements HostFile {
    private static final int SECTOR = 512;
    private static final long MOST = 1 << 26;

    private byte[] content;
    private byte[] safe;
    private final Map<Integer, List<byte[]>> unsafe = new TreeMap<>();
    private long capacity = MOST;
    /** Sectors that take space. */
    private final BitSet held = new BitSet();

    private int room = Integer.MAX_VALUE;
    private int operations;
    private int lastOperation = Integer.MAX_VALUE;
    private long released;
    private final boolean readOnly;

    /** Thrown instead of the first operation after the last. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    FragileFile() {
        this(new byte[0], false);
    }

    FragileFile(byte[] content, boolean readOnly) {
        this.content = content;
        this.safe = content.clone();
        this.readOnly = readOnly;
    }

    byte[] content() {
        return content;
    }

    void capacity(long bytes) {
        capacity = bytes;
    }

    /** How many more sectors may be written where a hole is now. */
    void room(int sectors) {
        room = held.cardinality() + sectors;
    }

    void crashAfter(int more) {
        lastOperation = operations + more;
    }

    long released() {
        return released;
    }

    /** What is there after a crash now. */
    byte[] afterCrash(RandomGenerator random) {
        int length = random.nextBoolean() ? safe.length : content.length;
        byte[] left = Arrays.copyOf(safe, Math.max(length, safe.length));
        for (Map.Entry<Integer, List<byte[]>> sector : unsafe.entrySet()) {
            int kept = random.nextInt(sector.getValue().size() + 1) - 1;
            if (kept >= 0) {
                int at = sector.getKey() * SECTOR;
                byte[] version = sector.getValue().get(kept);
                left = left.length < at + version.length ? Arrays.copyOf(left, at + version.length) : left;
                System.arraycopy(version, 0, left, at, version.length);
            }
        }
        return left;
    }

    private void step() {
        if (operations >= lastOperation) {
            throw new Crash();
        }
        operations++;
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public int read(long offset, ByteBuffer into) {
        int count = (int) Math.max(0, Math.min(into.remaining(), content.length - offset));
        if (count > 0) {
            into.put(content, (int) offset, count);
        }
        return count;
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        if (readOnly) {
            throw new IOException("written, but read-only");
        }
        step();
        if (offset > Math.min(capacity, MOST) - from.remaining()) {
            throw new IOException("No space left on device");
        }
        int end = (int) offset + from.remaining();
        BitSet after = (BitSet) held.clone();
        after.set((int) offset / SECTOR, Math.ceilDiv(end, SECTOR));
        if (after.cardinality() > Math.max(room, held.cardinality())) {
            throw new IOException("No space left on device");
        }
        held.or(after);
        if (end > content.length) {
            content = Arrays.copyOf(content, end);
        }
        int length = from.remaining();
        from.get(content, (int) offset, length);
        keepVersions((int) offset, length);
    }

    private void keepVersions(int offset, int length) {
        for (int sector = offset / SECTOR; sector * SECTOR < offset + length; sector++) {
            byte[] now = Arrays.copyOfRange(content, sector * SECTOR, Math.min(content.length, (sector + 1) * SECTOR));
            unsafe.computeIfAbsent(sector, s -> new ArrayList<>()).add(now);
        }
    }

    @Override
    public boolean release(long offset, long length) {
        step();
        released += length;
        held.clear(Math.ceilDiv((int) offset, SECTOR), (int)
                Math.max(Math.ceilDiv(offset, SECTOR), (offset + length) / SECTOR));
        int end = (int) Math.min(content.length, offset + length);
        if (end > offset && offset >= 0) {
            Arrays.fill(content, (int) offset, end, (byte) 0);
            keepVersions((int) offset, end - (int) offset);
        }
        return true;
    }

    @Override
    public void sync() {
        step();
        safe = content.clone();
        unsafe.clear();
    }

    @Override
    public void close() {}
}
