package dev.ravel.ninep;

/**
 * What an Rgetattr says.
 *
 * @param valid which fields mean something
 * @param specialDevice of a device node
 * @param blocks units of 512 bytes
 */
public record FileAttributes(
        long valid,
        Qid qid,
        int mode,
        int uid,
        int gid,
        long links,
        long specialDevice,
        long size,
        long blockSize,
        long blocks,
        Time accessed,
        Time modified,
        Time changed,
        Time born) {
    /** In {@link #valid}: everything of {@code struct stat}. */
    public static final long BASIC = 0x7ff;

    /** In {@link #valid}: when it was made. */
    public static final long BORN = 0x800;

    /** Seconds since 1970, and nanoseconds of the second. */
    public record Time(long seconds, long nanos) {
        void write(WireWriter out) {
            out.u64(seconds);
            out.u64(nanos);
        }
    }

    void write(WireWriter out) {
        out.u64(valid);
        qid.write(out);
        out.u32(mode);
        out.u32(uid);
        out.u32(gid);
        out.u64(links);
        out.u64(specialDevice);
        out.u64(size);
        out.u64(blockSize);
        out.u64(blocks);
        accessed.write(out);
        modified.write(out);
        changed.write(out);
        born.write(out);
        // Generation and data version, which no bit of "valid" speaks of.
        out.u64(0);
        out.u64(0);
    }
}
