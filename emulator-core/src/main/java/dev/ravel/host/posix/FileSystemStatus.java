package dev.ravel.host.posix;

/** What a file system has and how much is left, in blocks of {@code blockSize} bytes. */
public record FileSystemStatus(
        int blockSize,
        long blocks,
        long freeBlocks,
        long availableBlocks,
        long files,
        long freeFiles,
        long id,
        int longestName) {}
