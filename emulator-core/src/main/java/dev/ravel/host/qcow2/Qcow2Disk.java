package dev.ravel.host.qcow2;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.HostFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A disk in an image of the format qcow2. Data is where {@link ClusterMap} says; a cluster that is written for the first
 * time, or that somebody else refers to, gets a new place. {@link Metadata} tells what a crash can do to the image.
 *
 * <p>What may be done at once is done at once: reading, and writing where data has its place. Whatever changes a table
 * is done alone. So nobody reads a cluster that is given away meanwhile.
 */
public final class Qcow2Disk implements BlockBackend {
    private static final System.Logger LOG = System.getLogger(Qcow2Disk.class.getName());

    private final HostFile file;
    private final Qcow2Header header;
    private final Optional<BlockBackend> backing;
    private final long size;
    private final ClusterMap map;
    private final ClusterReader reader;
    /** Empty: the disk is only read. */
    private final Optional<Metadata> metadata;

    /** Where the last compressed cluster ends; 0: none was written. */
    private long compressedEnd;

    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private Qcow2Disk(HostFile file, Qcow2Header header, Optional<BlockBackend> backing) throws IOException {
        this.file = file;
        this.header = header;
        this.backing = backing;
        this.size = header.size() / SECTOR_SIZE * SECTOR_SIZE;
        if (file.isReadOnly()) {
            this.metadata = Optional.empty();
            this.map = new ClusterMap(file, header, new LongSet());
        } else {
            Metadata all = new Metadata(file, header);
            this.metadata = Optional.of(all);
            this.map = all.map();
        }
        this.reader = new ClusterReader(file, header, map, backing, size);
    }

    /**
     * The disk in a file, which is closed with it, as is what is under it.
     *
     * @param file if it is not read-only, the image is made ready to be written: refcounts that are marked as wrong are
     *     computed anew, space that a kill lost is given back, and features that others must look at again are marked so
     * @param header read from that file
     * @param backing the image that the header names, to read only
     * @throws Qcow2Exception if the image is damaged; nothing is closed then
     */
    public static Qcow2Disk open(HostFile file, Qcow2Header header, Optional<BlockBackend> backing) throws IOException {
        if (header.backing().isPresent() != backing.isPresent()) {
            throw new IllegalArgumentException("the image under it is missing, or there is none");
        }
        if (header.size() < SECTOR_SIZE) {
            throw new Qcow2Exception("the disk has no sector");
        }
        if (file.isReadOnly()) {
            return new Qcow2Disk(file, header, backing);
        }
        if (header.features().has(Features.CORRUPT)) {
            throw new Qcow2Exception(
                    "the image is marked as damaged: check and repair it first, or give it as readonly");
        }
        boolean dirty = header.features().has(Features.DIRTY);
        if (dirty) {
            LOG.log(Level.INFO, "a disk was not closed; its refcounts are computed anew");
            Qcow2Check.repair(file, header);
        }
        Qcow2Disk disk = new Qcow2Disk(file, dirty ? Qcow2Header.read(file) : header, backing);
        if (header.features().autoclear() != 0) {
            disk.metadata.orElseThrow().setHeader(Qcow2Header.AUTOCLEAR_AT, 0);
            return disk;
        }
        if (dirty) {
            return disk;
        }
        long leaks = Qcow2Check.giveBackLeaks(file, header);
        if (leaks == 0) {
            return disk;
        }
        LOG.log(Level.INFO, "a disk was not closed; {0} clusters that nothing refers to are given back", leaks);
        return new Qcow2Disk(file, Qcow2Header.read(file), backing);
    }

