package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import java.io.IOException;

/** Where the disk's clusters are in the file: the active L1 table and its L2 tables ("Cluster mapping"). */
final class ClusterMap {
    private static final int CACHE_BYTES = 8 << 20;

    private final Qcow2Header header;
    private final HostFile file;
    private final LongSet metadata;
    private final Table l1;
    private final TableCache l2;

    ClusterMap(HostFile file, Qcow2Header header, LongSet metadata) throws IOException {
        this.file = file;
        this.header = header;
        this.metadata = metadata;
        this.l1 = Table.read(file, header.l1Offset(), header.l1Size() * Long.BYTES);
        this.l2 = new TableCache(file, header.clusterSize(), CACHE_BYTES);
    }

    Table l1() {
        return l1;
    }

    /** The place of an L2 table; 0: there is none. */
    private static long l2Offset(long entry, Qcow2Header header) throws Qcow2Exception {
        long offset = entry & Cluster.OFFSET;
        if (offset % header.clusterSize() != 0) {
            throw new Qcow2Exception("an L2 table is at byte " + offset + ", which is no place for one");
        }
        return offset;
    }

    private int l1Index(long cluster) {
        return (int) (cluster / header.l2Entries());
    }

    /** The place of a cluster in its L2 table. */
    int l2Index(long cluster) {
        return (int) (cluster % header.l2Entries());
    }

    /** Whether there is an L2 table for a cluster of the disk. */
    boolean hasTable(long cluster) {
        return (l1.get(l1Index(cluster)) & Cluster.OFFSET) != 0;
    }

    /** What a cluster of the disk is. For several threads at once while nothing is changed. */
    Cluster get(long cluster) throws IOException {
        long offset = l2Offset(l1.get(l1Index(cluster)), header);
        return offset == 0
                ? new Cluster.Unallocated()
                : Cluster.decode(l2.get(offset).get(l2Index(cluster)), header);
    }

    /** The L2 table for a cluster of the disk, to change: made if there is none, copied if somebody else refers to it. */
    Table change(long cluster, Refcounts refcounts) throws IOException {
        int index = l1Index(cluster);
        long entry = l1.get(index);
        long offset = l2Offset(entry, header);
        if (offset != 0 && (entry & Cluster.COPIED) != 0) {
            return l2.change(offset);
        }
        Refcounts.Clusters place = refcounts.allocate(1);
        Table fresh;
        try {
            fresh = l2.fresh(place.first() << header.clusterBits());
        } catch (IOException e) {
            refcounts.giveBack(place);
            throw e;
        }
        metadata.add(place.first());
        if (offset != 0) {
            fresh.copyFrom(l2.get(offset));
            refcounts.remove(new Refcounts.Clusters(offset >> header.clusterBits(), 1));
        }
        l1.set(index, fresh.offset() | Cluster.COPIED);
        return fresh;
    }

    /** Whether so much is to be written that it should be done soon. */
    boolean isFull() {
        return l2.isFull();
    }

    /** Writes tables that nothing in the file refers to yet. */
    void writeFresh() throws IOException {
        l2.write(true);
    }

    /** Writes everything else; returns whether there was anything. */
    boolean writeRest() throws IOException {
        return l2.write(false) | l1.write(file);
    }
}
