package dev.ravel.ninep;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** What a server answers. */
public sealed interface Reply {
    /** It failed, with a number of Linux. */
    record Lerror(int errno) implements Reply {}

    /** Done, and there is nothing to say: the reply to a request of type {@code requestType}. */
    record Done(int requestType) implements Reply {}

    /** Which protocol is spoken and how long messages may be. */
    record Version(long messageSize, String version) implements Reply {}

    /** A file was found or made: the reply to a request of type {@code requestType}. */
    record Found(int requestType, Qid qid) implements Reply {}

    /** A file was opened, or made and opened. Messages may be as long as agreed. */
    record Opened(int requestType, Qid qid) implements Reply {}

    /** As many files as were found on the way. */
    record Walked(List<Qid> qids) implements Reply {}

    /** Where a link leads. */
    record Target(FileName target) implements Reply {}

    /** Attributes. */
    record Attributes(FileAttributes attributes) implements Reply {}

    /** The length of an extended attribute, or of the list of their names. */
    record XattrSize(long size) implements Reply {}

    /** Entries of a directory; none at its end. */
    record Entries(List<DirectoryEntry> entries) implements Reply {}

    /** The outcome of a Tlock. */
    record LockStatus(int status) implements Reply {
        /** It is locked, or unlocked. */
        public static final int SUCCESS = 0;

        /** Somebody else has it; try again. */
        public static final int BLOCKED = 1;

        /** It cannot be locked. */
        public static final int ERROR = 2;
    }

    /** The lock that stands in the way, or the one asked about with type {@link LockRange#NONE}. */
    record LockHolder(LockRange range) implements Reply {}

    /** What was read; the memory need only be valid until the reply is encoded. */
    record Data(MemorySegment data) implements Reply {}

    /** How much was written. */
    record Written(int count) implements Reply {}

    /** A file system, in blocks of {@code blockSize} bytes. */
    record FileSystem(
            int type,
            int blockSize,
            long blocks,
            long freeBlocks,
            long availableBlocks,
            long files,
            long freeFiles,
            long id,
            int longestName)
            implements Reply {}
}
