package dev.ravel.host.qcow2;

/** What an entry of an L2 table says about a cluster of the disk ("Cluster mapping"). Offsets are bytes of the file. */
sealed interface Cluster {
    /** Bit 63: the only reference to what the entry points to. */
    long COPIED = 1L << 63;

    /** Bit 62. */
    long COMPRESSED = 1L << 62;

    /** Bit 0, from version 3 on. */
    long ZERO = 1;

    /** Bits 9 to 55. */
    long OFFSET = 0x00ff_ffff_ffff_fe00L;

    /** Whether it is written where it is, for it has a place that nobody else refers to. */
    default boolean isWrittenInPlace() {
        return switch (this) {
            case Unallocated _, Compressed _ -> false;
            case Zero zero -> zero.copied;
            case Standard data -> data.copied;
        };
    }

    /** The backing image's, or zeroes. */
    record Unallocated() implements Cluster {}

    /**
     * Zeroes.
     *
     * @param offset space that is kept for it; 0: none
     * @param copied whether nobody else refers to that space
     */
    record Zero(long offset, boolean copied) implements Cluster {}

    /** Data; {@code copied}: nobody else refers to it, so it may be overwritten. */
    record Standard(long offset, boolean copied) implements Cluster {}

    /**
     * Compressed data.
     *
     * @param length bytes up to the end of its last sector
     */
    record Compressed(long offset, int length) implements Cluster {}

    /** The entry for compressed data. */
    static long compressed(long offset, int length, Qcow2Header header) {
        long sectors = (offset + length - 1 >> 9) - (offset >> 9);
        return COMPRESSED | sectors << 62 - (header.clusterBits() - 8) | offset;
    }

    /** Reads an entry. */
    static Cluster decode(long entry, Qcow2Header header) throws Qcow2Exception {
        if ((entry & COMPRESSED) != 0) {
            int offsetBits = 62 - (header.clusterBits() - 8);
            long offset = entry & (1L << offsetBits) - 1;
            int sectors = (int) (entry >>> offsetBits & (1 << header.clusterBits() - 8) - 1) + 1;
            if (offset > (OFFSET | 0x1ff)) {
                throw new Qcow2Exception("a compressed cluster is at an impossible place");
            }
            return new Compressed(offset, sectors * 512 - (int) (offset % 512));
        }
        long offset = entry & OFFSET;
        boolean copied = (entry & COPIED) != 0;
        if (offset % header.clusterSize() != 0) {
            throw new Qcow2Exception("a data cluster is at byte " + offset + ", which is no place for a cluster");
        }
        if ((entry & ZERO) != 0) {
            if (header.version() < 3) {
                throw new Qcow2Exception("a cluster is marked as zeroes, which version 2 does not have");
            }
            return new Zero(offset, copied && offset != 0);
        }
        if (offset == 0) {
            if (copied) {
                throw new Qcow2Exception("the first cluster of the file is used for data");
            }
            return new Unallocated();
        }
        return new Standard(offset, copied);
    }
}
