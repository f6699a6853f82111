package dev.ravel.ninep;

/**
 * An entry of an Rreaddir.
 *
 * @param offset from where to go on after it
 * @param type the kind of file as Linux's {@code d_type}; 0: ask
 */
public record DirectoryEntry(Qid qid, long offset, int type, FileName name) {
    /** Bytes in a message without the name. */
    public static final int FIXED_SIZE = Qid.SIZE + 8 + 1 + 2;

    /** Bytes in a message. */
    public int size() {
        return FIXED_SIZE + name.length();
    }

    void write(WireWriter out) {
        qid.write(out);
        out.u64(offset);
        out.u8(type);
        out.string(name);
    }
}
