package dev.ravel.host.posix;

/**
 * What the host knows of a file.
 *
 * @param device the file system that it is on
 * @param inode its number there
 * @param mode kind and permissions, as in {@link FileMode}
 * @param links names that it has
 * @param size bytes
 * @param blocks units of 512 bytes that it takes
 * @param specialDevice of a device node: what it stands for, as Linux packs {@code dev_t}
 */
public record FileStatus(
        long device,
        long inode,
        int mode,
        long links,
        int uid,
        int gid,
        long size,
        int blockSize,
        long blocks,
        long specialDevice,
        Time accessed,
        Time modified,
        Time changed,
        Time born) {

    /** Seconds since 1970, and nanoseconds of the second. */
    public record Time(long seconds, int nanos) {}

    /** Packs the numbers of a device node as glibc's {@code makedev} does. */
    public static long deviceNumber(int major, int minor) {
        return (major & 0xffff_f000L) << 32 | (major & 0xfffL) << 8 | (minor & 0xffff_ff00L) << 12 | minor & 0xffL;
    }
}
