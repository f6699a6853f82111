package dev.ravel.host.qcow2;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.HostFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads what the disk has where the map says, for several threads at once while nothing in the map is changed. */
final class ClusterReader {
    private final HostFile file;
    private final Qcow2Header header;
    private final ClusterMap map;
    private final Optional<BlockBackend> backing;
    private final long size;
    private final CompressedClusters compressed;
    private final long fileSize;

    /** Of a disk of that size, in bytes, over the image that the header names. */
    ClusterReader(HostFile file, Qcow2Header header, ClusterMap map, Optional<BlockBackend> backing, long size)
            throws IOException {
        this.file = file;
        this.header = header;
        this.map = map;
        this.backing = backing;
        this.size = size;
        this.compressed = new CompressedClusters(file, header);
        this.fileSize = file.size();
    }

    /** The bytes from an offset, at most so many, in clusters that are of the same kind and, if they have a place, in a row. */
    int extent(long offset, Cluster first, long most) throws IOException {
        long length = Math.min(most, header.clusterSize() - header.inCluster(offset));
        while (length < most
                && follows(
                        first,
                        map.get(header.cluster(offset + length)),
                        header.cluster(offset + length) - header.cluster(offset))) {
            length = Math.min(most, length + header.clusterSize());
        }
        return (int) length;
    }

    private boolean follows(Cluster first, Cluster next, long distance) {
        return switch (first) {
            case Cluster.Unallocated _ -> next instanceof Cluster.Unallocated;
            case Cluster.Zero _ -> next instanceof Cluster.Zero;
            case Cluster.Compressed _ -> false;
            case Cluster.Standard data ->
                next.equals(new Cluster.Standard(data.offset() + (distance << header.clusterBits()), data.copied()));
        };
    }

    boolean readsAsZeroes(Cluster cluster, long offset) {
        return cluster instanceof Cluster.Zero
                || cluster instanceof Cluster.Unallocated
                        && backing.map(under -> offset >= under.size()).orElse(true);
    }

    /** Reads also what is beyond the disk in its last cluster: zeroes. */
    void read(long offset, ByteBuffer into) throws IOException {
        long at = offset;
        int end = into.limit();
        while (into.position() < end) {
            if (at >= size) {
                zeroes(into);
                return;
            }
            Cluster cluster = map.get(header.cluster(at));
            int length = extent(at, cluster, Math.min(end - into.position(), size - at));
            into.limit(into.position() + length);
            switch (cluster) {
                case Cluster.Unallocated _ -> readBacking(at, into);
                case Cluster.Zero _ -> zeroes(into);
                case Cluster.Standard data -> readData(data.offset() + header.inCluster(at), into);
                case Cluster.Compressed data -> into.put(compressed.read(data), header.inCluster(at), length);
            }
            into.limit(end);
            at += length;
        }
    }

    private static void zeroes(ByteBuffer into) {
        MemorySegment.ofBuffer(into).fill((byte) 0);
        into.position(into.limit());
    }

    private void readBacking(long offset, ByteBuffer into) throws IOException {
        int end = into.limit();
        long there = backing.map(BlockBackend::size).orElse(0L) - offset;
        if (there > 0) {
            into.limit(into.position() + (int) Math.min(there, into.remaining()));
            backing.orElseThrow().read(offset, into);
            into.limit(end);
        }
        zeroes(into);
    }

    /** Only a last cluster may end before its end. */
    private void readData(long place, ByteBuffer into) throws IOException {
        int wanted = into.remaining();
        int count = file.read(place, into);
        if (count < wanted) {
            long ended = place + count;
            long clustersEnd = Math.ceilDiv(ended, (long) header.clusterSize()) * header.clusterSize();
            if (clustersEnd < place + wanted || ended == clustersEnd || ended < fileSize) {
                throw new UnreadableDataException("the file ends at byte " + ended + ", before data of the disk");
            }
            zeroes(into);
        }
    }
}
