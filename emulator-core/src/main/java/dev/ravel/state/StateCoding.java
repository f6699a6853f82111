package dev.ravel.state;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;

/** A {@link StateTree} as bytes: the count of its entries, and for each a kind, a name and a value. */
final class StateCoding {
    private static final int NUMBER = 0;
    private static final int BYTES = 1;
    private static final int PART = 2;

    /** Parts in parts at most. */
    private static final int DEEPEST = 16;

    private StateCoding() {}

    static void write(StateTree tree, DataOutputStream out) throws IOException {
        out.writeInt(tree.entries().size());
        for (Map.Entry<String, StateTree.Entry> entry : tree.entries().entrySet()) {
            switch (entry.getValue()) {
                case StateTree.Entry.Number(long value) -> {
                    start(out, NUMBER, entry.getKey());
                    out.writeLong(value);
                }
                case StateTree.Entry.Bytes(byte[] value) -> {
                    start(out, BYTES, entry.getKey());
                    out.writeInt(value.length);
                    out.write(value);
                }
                case StateTree.Entry.Part(StateTree value) -> {
                    start(out, PART, entry.getKey());
                    write(value, out);
                }
            }
        }
    }

    private static void start(DataOutputStream out, int kind, String name) throws IOException {
        out.writeByte(kind);
        out.writeUTF(name);
    }

    /** See {@link StateTree#read}. */
    static void read(StateTree into, DataInputStream in) throws IOException {
        read(into, in, DEEPEST);
    }

    private static void read(StateTree into, DataInputStream in, int depth) throws IOException {
        if (depth == 0) {
            throw new IllegalArgumentException("parts are nested too deep");
        }
        for (int left = in.readInt(); left > 0; left--) {
            int kind = in.readByte();
            String name = in.readUTF();
            switch (kind) {
                case NUMBER -> into.put(name, in.readLong());
                case BYTES -> {
                    int length = in.readInt();
                    if (length < 0 || length > in.available()) {
                        throw new IllegalArgumentException(name + " has " + length + " bytes");
                    }
                    into.put(name, in.readNBytes(length));
                }
                case PART -> read(into.section(name), in, depth - 1);
                default -> throw new IllegalArgumentException(name + " is of kind " + kind);
            }
        }
    }
}