    /** What the image says about itself. */
    public Qcow2Header header() {
        return header;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public boolean isReadOnly() {
        return metadata.isEmpty();
    }

    private Metadata writable() throws IOException {
        return metadata.orElseThrow(() -> new IOException("the disk can only be read"));
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private void together(Work work) throws IOException {
        lock.readLock().lock();
        try {
            work.run();
        } catch (Qcow2Exception e) {
            foundDamage(e);
            throw e;
        } finally {
            lock.readLock().unlock();
        }
    }

    private void alone(Work work) throws IOException {
        lock.writeLock().lock();
        try {
            work.run();
        } catch (Qcow2Exception e) {
            foundDamage(e);
            throw e;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void foundDamage(Qcow2Exception damage) {
        if (!(damage instanceof UnreadableDataException)) {
            metadata.ifPresent(all -> all.foundDamage(damage));
        }
    }

    // Reading.

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        together(() -> reader.read(offset, into));
    }

    // Writing.

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        Metadata all = writable();
        all.checkUsable();
        long[] at = {offset};
        together(() -> at[0] += writeInPlace(offset, from));
        while (from.hasRemaining()) {
            alone(() -> at[0] += writePieceIfThereIsSpace(at[0], from));
        }
    }

    /** The space of what was discarded counts, although it is not free yet. */
    private int writePieceIfThereIsSpace(long offset, ByteBuffer from) throws IOException {
        int start = from.position();
        try {
            return writePiece(offset, from);
        } catch (Qcow2Exception e) {
            throw e;
        } catch (IOException e) {
            if (!writable().makeSpace()) {
                throw e;
            }
            return writePiece(offset, from.position(start));
        }
    }

    /** Writes from the start what has a place; returns bytes. */
    private int writeInPlace(long offset, ByteBuffer from) throws IOException {
        int done = 0;
        while (from.hasRemaining()) {
            Cluster cluster = map.get(header.cluster(offset + done));
            if (!(cluster instanceof Cluster.Standard data && data.copied())) {
                break;
            }
            int length = reader.extent(offset + done, cluster, from.remaining());
            overwrite(data.offset() + header.inCluster(offset + done), from, length);
            done += length;
        }
        return done;
    }

    private void overwrite(long place, ByteBuffer from, int length) throws IOException {
        writable().checkNoTable(place, length);
        put(place, from, length);
    }

    private void put(long place, ByteBuffer from, int length) throws IOException {
        int end = from.limit();
        from.limit(from.position() + length);
        try {
            file.write(place, from);
        } finally {
            from.limit(end);
        }
    }

    /** Writes what one L2 table maps; returns bytes. */
    private int writePiece(long offset, ByteBuffer from) throws IOException {
        int done = writeInPlace(offset, from);
        if (done > 0 || !from.hasRemaining()) {
            return done;
        }
        Metadata all = writable();
        all.changing();
        long first = header.cluster(offset);
        Table table = map.change(first, all.refcounts());
        int wanted = clustersWithoutPlace(first, header.cluster(offset + from.remaining() - 1));
        Cluster old = map.get(first);
        boolean kept = old instanceof Cluster.Zero zero && zero.copied();
        long place = old instanceof Cluster.Zero zero && kept ? zero.offset() : 0;
        Refcounts.Clusters taken = new Refcounts.Clusters(header.cluster(place), 1);
        if (kept) {
            all.checkNoTable(place, header.clusterSize());
        } else {
            taken = all.refcounts().allocate(wanted);
        }
        place = taken.first() << header.clusterBits();
        int length =
                (int) Math.min(from.remaining(), (taken.count() << header.clusterBits()) - header.inCluster(offset));
        int start = from.position();
        try {
            fill(place, taken.count(), offset, from, length);
        } catch (IOException e) {
            from.position(start);
            if (!kept) {
                all.refcounts().giveBack(taken);
            }
            throw e;
        }
        for (int i = 0; i < taken.count(); i++) {
            if (!kept) {
                unlink(map.get(first + i), all.refcounts());
            }
            table.set(map.l2Index(first + i), place + ((long) i << header.clusterBits()) | Cluster.COPIED);
        }
        return length;
    }

    /**
     * Writes a cluster that has nothing yet, compressed if that makes it shorter. For who makes an image.
     *
     * @param offset a cluster's start
     * @param from a cluster, or what the disk has of its last one
     */
    public void writeCompressed(long offset, ByteBuffer from) throws IOException {
        byte[] content = new byte[header.clusterSize()];
        from.duplicate().get(content, 0, from.remaining());
        Optional<ByteBuffer> shorter =
                header.compression() == Qcow2Header.Compression.ZLIB && header.inCluster(offset) == 0
                        ? CompressedClusters.deflate(content)
                        : Optional.empty();
        boolean[] done = {false};
        if (shorter.isPresent()) {
            alone(() -> done[0] = putCompressed(header.cluster(offset), shorter.get()));
        }
        if (!done[0]) {
            write(offset, from);
        }
    }

    /** Puts it right behind the last one, as many into a cluster of the file as fit. */
    private boolean putCompressed(long cluster, ByteBuffer data) throws IOException {
        if (!(map.get(cluster) instanceof Cluster.Unallocated)) {
            return false;
        }
        Metadata all = writable();
        all.changing();
        Table table = map.change(cluster, all.refcounts());
        int length = data.remaining();
        boolean fits =
                header.inCluster(compressedEnd) > 0 && header.inCluster(compressedEnd) + length <= header.clusterSize();
        if (!fits || !all.refcounts().share(header.cluster(compressedEnd))) {
            compressedEnd = all.refcounts().allocate(1).first() << header.clusterBits();
            file.write(compressedEnd + header.clusterSize() - 1, ByteBuffer.allocate(1));
        }
        file.write(compressedEnd, data);
        table.set(map.l2Index(cluster), Cluster.compressed(compressedEnd, length, header));
        compressedEnd += length;
        return true;
    }

    /** How many from the first on, in its L2 table, need a new place. One whose place is kept counts alone. */
    private int clustersWithoutPlace(long first, long last) throws IOException {
        int most = header.l2Entries() - map.l2Index(first);
        int count = 1;
        while (count < most && first + count <= last && !map.get(first + count).isWrittenInPlace()) {
            count++;
        }
        return count;
    }

    /** Writes new clusters: what is given, and around it what the disk has there now. */
    private void fill(long place, long clusters, long offset, ByteBuffer from, int length) throws IOException {
        boolean empty = file.size() <= place;
        long start = offset - header.inCluster(offset);
        long end = start + (clusters << header.clusterBits());
        int head = header.inCluster(offset);
        int tail = (int) (end - offset - length);
        if (head > 0 && !(empty && reader.readsAsZeroes(map.get(header.cluster(offset)), start))) {
            copy(start, place, head);
        }
        put(place + head, from, length);
        long tailAt = offset + length;
        if (tail > 0) {
            if (empty && (tailAt >= size || reader.readsAsZeroes(map.get(header.cluster(tailAt)), tailAt))) {
                // A hole, but all of the cluster is in the file.
                file.write(place + (end - start) - 1, ByteBuffer.allocate(1));
            } else {
                copy(tailAt, place + head + length, tail);
            }
        }
    }

    private void copy(long offset, long place, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        reader.read(offset, bytes);
        file.write(place, bytes.flip());
    }

    /** An entry is about to refer to something else: what it referred to may be free. */
    private void unlink(Cluster old, Refcounts refcounts) {
        switch (old) {
            case Cluster.Unallocated _ -> {}
            case Cluster.Zero zero -> {
                if (zero.offset() != 0) {
                    refcounts.remove(new Refcounts.Clusters(header.cluster(zero.offset()), 1));
                }
            }
            case Cluster.Standard data -> refcounts.remove(new Refcounts.Clusters(header.cluster(data.offset()), 1));
            case Cluster.Compressed data -> {
                long first = header.cluster(data.offset());
                long last = header.cluster(data.offset() + data.length() - 1);
                refcounts.remove(new Refcounts.Clusters(first, last - first + 1));
            }
        }
    }

    // Giving up data.

    @FunctionalInterface
    private interface Change {
        /** The entry for a cluster that is not wanted any more, or the one that it has. */
        long entry(Cluster old, long entry);
    }

    /** Changes whole clusters, as far as one L2 table maps them; returns bytes. */
    private long changeWhole(long offset, long end, boolean makeTables, Change change) throws IOException {
        long first = header.cluster(offset);
        long tableEnd = (first / header.l2Entries() + 1) * header.l2Entries();
        long last = Math.min(tableEnd, header.cluster(end));
        long bytes = (last << header.clusterBits()) - offset;
        if (!map.hasTable(first) && !makeTables) {
            return bytes;
        }
        Metadata all = writable();
        all.changing();
        Table table = map.change(first, all.refcounts());
        for (long each = first; each < last; each++) {
            int index = map.l2Index(each);
            long old = table.get(index);
            Cluster cluster = Cluster.decode(old, header);
            long entry = change.entry(cluster, old);
            if (entry != old) {
                if ((entry & Cluster.OFFSET) == 0) {
                    unlink(cluster, all.refcounts());
                }
                table.set(index, entry);
            }
        }
        return bytes;
    }

    /** Up to the end of the last cluster if it is the end of the disk. */
    private long wholeEnd(long offset, long length) {
        long end = offset + length;
        return end == size ? header.guestClusters() << header.clusterBits() : end - header.inCluster(end);
    }

    private long wholeStart(long offset) {
        return offset + header.inCluster(-offset);
    }

    /** Whole clusters are not in the image any more and read as zeroes, where the format can say so. */
    @Override
    public void discard(long offset, long length) throws IOException {
        writable().checkUsable();
        boolean under = backing.isPresent();
        if (under && header.version() < 3) {
            return;
        }
        long end = wholeEnd(offset, length);
        Change change = (old, entry) -> switch (old) {
            case Cluster.Unallocated _ -> entry;
            case Cluster.Zero zero -> zero.offset() == 0 ? entry : Cluster.ZERO;
            case Cluster.Standard _, Cluster.Compressed _ -> under ? Cluster.ZERO : 0;
        };
        long[] at = {wholeStart(offset)};
        while (at[0] < end) {
            alone(() -> at[0] += changeWhole(at[0], end, false, change));
        }
        alone(writable()::discarded);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean release) throws IOException {
        writable().checkUsable();
        long start = wholeStart(offset);
        long end = wholeEnd(offset, length);
        boolean under = backing.isPresent();
        if (start >= end || under && header.version() < 3) {
            zeroBytes(offset, offset + length);
            return;
        }
        Change change = (old, entry) -> switch (old) {
            case Cluster.Unallocated _ -> under ? Cluster.ZERO : entry;
            case Cluster.Zero zero -> zero.offset() == 0 || zero.copied() && !release ? entry : Cluster.ZERO;
            case Cluster.Standard data -> zeroes(data, release);
            case Cluster.Compressed _ -> header.version() < 3 ? 0 : Cluster.ZERO;
        };
        zeroBytes(offset, start);
        long[] at = {start};
        while (at[0] < end) {
            alone(() -> at[0] += changeWhole(at[0], end, under, change));
        }
        alone(writable()::discarded);
        zeroBytes(Math.min(end, offset + length), offset + length);
    }

    private long zeroes(Cluster.Standard data, boolean release) {
        if (header.version() < 3) {
            return 0;
        }
        return data.copied() && !release ? data.offset() | Cluster.COPIED | Cluster.ZERO : Cluster.ZERO;
    }

    /** Writes zeroes where something else may be. */
    private void zeroBytes(long from, long to) throws IOException {
        long[] at = {from};
        while (at[0] < to) {
            int length = (int) Math.min(to - at[0], header.clusterSize() - header.inCluster(at[0]));
            boolean[] done = {false};
            together(() -> done[0] = reader.readsAsZeroes(map.get(header.cluster(at[0])), at[0]));
            if (!done[0]) {
                write(at[0], ByteBuffer.allocate(length));
            }
            at[0] += length;
        }
    }

    // Stable storage.

    @Override
    public void flush() throws IOException {
        if (metadata.isEmpty()) {
            return;
        }
        Metadata all = metadata.get();
        boolean[] done = {false};
        together(() -> {
            if (!all.isChanged()) {
                all.sync();
                done[0] = true;
            }
        });
        if (!done[0]) {
            alone(all::commit);
        }
    }

    /** Also writes what is not in the file yet. */
    @Override
    public void close() throws IOException {
        alone(() -> {
            try (file) {
                if (metadata.isPresent()) {
                    metadata.get().finish();
                }
            } finally {
                if (backing.isPresent()) {
                    backing.get().close();
                }
            }
        });
    }
}
