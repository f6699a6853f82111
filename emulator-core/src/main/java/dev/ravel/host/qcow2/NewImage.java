package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An image to be made.
 *
 * @param size bytes of the disk, a multiple of a sector
 * @param version 2, or 3, which is what others make today
 * @param clusterBits binary logarithm of a cluster's size, 9 to 21; QEMU's default is 16
 * @param refcountOrder binary logarithm of a refcount's bits; version 2 has 4 only
 * @param lazyRefcounts whether those who can may write refcounts late
 * @param backing the image under it
 */
public record NewImage(
        long size,
        int version,
        int clusterBits,
        int refcountOrder,
        boolean lazyRefcounts,
        Optional<Qcow2Header.Backing> backing) {
    /** What QEMU takes if it is not told. */
    public static final int DEFAULT_CLUSTER_BITS = 16;

    private static final int DEFAULT_REFCOUNT_ORDER = 4;
    private static final int MOST_NAME = 1023;

    public NewImage {
        if (size <= 0 || size % 512 != 0) {
            throw new IllegalArgumentException("a disk of " + size + " bytes is not possible");
        }
        if (version == 2 && (refcountOrder != DEFAULT_REFCOUNT_ORDER || lazyRefcounts)) {
            throw new IllegalArgumentException("version 2 does not have that");
        }
    }

    /** As QEMU makes it if it is told nothing else. */
    public NewImage(long size, Optional<Qcow2Header.Backing> backing) {
        this(size, 3, DEFAULT_CLUSTER_BITS, DEFAULT_REFCOUNT_ORDER, false, backing);
    }

    private int clusterSize() {
        return 1 << clusterBits;
    }

    private long clusters(long bytes) {
        return Math.ceilDiv(bytes, (long) clusterSize());
    }

    /**
     * Writes the image, in which nothing is allocated.
     *
     * @param file empty
     * @throws Qcow2Exception if there is no such image: the disk is too large for its clusters
     */
    public void write(HostFile file) throws IOException {
        long l1Entries = clusters(clusters(size) * Long.BYTES);
        if (l1Entries * Long.BYTES > Qcow2Header.MAX_L1_BYTES) {
            throw new Qcow2Exception(
                    "a disk of " + size + " bytes is too large for clusters of " + clusterSize() + " bytes");
        }
        long l1Clusters = clusters(l1Entries * Long.BYTES);
        long perBlock = (long) clusterSize() * Byte.SIZE >> refcountOrder;
        long blocks = 1;
        long tableClusters = 1;
        long used = 0;
        for (boolean enough = false; !enough; ) {
            used = 1 + tableClusters + blocks + l1Clusters;
            long blocksNeeded = Math.ceilDiv(used, perBlock);
            long tableNeeded = clusters(blocksNeeded * Long.BYTES);
            enough = blocksNeeded == blocks && tableNeeded == tableClusters;
            blocks = blocksNeeded;
            tableClusters = tableNeeded;
        }
        long tableAt = clusterSize();
        long blocksAt = tableAt + (tableClusters << clusterBits);
        long l1At = blocksAt + (blocks << clusterBits);

        // No holes: whether a host disk has space for the tables shows here, not when something depends on them.
        file.write(tableAt, ByteBuffer.allocate(Math.toIntExact(used - 1 << clusterBits)));
        ByteBuffer table = ByteBuffer.allocate((int) blocks * Long.BYTES);
        for (long i = 0; i < blocks; i++) {
            table.putLong(blocksAt + (i << clusterBits));
        }
        file.write(tableAt, table.flip());
        file.write(0, header(tableAt, (int) tableClusters, l1At, (int) l1Entries));
        Refcounts refcounts = new Refcounts(file, Qcow2Header.read(file), new LongSet());
        for (long each = 0; each < used; each++) {
            refcounts.set(each, 1);
        }
        refcounts.writeBlocks();
        file.sync();
    }

    private ByteBuffer header(long tableAt, int tableClusters, long l1At, int l1Entries) throws Qcow2Exception {
        boolean old = version == 2;
        int length = old ? Qcow2Header.LENGTH_2 : Qcow2Header.LENGTH_3 + Long.BYTES;
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        byte[] name = {};
        if (backing.isPresent()) {
            name = backing.get().name().getBytes(StandardCharsets.UTF_8);
            backing.get().format().ifPresent(format -> extension(rest, format.getBytes(StandardCharsets.US_ASCII)));
        }
        rest.writeBytes(new byte[Long.BYTES]);
        int nameAt = length + rest.size();
        rest.writeBytes(name);
        if (name.length > MOST_NAME || length + rest.size() > clusterSize()) {
            throw new Qcow2Exception("the name of the image under it is too long: " + name.length + " bytes");
        }
        ByteBuffer header = ByteBuffer.allocate(length + rest.size());
        header.putInt(Qcow2Header.MAGIC).putInt(version);
        header.putLong(name.length == 0 ? 0 : nameAt).putInt(name.length);
        header.putInt(clusterBits).putLong(size).putInt(0);
        header.putInt(l1Entries).putLong(l1At).putLong(tableAt).putInt(tableClusters);
        header.putInt(0).putLong(0);
        if (!old) {
            header.putLong(0)
                    .putLong(lazyRefcounts ? Features.LAZY_REFCOUNTS : 0)
                    .putLong(0);
            header.putInt(refcountOrder).putInt(length).putLong(0);
        }
        return header.put(rest.toByteArray()).flip();
    }

    private static void extension(ByteArrayOutputStream out, byte[] data) {
        ByteBuffer head = ByteBuffer.allocate(2 * Integer.BYTES);
        out.writeBytes(
                head.putInt(Qcow2Header.BACKING_FORMAT).putInt(data.length).array());
        out.writeBytes(data);
        out.writeBytes(new byte[-data.length & 7]);
    }
}
