package dev.ravel.ninep;

/**
 * The server's name for a file (intro(5)): two files are the same if their paths are.
 *
 * @param type one of the constants
 * @param version changes with the contents
 */
public record Qid(int type, int version, long path) {
    /** Bytes in a message. */
    public static final int SIZE = 13;

    /** Type: a directory. */
    public static final int DIRECTORY = 0x80;

    /** Type: a symbolic link. */
    public static final int SYMLINK = 0x02;

    /** Type: anything else. */
    public static final int FILE = 0;

    void write(WireWriter out) {
        out.u8(type);
        out.u32(version);
        out.u64(path);
    }
}
