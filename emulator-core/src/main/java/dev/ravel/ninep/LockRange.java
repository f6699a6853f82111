package dev.ravel.ninep;

/**
 * A lock of some bytes of a file, and who holds or wants it.
 *
 * @param type {@link #READ}, {@link #WRITE} or {@link #NONE}
 * @param length bytes, 0 for all up to the end however far it moves
 * @param process its number on the client
 * @param client the client's name
 */
public record LockRange(int type, long start, long length, int process, FileName client) {
    /** Type: others may read too. */
    public static final int READ = 0;

    /** Type: nobody else. */
    public static final int WRITE = 1;

    /** Type: no lock, or take it away. */
    public static final int NONE = 2;

    static LockRange read(int type, WireReader in) throws MalformedMessageException {
        return new LockRange(type, in.u64(), in.u64(), in.u32(), in.string());
    }

    void write(WireWriter out) {
        out.u8(type);
        out.u64(start);
        out.u64(length);
        out.u32(process);
        out.string(client);
    }
}
