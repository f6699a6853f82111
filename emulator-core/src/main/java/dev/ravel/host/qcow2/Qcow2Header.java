package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The header of an image ("Header" in the specification), checked: all tables it points to have a possible size and
 * place. Offsets and sizes are bytes.
 *
 * @param version 2 or 3
 * @param clusterBits 9 to 21, the binary logarithm of a cluster's size
 * @param size of the disk
 * @param l1Size entries of the L1 table
 * @param refcountTableClusters clusters of the refcount table
 * @param refcountOrder the binary logarithm of a refcount's bits, 0 to 6
 * @param headerLength where extensions begin
 * @param backing the image that is read where this one has nothing
 * @param extensions as they are in the file, unknown ones too
 */
public record Qcow2Header(
        int version,
        int clusterBits,
        long size,
        int l1Size,
        long l1Offset,
        long refcountTableOffset,
        int refcountTableClusters,
        int snapshots,
        long snapshotsOffset,
        Features features,
        int refcountOrder,
        int headerLength,
        Compression compression,
        Optional<Backing> backing,
        List<Extension> extensions) {
    /** The first four bytes: {@code QFI\xfb}. */
    public static final int MAGIC = 0x514649fb;

    /** The most bytes of an L1 table; QEMU has the same limit. */
    static final int MAX_L1_BYTES = 32 << 20;

    /** The most bytes of a refcount table; QEMU has the same limit. */
    static final int MAX_REFCOUNT_TABLE_BYTES = 8 << 20;

    static final int MIN_CLUSTER_BITS = 9;
    static final int MAX_CLUSTER_BITS = 21;

    static final int LENGTH_2 = 72;
    static final int LENGTH_3 = 104;

    /** Where {@link Features#incompatible} is. */
    static final int INCOMPATIBLE_AT = 72;

    /** Where {@link Features#autoclear} is. */
    static final int AUTOCLEAR_AT = 88;

    /** Where the refcount table's place and size are. */
    static final int REFCOUNT_TABLE_AT = 48;

    static final int BACKING_FORMAT = 0xe2792aca;
    static final int FEATURE_NAMES = 0x6803f857;
    static final int BITMAPS = 0x23852875;

    private static final int COMPRESSION_AT = 104;
    private static final int MAX_BACKING_NAME = 1023;
    private static final int MAX_SNAPSHOTS = 65_536;
    private static final int MAX_REFCOUNT_ORDER = 6;
    private static final int REFCOUNT_ORDER_2 = 4;
    private static final int EXTENSION_HEAD = 8;

    /** How compressed clusters are. */
    public enum Compression {
        ZLIB,
        ZSTD
    }

    /**
     * The image under this one.
     *
     * @param name as it is in the file: a path, from this image's folder if it is not absolute
     * @param format its format, which is not in old images
     */
    public record Backing(String name, Optional<String> format) {}

    /** An extension of the header. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares or changes them.
    public record Extension(int type, byte[] data) {}

    /** Whether a file begins as such an image does. */
    public static boolean isAt(ByteBuffer start) {
        return start.remaining() >= Integer.BYTES && start.getInt(start.position()) == MAGIC;
    }

    /** Bytes of a cluster. */
    public int clusterSize() {
        return 1 << clusterBits;
    }

    /** Entries of an L2 table. */
    int l2Entries() {
        return clusterSize() / Long.BYTES;
    }

    /** The cluster that a byte of the disk, or of the file, is in. */
    long cluster(long offset) {
        return offset >> clusterBits;
    }

    /** The place of a byte in its cluster. */
    int inCluster(long offset) {
        return (int) (offset & clusterSize() - 1);
    }

    /** Refcounts in a refcount block. */
    int refcountsPerBlock() {
        return clusterSize() * Byte.SIZE >> refcountOrder;
    }

    /** Bits of a refcount. */
    public int refcountBits() {
        return 1 << refcountOrder;
    }

    /** The names of the snapshots in the image. */
    public List<String> snapshotNames(HostFile file) throws IOException {
        return SnapshotTable.read(file, this).snapshots().stream()
                .map(SnapshotTable.Snapshot::name)
                .toList();
    }

    /** Clusters that the disk has, the last maybe in part. */
    long guestClusters() {
        return Math.ceilDiv(size, (long) clusterSize());
    }

    /**
     * Reads and checks the header of a file.
     *
     * @throws Qcow2Exception if it is damaged or uses what is not supported
     */
    public static Qcow2Header read(HostFile file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(LENGTH_3 + Long.BYTES);
        int count = file.read(0, start);
        start.flip();
        if (!isAt(start)) {
            throw new Qcow2Exception("it is not a qcow2 image");
        }
        int version = count >= 2 * Integer.BYTES ? start.getInt(4) : 0;
        check(version == 2 || version == 3, "version " + version + " of qcow2 is not known");
        check(count >= (version == 2 ? LENGTH_2 : LENGTH_3), "the header is cut off");
        int clusterBits = start.getInt(20);
        check(
                clusterBits >= MIN_CLUSTER_BITS && clusterBits <= MAX_CLUSTER_BITS,
                "clusters of 2^" + clusterBits + " bytes are not possible");
        ByteBuffer bytes = ByteBuffer.allocate(1 << clusterBits);
        bytes.limit(Math.max(count, file.read(0, bytes)));
        return parse(bytes, version, clusterBits, file.size());
    }

    /** {@code b} is the first cluster, as far as the file goes. */
    private static Qcow2Header parse(ByteBuffer b, int version, int clusterBits, long fileSize) throws Qcow2Exception {
        check(b.getInt(32) == 0, "the image is encrypted, which is not supported");
        boolean old = version == 2;
        int headerLength = old ? LENGTH_2 : b.getInt(100);
        check(
                headerLength >= (old ? LENGTH_2 : LENGTH_3) && headerLength % 8 == 0 && headerLength <= b.limit(),
                "a header of " + Integer.toUnsignedString(headerLength) + " bytes is not possible");
        long backingOffset = b.getLong(8);
        int backingSize = b.getInt(16);
        check(
                backingOffset == 0
                        || backingSize >= 0
                                && backingSize <= MAX_BACKING_NAME
                                && backingOffset >= headerLength
                                && backingOffset <= b.limit() - backingSize,
                "the name of the backing file is not in the first cluster");
        List<Extension> extensions = extensions(b, headerLength, backingOffset == 0 ? b.limit() : (int) backingOffset);
        Features features = old ? Features.NONE : new Features(b.getLong(72), b.getLong(80), b.getLong(88));
        features.check(extensions);
        Optional<Backing> backing = backingOffset == 0 || backingSize == 0
                ? Optional.empty()
                : Optional.of(new Backing(
                        new String(b.array(), (int) backingOffset, backingSize, StandardCharsets.UTF_8),
                        extensions.stream()
                                .filter(extension -> extension.type == BACKING_FORMAT)
                                .findFirst()
                                .map(extension -> new String(extension.data, StandardCharsets.US_ASCII))));
        Qcow2Header header = new Qcow2Header(
                version,
                clusterBits,
                b.getLong(24),
                b.getInt(36),
                b.getLong(40),
                b.getLong(48),
                b.getInt(56),
                b.getInt(60),
                b.getLong(64),
                features,
                old ? REFCOUNT_ORDER_2 : b.getInt(96),
                headerLength,
                compression(b, headerLength, features),
                backing,
                List.copyOf(extensions));
        header.checkTables(fileSize);
        return header;
    }

    private static List<Extension> extensions(ByteBuffer b, int start, int end) throws Qcow2Exception {
        List<Extension> extensions = new ArrayList<>();
        int at = start;
        while (at + EXTENSION_HEAD <= end && b.getInt(at) != 0) {
            int length = b.getInt(at + 4);
            check(
                    length >= 0 && length <= end - at - EXTENSION_HEAD,
                    "an extension of the header is longer than its cluster");
            byte[] data = new byte[length];
            b.get(at + EXTENSION_HEAD, data);
            extensions.add(new Extension(b.getInt(at), data));
            at += EXTENSION_HEAD + Math.ceilDiv(length, 8) * 8;
        }
        return extensions;
    }

    private static Compression compression(ByteBuffer b, int headerLength, Features features) throws Qcow2Exception {
        int type = headerLength > COMPRESSION_AT && b.limit() > COMPRESSION_AT ? b.get(COMPRESSION_AT) & 0xff : 0;
        check(
                features.has(Features.COMPRESSION_TYPE) == (type != 0),
                "the header does not agree with itself on how clusters are compressed");
        check(type < Compression.values().length, "compression of type " + type + " is not known");
        return Compression.values()[type];
    }

    private void checkTables(long fileSize) throws Qcow2Exception {
        check(
                refcountOrder >= 0 && refcountOrder <= MAX_REFCOUNT_ORDER,
                "refcounts of 2^" + refcountOrder + " bits are not possible");
        check(size >= 0, "a disk of " + Long.toUnsignedString(size) + " bytes is not possible");
        check(l1Size >= 0 && l1Size <= MAX_L1_BYTES / Long.BYTES, "the L1 table is too large");
        check(
                l1Size >= Math.ceilDiv(guestClusters(), (long) l2Entries()),
                "the L1 table is too small for a disk of " + size + " bytes");
        check(inside(l1Offset, (long) l1Size * Long.BYTES, fileSize), "the L1 table is not in the file");
        check(
                refcountTableClusters >= 0 && refcountTableClusters <= MAX_REFCOUNT_TABLE_BYTES >> clusterBits,
                "the refcount table is too large");
        check(
                inside(refcountTableOffset, (long) refcountTableClusters << clusterBits, Long.MAX_VALUE),
                "the refcount table is at an impossible place");
        check(snapshots >= 0 && snapshots <= MAX_SNAPSHOTS, "there are too many snapshots");
        check(snapshots == 0 || inside(snapshotsOffset, 1, fileSize), "the snapshot table is not in the file");
    }

    private boolean inside(long offset, long length, long end) {
        return offset >= 0 && offset % clusterSize() == 0 && offset <= end - length && (length == 0 || offset > 0);
    }

    private static void check(boolean good, String problem) throws Qcow2Exception {
        if (!good) {
            throw new Qcow2Exception(problem);
        }
    }
}
