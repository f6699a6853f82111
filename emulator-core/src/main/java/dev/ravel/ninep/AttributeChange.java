package dev.ravel.ninep;

/**
 * What a Tsetattr sets.
 *
 * @param valid which of the fields mean something, and which times are those of the client
 * @param size bytes
 * @param accessed seconds since 1970
 * @param accessedNanos nanoseconds of the second
 * @param modified as {@code accessed}
 * @param modifiedNanos as {@code accessedNanos}
 */
public record AttributeChange(
        int valid,
        int mode,
        int uid,
        int gid,
        long size,
        long accessed,
        long accessedNanos,
        long modified,
        long modifiedNanos) {
    /** In {@link #valid}: the permissions. */
    public static final int MODE = 0x1;

    /** In {@link #valid}: the owner. */
    public static final int UID = 0x2;

    /** In {@link #valid}: the group. */
    public static final int GID = 0x4;

    /** In {@link #valid}: the length. */
    public static final int SIZE = 0x8;

    /** In {@link #valid}: the time of the last access; the server's time without {@link #ACCESSED_GIVEN}. */
    public static final int ACCESSED = 0x10;

    /** In {@link #valid}: the time of the last change; the server's time without {@link #MODIFIED_GIVEN}. */
    public static final int MODIFIED = 0x20;

    /** In {@link #valid}: the last time of access is the one given. */
    public static final int ACCESSED_GIVEN = 0x80;

    /** In {@link #valid}: the last time of change is the one given. */
    public static final int MODIFIED_GIVEN = 0x100;

    /** Whether all these bits are in {@link #valid}. */
    public boolean has(int bits) {
        return (valid & bits) == bits;
    }
}
