package dev.ravel.state;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The state of the machine's parts by name: what they write, and {@link #reader read back}. Names keep their order. */
public final class StateTree implements StateWriter {
    private final String path;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** What has a name. */
    sealed interface Entry {
        /** A number. */
        record Number(long value) implements Entry {}

        /** Bytes. */
        record Bytes(byte[] value) implements Entry {}

        /** A nested part. */
        record Part(StateTree value) implements Entry {}
    }

    /** A tree without entries. */
    public StateTree() {
        this("");
    }

    private StateTree(String path) {
        this.path = path;
    }

    /** The entries by name. */
    Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    @Override
    public void put(String name, long value) {
        add(name, new Entry.Number(value));
    }

    @Override
    public void put(String name, byte[] value) {
        add(name, new Entry.Bytes(value.clone()));
    }

    @Override
    public void putShared(String name, byte[] value) {
        add(name, new Entry.Bytes(value));
    }

    @Override
    public StateTree section(String name) {
        if (entries.computeIfAbsent(name, n -> new Entry.Part(new StateTree(path + n + "/")))
                instanceof Entry.Part(StateTree part)) {
            return part;
        }
        throw new IllegalStateException(path + name + " is saved twice");
    }

    private void add(String name, Entry entry) {
        if (entries.putIfAbsent(name, entry) != null) {
            throw new IllegalStateException(path + name + " is saved twice");
        }
    }

    /** Gives back what was put in. */
    public StateReader reader() {
        return new Reader();
    }

    private final class Reader implements StateReader {
        @Override
        public long get(String name) {
            if (entries.get(name) instanceof Entry.Number(long value)) {
                return value;
            }
            throw missing(name, "number");
        }

        @Override
        public byte[] getBytes(String name) {
            if (entries.get(name) instanceof Entry.Bytes(byte[] value)) {
                return value.clone();
            }
            throw missing(name, "bytes");
        }

        @Override
        public StateReader section(String name) {
            if (entries.get(name) instanceof Entry.Part(StateTree part)) {
                return part.reader();
            }
            throw missing(name, "part");
        }
    }

    /**
     * Writes all of it as bytes.
     *
     * @throws IOException if {@code out} does
     */
    public void write(DataOutputStream out) throws IOException {
        StateCoding.write(this, out);
    }

    /**
     * Adds what {@link #write} wrote to this tree, which is empty.
     *
     * @throws IOException if it ends too early
     * @throws IllegalArgumentException if it is something else
     * @throws IllegalStateException if a name is there twice
     */
    public void read(DataInputStream in) throws IOException {
        StateCoding.read(this, in);
    }

    /** The parts by name; there is nothing else in this tree. */
    public Map<String, StateTree> parts() {
        Map<String, StateTree> parts = new LinkedHashMap<>();
        entries.forEach((name, entry) -> parts.put(name, section(name)));
        return parts;
    }

    /** All values, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        entries.forEach((name, entry) -> {
            switch (entry) {
                case Entry.Number(long value) -> lines.add(path + name + " 0x" + Long.toHexString(value));
                case Entry.Bytes(byte[] value) ->
                    lines.add(path + name + " " + HexFormat.of().formatHex(value));
                case Entry.Part(StateTree part) -> lines.addAll(part.lines());
            }
        });
        return lines;
    }

    private IllegalArgumentException missing(String name, String kind) {
        return new IllegalArgumentException("it has no " + kind + " " + path + name);
    }
}
