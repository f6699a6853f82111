package dev.ravel.host.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/** {@code struct statx}, which is the same on every architecture. */
final class StatusReader {
    private static final int BLOCK_SIZE = 4;
    private static final int LINKS = 16;
    private static final int UID = 20;
    private static final int GID = 24;
    private static final int MODE = 28;
    private static final int INODE = 32;
    private static final int SIZE = 40;
    private static final int BLOCKS = 48;
    private static final int ACCESSED = 64;
    private static final int BORN = 80;
    private static final int CHANGED = 96;
    private static final int MODIFIED = 112;
    private static final int SPECIAL_MAJOR = 128;
    private static final int SPECIAL_MINOR = 132;
    private static final int DEVICE_MAJOR = 136;
    private static final int DEVICE_MINOR = 140;

    private StatusReader() {}

    static FileStatus read(MemorySegment s) {
        return new FileStatus(
                FileStatus.deviceNumber(s.get(JAVA_INT, DEVICE_MAJOR), s.get(JAVA_INT, DEVICE_MINOR)),
                s.get(JAVA_LONG, INODE),
                s.get(JAVA_SHORT, MODE) & 0xffff,
                s.get(JAVA_INT, LINKS) & 0xffff_ffffL,
                s.get(JAVA_INT, UID),
                s.get(JAVA_INT, GID),
                s.get(JAVA_LONG, SIZE),
                s.get(JAVA_INT, BLOCK_SIZE),
                s.get(JAVA_LONG, BLOCKS),
                FileStatus.deviceNumber(s.get(JAVA_INT, SPECIAL_MAJOR), s.get(JAVA_INT, SPECIAL_MINOR)),
                time(s, ACCESSED),
                time(s, MODIFIED),
                time(s, CHANGED),
                time(s, BORN));
    }

    private static FileStatus.Time time(MemorySegment s, int offset) {
        return new FileStatus.Time(s.get(JAVA_LONG, offset), s.get(JAVA_INT, offset + 8));
    }
}
