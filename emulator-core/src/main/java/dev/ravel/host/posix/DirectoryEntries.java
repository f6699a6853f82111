package dev.ravel.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** {@code struct linux_dirent64}, as {@link LinuxCalls#getdents} writes them. */
public final class DirectoryEntries {
    /** {@link Entry#kind}: the file system does not say. */
    public static final int UNKNOWN = 0;

    /** {@link Entry#kind}: a regular file. */
    public static final int REGULAR = 8;

    private static final int OFFSET = 8;
    private static final int LENGTH = 16;
    private static final int KIND = 18;
    private static final int NAME = 19;

    private DirectoryEntries() {}

    /**
     * An entry of a directory.
     *
     * @param next from where to go on after it; a number that only the file system understands
     * @param kind the kind of file, as the uppermost four bits of its mode, or {@link #UNKNOWN}
     */
    public record Entry(long inode, long next, int kind, byte[] name) {}

    /** The entries in the first {@code length} bytes. */
    public static List<Entry> read(MemorySegment memory, int length) {
        List<Entry> entries = new ArrayList<>();
        int at = 0;
        while (at < length) {
            int size = memory.get(JAVA_SHORT_UNALIGNED, at + LENGTH) & 0xffff;
            int end = at + NAME;
            while (memory.get(JAVA_BYTE, end) != 0) {
                end++;
            }
            entries.add(new Entry(
                    memory.get(JAVA_LONG_UNALIGNED, at),
                    memory.get(JAVA_LONG_UNALIGNED, at + OFFSET),
                    memory.get(JAVA_BYTE, at + KIND),
                    memory.asSlice(at + NAME, end - at - NAME).toArray(JAVA_BYTE)));
            at += size;
        }
        return entries;
    }
}
