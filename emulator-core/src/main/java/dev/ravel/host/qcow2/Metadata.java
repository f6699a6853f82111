package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * All tables of an image that is written, and the order in which changes of them reach the file. A crash at any moment may
 * leave clusters that count as used and are not, but never one that is used and counts as free, nor one that is used twice:
 *
 * <ol>
 *   <li>data, refcounts that went up, and tables that nothing refers to yet; then a sync,
 *   <li>what makes new refcount blocks part of the image; then a sync,
 *   <li>references: L2 and L1 entries; then a sync,
 *   <li>refcounts go down for references that are gone now; the next sync is for them, too. Only from here on is the space used anew.
 * </ol>
 *
 * <p>An image whose tables turn out to be wrong is not written any more, and marked so for whoever opens it next.
 */
final class Metadata {
    private static final System.Logger LOG = System.getLogger(Metadata.class.getName());

    private static final long DISCARDED_TO_COMMIT = 1 << 20;

    private final HostFile file;
    private final int clusterBits;
    /** The incompatible features of the image; empty: its version has none. */
    private final OptionalLong incompatible;

    private final LongSet places = new LongSet();
    private final ClusterMap map;
    private final Refcounts refcounts;

    private boolean changed;
    private boolean lowered;
    private volatile boolean broken;
    private volatile boolean damaged;

    /**
     * Reads the tables.
     *
     * @throws Qcow2Exception if some are at impossible places or over each other: writing would make that worse
     */
    Metadata(HostFile file, Qcow2Header header) throws IOException {
        this.file = file;
        this.clusterBits = header.clusterBits();
        this.incompatible = header.version() < 3
                ? OptionalLong.empty()
                : OptionalLong.of(header.features().incompatible() & ~Features.DIRTY);
        this.map = new ClusterMap(file, header, places);
        this.refcounts = new Refcounts(file, header, places);
        Places all = new Places(header, places);
        all.add(0, 1);
        all.add(header.l1Offset(), (long) header.l1Size() * Long.BYTES);
        all.add(header.refcountTableOffset(), (long) header.refcountTableClusters() << header.clusterBits());
        for (long block : refcounts.blockOffsets()) {
            all.add(block, 1);
        }
        for (int i = 0; i < map.l1().entries(); i++) {
            long table = map.l1().get(i) & Cluster.OFFSET;
            if (table != 0) {
                all.add(table, 1);
            }
        }
        if (header.snapshots() > 0) {
            SnapshotTable snapshots = SnapshotTable.read(file, header);
            all.add(header.snapshotsOffset(), snapshots.length());
            for (SnapshotTable.Snapshot snapshot : snapshots.snapshots()) {
                all.add(snapshot.l1Offset(), (long) snapshot.l1Size() * Long.BYTES);
            }
        }
    }

    private record Places(Qcow2Header header, LongSet used) {
        void add(long offset, long length) throws Qcow2Exception {
            if (offset < 0 || offset % header.clusterSize() != 0) {
                throw new Qcow2Exception("a table is at byte " + offset + ", which is no place for one");
            }
            long first = offset >> header.clusterBits();
            for (long i = 0; i < Math.ceilDiv(length, (long) header.clusterSize()); i++) {
                if (!used.add(first + i)) {
                    throw new Qcow2Exception("two tables are at byte " + (first + i << header.clusterBits())
                            + "; the image can only be read");
                }
            }
        }
    }

    ClusterMap map() {
        return map;
    }

    Refcounts refcounts() {
        return refcounts;
    }

    /** Something is about to be changed: a commit is needed for it. */
    void changing() throws IOException {
        checkUsable();
        if (map.isFull() || refcounts.isFull()) {
            commit();
        }
        changed = true;
    }

    /** Refuses to write data over a table, as an entry of a damaged image may ask for. */
    void checkNoTable(long offset, long length) throws Qcow2Exception {
        for (long each = offset >> clusterBits; each << clusterBits < offset + length; each++) {
            if (places.contains(each)) {
                throw new Qcow2Exception("data of the disk is said to be at byte " + offset + ", where a table is");
            }
        }
    }

    /**
     * References were removed, as the guest asked for: it need never flush, and the host wants the space. Not for every few clusters:
     * it takes syncs.
     */
    void discarded() throws IOException {
        if (refcounts.removedBytes() >= DISCARDED_TO_COMMIT) {
            commit();
        }
    }

    /** After a write failed, for it may have been for want of space: frees what can be freed; whether there was anything. */
    boolean makeSpace() throws IOException {
        boolean any = refcounts.removedBytes() > 0;
        if (any) {
            commit();
        }
        return any;
    }

    /** Whether there are changes that are not in the file. */
    boolean isChanged() {
        return changed;
    }

    /** Something in the tables is wrong. Says so once, and marks the image if its version has a mark for that. */
    synchronized void foundDamage(Qcow2Exception damage) {
        if (damaged) {
            return;
        }
        damaged = true;
        LOG.log(
                Level.WARNING,
                "an image of a disk is damaged and is not written any more; check and repair it: {0}",
                damage.getMessage());
        if (incompatible.isPresent() && !broken) {
            try {
                setHeader(Qcow2Header.INCOMPATIBLE_AT, incompatible.getAsLong() | Features.CORRUPT);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the damaged image could not be marked: {0}", e.getMessage());
            }
        }
    }

    /**
     * Nothing more is written after a failed sync: what is in the file then is not known any more; nor when damage was found: it
     * would get worse.
     */
    void checkUsable() throws IOException {
        if (damaged) {
            throw new IOException("the image is damaged and is not written any more");
        }
        if (broken) {
            throw new IOException("the host could not keep what was written before; the image is not written any more");
        }
    }

    /** Everything written to the file so far is on stable storage after this. */
    void sync() throws IOException {
        checkUsable();
        syncFile();
    }

    private void syncFile() throws IOException {
        try {
            file.sync();
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }

    /** Writes all changes, as told above. If that fails, what was written before is still good, and it may be tried again. */
    void commit() throws IOException {
        checkUsable();
        refcounts.writeBlocks();
        map.writeFresh();
        sync();
        if (refcounts.writeTable()) {
            sync();
        }
        if (map.writeRest()) {
            sync();
        }
        changed = false;
        lowered = refcounts.settleRemoved();
        if (lowered) {
            // Nothing waits for it, so it needs no sync; but who kills the process now finds an image without leaks.
            refcounts.writeBlocks();
        }
    }

    /** Commits also what may wait for the next commit. What came before damage was found and was not committed is lost. */
    void finish() throws IOException {
        if (damaged) {
            return;
        }
        if (changed) {
            commit();
        }
        if (lowered) {
            commit();
        }
    }

    /** Changes a field of the header, and waits until it is on stable storage. */
    void setHeader(int at, long value) throws IOException {
        file.write(at, ByteBuffer.allocate(Long.BYTES).putLong(0, value));
        syncFile();
    }
}
