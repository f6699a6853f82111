package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * How often each cluster of the file is referred to ("Host cluster management"), and from that where there is space. Counts
 * go up before a reference is written and down only after its removal is on stable storage; see {@link Metadata#commit}.
 *
 * <p>Clusters are meant by their numbers in the file. For one thread at a time.
 */
final class Refcounts {
    private static final System.Logger LOG = System.getLogger(Refcounts.class.getName());

    private static final int CACHE_BYTES = 4 << 20;

    /** The most counts that are looked at for a free cluster: a good image never comes near. */
    private static final long MOST_STEPS = 1L << 26;

    private final HostFile file;
    private final int clusterBits;
    private final int order;
    private final int perBlock;
    private final TableCache blocks;
    /** The image's own tables; no data is ever written over one. */
    private final LongSet metadata;

    private Table table;
    private boolean moved;

    /** No cluster before it is free. */
    private long firstFree;

    /** The first cluster behind all that were taken. */
    private long end;

    /** References that were removed in memory; the counts follow when that is in the file. */
    private final List<Clusters> removed = new ArrayList<>();

    private long removedClusters;

    /** Some in a row. */
    record Clusters(long first, long count) {}

    Refcounts(HostFile file, Qcow2Header header, LongSet metadata) throws IOException {
        this.file = file;
        this.clusterBits = header.clusterBits();
        this.order = header.refcountOrder();
        this.perBlock = header.refcountsPerBlock();
        this.metadata = metadata;
        this.blocks = new TableCache(file, header.clusterSize(), CACHE_BYTES);
        int bytes = header.refcountTableClusters() << clusterBits;
        if (bytes == 0) {
            throw new Qcow2Exception("there is no refcount table");
        }
        this.table = Table.read(file, header.refcountTableOffset(), bytes);
    }

    private int clusterSize() {
        return 1 << clusterBits;
    }

    private long offset(long cluster) {
        return cluster << clusterBits;
    }

    /** The places of all blocks, for who looks whether tables overlap. */
    List<Long> blockOffsets() {
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < table.entries(); i++) {
            if (table.get(i) != 0) {
                offsets.add(table.get(i));
            }
        }
        return offsets;
    }

    /** The count of a cluster; a 64-bit one is unsigned. */
    long get(long cluster) throws IOException {
        long block = cluster / perBlock;
        if (block >= table.entries() || table.get((int) block) == 0) {
            return 0;
        }
        return get(blocks.get(blockOffset((int) block)), (int) (cluster % perBlock));
    }

    /** The first cluster from one on that a block counts; {@code Long.MAX_VALUE}: there is none. */
    long nextCovered(long cluster) {
        for (long block = cluster / perBlock; block < table.entries(); block++) {
            if (table.get((int) block) != 0) {
                return Math.max(cluster, block * perBlock);
            }
        }
        return Long.MAX_VALUE;
    }

    private long blockOffset(int index) throws Qcow2Exception {
        long offset = table.get(index);
        if (offset < 0 || offset % clusterSize() != 0) {
            throw new Qcow2Exception("a refcount block is at byte " + offset + ", which is no place for one");
        }
        return offset;
    }

    private long get(Table block, int index) {
        ByteBuffer bytes = block.bytes();
        return switch (order) {
            case 0, 1, 2 -> bytes.get(index >> 3 - order) >> shift(index) & (1 << (1 << order)) - 1;
            case 3 -> bytes.get(index) & 0xff;
            case 4 -> bytes.getShort(index * Short.BYTES) & 0xffff;
            case 5 -> bytes.getInt(index * Integer.BYTES) & 0xffff_ffffL;
            default -> bytes.getLong(index * Long.BYTES);
        };
    }

    /** Of a count that is less than a byte, in its byte. */
    private int shift(int index) {
        return (index & (1 << 3 - order) - 1) << order;
    }

    /** Sets a count in memory. */
    void set(long cluster, long value) throws IOException {
        int index = (int) (cluster % perBlock);
        Table block = blocks.change(blockOffset((int) (cluster / perBlock)));
        ByteBuffer bytes = block.bytes();
        int at = (int) (((long) index << order) / Byte.SIZE);
        switch (order) {
            case 0, 1, 2 -> {
                int mask = (1 << (1 << order)) - 1 << shift(index);
                bytes.put(at, (byte) (bytes.get(at) & ~mask | (int) value << shift(index)));
            }
            case 3 -> bytes.put(at, (byte) value);
            case 4 -> bytes.putShort(at, (short) value);
            case 5 -> bytes.putInt(at, (int) value);
            default -> bytes.putLong(at, value);
        }
        block.touched(at);
    }

    /** Makes sure that a cluster has a count, to set it: new blocks are put behind all that is in the file. */
    void cover(long cluster) throws IOException {
        long block = cluster / perBlock;
        if (block >= table.entries()) {
            growTable(behindAll(cluster), cluster);
        }
        if (table.get((int) block) == 0) {
            addBlock((int) block, behindAll(cluster));
        }
    }

    private long behindAll(long cluster) throws IOException {
        return Math.max(Math.max(end, cluster + 1), Math.ceilDiv(file.size(), (long) clusterSize()));
    }

    /**
     * Takes free clusters in a row, whose counts are 1 then.
     *
     * @param most how many; there may be fewer, but at least one
     */
    Clusters allocate(int most) throws IOException {
        long cluster = firstFree;
        for (long steps = 0; steps < MOST_STEPS; steps++) {
            long block = cluster / perBlock;
            if (block >= table.entries()) {
                growTable(cluster, cluster);
            }
            if (table.get((int) block) == 0) {
                addBlock((int) block, cluster);
            }
            if (get(cluster) != 0) {
                cluster++;
                continue;
            }
            firstFree = cluster;
            long behind = cluster;
            while (behind < cluster + most && behind / perBlock == block && get(behind) == 0) {
                if (metadata.contains(behind)) {
                    throw new Qcow2Exception("the refcounts are wrong: a table of the image counts as free space");
                }
                behind++;
            }
            for (long each = cluster; each < behind; each++) {
                set(each, 1);
            }
            firstFree = behind;
            end = Math.max(end, behind);
            return new Clusters(cluster, behind - cluster);
        }
        throw new Qcow2Exception("no free cluster was found: the refcounts make no sense");
    }

    /** Somebody else refers to a cluster in use, too; returns false if there is no count for that. */
    boolean share(long cluster) throws IOException {
        long count = get(cluster);
        boolean full = (1 << order) < Long.SIZE && count == (1L << (1 << order)) - 1;
        if (!full) {
            set(cluster, count + 1);
        }
        return !full;
    }

    /** Gives back what was allocated and never referred to. */
    void giveBack(Clusters clusters) throws IOException {
        for (long each = clusters.first; each < clusters.first + clusters.count; each++) {
            set(each, 0);
        }
        firstFree = Math.min(firstFree, clusters.first);
    }

    /**
     * Puts a block where none is, at a cluster that no block covers yet: mostly one of its own, which it then counts.
     * Otherwise that cluster is covered next.
     */
    private void addBlock(int index, long cluster) throws IOException {
        if (metadata.contains(cluster)) {
            throw new Qcow2Exception("the refcounts are wrong: a table of the image counts as free space");
        }
        blocks.fresh(offset(cluster));
        metadata.add(cluster);
        long before = end;
        end = Math.max(end, cluster + 1);
        table.set(index, offset(cluster));
        try {
            cover(cluster);
        } catch (IOException e) {
            table.set(index, 0);
            blocks.forget(offset(cluster));
            metadata.remove(cluster);
            end = before;
            throw e;
        }
        set(cluster, 1);
    }

    /**
     * Moves the table to where there is space for more entries: behind all clusters that it covers, with blocks for itself
     * right after it.
     *
     * @param behind free, as all after it
     * @param needed a cluster that is to be covered
     */
    private void growTable(long behind, long needed) throws IOException {
        long start = Math.max(behind, (long) table.entries() * perBlock);
        long perCluster = clusterSize() / Long.BYTES;
        long clusters = Math.ceilDiv(Math.max(table.entries() * 3L / 2, needed / perBlock + 1), perCluster);
        long newBlocks = 0;
        for (boolean enough = false; !enough; ) {
            long last = start + clusters + newBlocks - 1;
            long blocksNeeded = last / perBlock - start / perBlock + 1;
            long clustersNeeded = Math.max(clusters, Math.ceilDiv(last / perBlock + 1, perCluster));
            enough = blocksNeeded <= newBlocks && clustersNeeded <= clusters;
            newBlocks = Math.max(newBlocks, blocksNeeded);
            clusters = clustersNeeded;
        }
        if (clusters << clusterBits > Qcow2Header.MAX_REFCOUNT_TABLE_BYTES) {
            throw new IOException("the image is full: its refcount table cannot grow");
        }
        LOG.log(Level.DEBUG, "the refcount table moves to cluster {0} and has {1} clusters then", start, clusters);
        // On a full host disk, it fails here, where nothing has changed.
        file.write(offset(start), ByteBuffer.allocate((int) (clusters + newBlocks << clusterBits)));
        Table old = table;
        table = Table.fresh(offset(start), (int) (clusters << clusterBits));
        table.copyFrom(old);
        moved = true;
        for (int i = 0; i < newBlocks; i++) {
            blocks.fresh(offset(start + clusters + i));
            table.set((int) (start / perBlock) + i, offset(start + clusters + i));
        }
        end = Math.max(end, start + clusters + newBlocks);
        for (long each = start; each < start + clusters + newBlocks; each++) {
            metadata.add(each);
            set(each, 1);
        }
        remove(new Clusters(
                old.offset() >> clusterBits, Math.ceilDiv(old.bytes().capacity(), clusterSize())));
    }

    /** A reference to each of these is removed in memory. */
    void remove(Clusters clusters) {
        removedClusters += clusters.count;
        // What lies together goes back to the host together.
        if (!removed.isEmpty() && removed.getLast().first + removed.getLast().count == clusters.first) {
            Clusters before = removed.removeLast();
            removed.add(new Clusters(before.first, before.count + clusters.count));
        } else {
            removed.add(clusters);
        }
    }

    /** Bytes that may be free as soon as the removal of all references to them is in the file. */
    long removedBytes() {
        return removedClusters << clusterBits;
    }

    /** Whether so much is to be written that it should be done soon. */
    boolean isFull() {
        return blocks.isFull() || removed.size() > 1 << 14;
    }

    /** Writes all blocks, and the table if it is at a new place: before anything that may refer to clusters in use now. */
    void writeBlocks() throws IOException {
        blocks.write(false);
        if (moved) {
            table.write(file);
        }
    }

    /** Writes what makes new blocks part of the image; returns whether there was anything. */
    boolean writeTable() throws IOException {
        if (!moved) {
            return table.write(file);
        }
        ByteBuffer place = ByteBuffer.allocate(Long.BYTES + Integer.BYTES);
        place.putLong(0, table.offset()).putInt(Long.BYTES, table.bytes().capacity() >> clusterBits);
        file.write(Qcow2Header.REFCOUNT_TABLE_AT, place);
        moved = false;
        return true;
    }

    /**
     * Lowers the counts for references that are gone from the file, and gives free space back to the host.
     *
     * @return whether there were any
     */
    boolean settleRemoved() throws IOException {
        List<Clusters> gone = List.copyOf(removed);
        removed.clear();
        removedClusters = 0;
        for (Clusters clusters : gone) {
            long freeFrom = clusters.first;
            long behind = clusters.first + clusters.count;
            for (long each = clusters.first; each < behind; each++) {
                long count = get(each);
                if (count > 1 || count < 0) {
                    set(each, count - 1);
                    release(freeFrom, each);
                    freeFrom = each + 1;
                } else if (count == 1) {
                    set(each, 0);
                    metadata.remove(each);
                    firstFree = Math.min(firstFree, each);
                } else {
                    // The image counted wrong before. Nobody knows who else refers to it, so it stays as it is.
                    release(freeFrom, each);
                    freeFrom = each + 1;
                }
            }
            release(freeFrom, behind);
        }
        return !gone.isEmpty();
    }

    private void release(long from, long to) throws IOException {
        if (to > from) {
            file.release(offset(from), offset(to - from));
        }
    }
}
