package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Goes through everything that an image refers to, and counts. */
final class Walk {
    private static final int BITMAP_ENTRY = 24;
    private static final int MOST_BITMAPS = 65_536;
    private static final long MOST_BITMAP_BYTES = 64 << 20;

    private final HostFile file;
    private final Qcow2Header header;
    private final long fileClusters;
    private final Consumer<String> damage;
    private final References references = new References();
    /** How many L1 entries, of the disk and its snapshots, refer to an L2 table. */
    private final Map<Long, Integer> l2Tables = new LinkedHashMap<>();

    private long data;
    private long compressed;

    /**
     * Counts.
     *
     * @param damage is told what refers to an impossible place
     */
    Walk(HostFile file, Qcow2Header header, Consumer<String> damage) throws IOException {
        this.file = file;
        this.header = header;
        this.fileClusters = Math.ceilDiv(file.size(), (long) header.clusterSize());
        this.damage = damage;
        refer("the header", 0, header.clusterSize());
        l1("the L1 table", header.l1Offset(), header.l1Size());
        if (header.snapshots() > 0) {
            SnapshotTable snapshots = SnapshotTable.read(file, header);
            refer("the snapshot table", header.snapshotsOffset(), snapshots.length());
            for (SnapshotTable.Snapshot snapshot : snapshots.snapshots()) {
                l1("the L1 table of a snapshot", snapshot.l1Offset(), snapshot.l1Size());
            }
        }
        for (Map.Entry<Long, Integer> table : l2Tables.entrySet()) {
            l2(table.getKey(), table.getValue());
        }
        refcountTable();
        bitmaps();
    }

    References references() {
        return references;
    }

    /** Clusters of the disk that have data of their own, if there are no snapshots. */
    long dataClusters() {
        return data;
    }

    /** Those of them that are compressed. */
    long compressedClusters() {
        return compressed;
    }

    private boolean refer(String what, long offset, long length) throws IOException {
        return refer(what, offset, length, 1);
    }

    private boolean refer(String what, long offset, long length, int times) throws IOException {
        if (length == 0) {
            return true;
        }
        if (offset < 0 || offset % header.clusterSize() != 0) {
            damage.accept(what + " is at byte " + offset + ", which is no place for a cluster");
            return false;
        }
        return referToBytes(what, offset, length, times);
    }

    private boolean referToBytes(String what, long offset, long length, int times) throws IOException {
        long first = offset >> header.clusterBits();
        long last = offset + length - 1 >> header.clusterBits();
        if (last >= fileClusters) {
            damage.accept(what + " is at byte " + offset + ", beyond the end of the file");
            return false;
        }
        for (long each = first; each <= last; each++) {
            references.add(each, times);
        }
        return true;
    }

    private void l1(String what, long offset, int entries) throws IOException {
        if (entries == 0 || !refer(what, offset, (long) entries * Long.BYTES)) {
            return;
        }
        Table l1 = Table.read(file, offset, entries * Long.BYTES);
        for (int i = 0; i < entries; i++) {
            long table = l1.get(i) & Cluster.OFFSET;
            if (table != 0) {
                l2Tables.merge(table, 1, Integer::sum);
            }
        }
    }

    private void l2(long offset, int times) throws IOException {
        if (!refer("an L2 table", offset, header.clusterSize(), times)) {
            return;
        }
        Table table = Table.read(file, offset, header.clusterSize());
        for (int i = 0; i < table.entries(); i++) {
            if (table.get(i) == 0) {
                continue;
            }
            Cluster cluster;
            try {
                cluster = Cluster.decode(table.get(i), header);
            } catch (Qcow2Exception e) {
                damage.accept(e.getMessage());
                continue;
            }
            switch (cluster) {
                case Cluster.Unallocated _ -> {}
                case Cluster.Zero zero -> {
                    if (zero.offset() != 0) {
                        refer("space of a cluster of zeroes", zero.offset(), header.clusterSize(), times);
                    }
                }
                case Cluster.Standard standard -> {
                    data++;
                    refer("a data cluster", standard.offset(), header.clusterSize(), times);
                }
                case Cluster.Compressed one -> {
                    data++;
                    compressed++;
                    referToBytes("a compressed cluster", one.offset(), one.length(), times);
                }
            }
        }
    }

    private void refcountTable() throws IOException {
        long bytes = (long) header.refcountTableClusters() << header.clusterBits();
        if (bytes == 0 || !refer("the refcount table", header.refcountTableOffset(), bytes)) {
            damage.accept("there is no refcount table");
            return;
        }
        Table table = Table.read(file, header.refcountTableOffset(), (int) bytes);
        for (int i = 0; i < table.entries(); i++) {
            if (table.get(i) != 0) {
                refer("a refcount block", table.get(i), header.clusterSize());
            }
        }
    }

    /** Only if they are consistent: otherwise nobody knows what belongs to them ("Bitmaps extension"). */
    private void bitmaps() throws IOException {
        if ((header.features().autoclear() & 1) == 0) {
            return;
        }
        for (Qcow2Header.Extension extension : header.extensions()) {
            if (extension.type() == Qcow2Header.BITMAPS && extension.data().length >= BITMAP_ENTRY) {
                ByteBuffer fields = ByteBuffer.wrap(extension.data());
                bitmapDirectory(fields.getInt(0), fields.getLong(8), fields.getLong(16));
            }
        }
    }

    private void bitmapDirectory(int count, long size, long offset) throws IOException {
        if (count < 0 || count > MOST_BITMAPS || size < 0 || size > MOST_BITMAP_BYTES) {
            damage.accept("the directory of bitmaps makes no sense");
            return;
        }
        if (!refer("the directory of bitmaps", offset, size)) {
            return;
        }
        ByteBuffer directory = ByteBuffer.allocate((int) size);
        file.read(offset, directory);
        int at = 0;
        for (int i = 0; i < count && at + BITMAP_ENTRY <= size; i++) {
            bitmap(directory.getLong(at), directory.getInt(at + 8));
            long length =
                    BITMAP_ENTRY + (directory.getShort(at + 18) & 0xffffL) + Math.max(0, directory.getInt(at + 20));
            at = (int) Math.min(size, at + Math.ceilDiv(length, 8) * 8L);
        }
    }

    private void bitmap(long offset, int entries) throws IOException {
        if (entries < 0 || (long) entries * Long.BYTES > MOST_BITMAP_BYTES) {
            damage.accept("the table of a bitmap is too large");
            return;
        }
        if (entries == 0 || !refer("the table of a bitmap", offset, (long) entries * Long.BYTES)) {
            return;
        }
        Table table = Table.read(file, offset, entries * Long.BYTES);
        for (int i = 0; i < entries; i++) {
            long place = table.get(i) & Cluster.OFFSET;
            if (place != 0) {
                refer("a bitmap", place, header.clusterSize());
            }
        }
    }
}
