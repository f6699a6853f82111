package dev.ravel.jit.store;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A unit as it is kept: its class, and what has to hold for it to be made of that class again. All offsets are in the page. Nobody changes the arrays.
 *
 * @param origin the guest's code
 * @param entry that it was planned from
 * @param starts offsets of its instructions
 * @param entries offsets of the places where it may be entered
 * @param constants encodings of the instructions that its object is made with
 * @param codeSize bytes of the method that does the work
 * @param classes that the class file refers to, by their names with slashes
 */
public record KeptUnit(
        Origin origin,
        int entry,
        int[] starts,
        int[] entries,
        int[] constants,
        int codeSize,
        List<String> classes,
        byte[] classFile) {
    /**
     * What a unit was made of.
     *
     * @param offset that was hot
     * @param page index from the start of RAM of the page that it was made for
     * @param bare whether accesses were {@linkplain dev.ravel.mmu.Mmu#isBare bare} when it was made
     * @param code offsets of the halfwords that it was translated from, each followed by these 16 bits
     */
    public record Origin(int offset, int page, boolean bare, int[] code) {
        /** Whether a page holds the same code. */
        public boolean isIn(IntUnaryOperator halfword) {
            for (int i = 0; i < code.length; i += 2) {
                if (halfword.applyAsInt(code[i]) != code[i + 1]) {
                    return false;
                }
            }
            return true;
        }

        private void write(DataOutputStream out) throws IOException {
            out.writeInt(offset);
            out.writeInt(page);
            out.writeBoolean(bare);
            KeptUnit.write(out, code);
        }

        static Origin read(DataInputStream in) throws IOException {
            return new Origin(in.readInt(), in.readInt(), in.readBoolean(), readInts(in));
        }
    }

    /** A copy of the list. */
    public KeptUnit {
        classes = List.copyOf(classes);
    }

    /** About how many bytes it takes in a file. */
    long size() {
        return classFile.length
                + (long) Integer.BYTES * (origin.code().length + starts.length + entries.length + constants.length)
                + classes.stream().mapToInt(String::length).sum();
    }

    /** {@link #origin} comes first. */
    void write(DataOutputStream out) throws IOException {
        origin.write(out);
        out.writeInt(entry);
        write(out, starts);
        write(out, entries);
        write(out, constants);
        out.writeInt(codeSize);
        out.writeInt(classes.size());
        for (String name : classes) {
            out.writeUTF(name);
        }
        out.writeInt(classFile.length);
        out.write(classFile);
    }

    static KeptUnit read(DataInputStream in) throws IOException {
        return new KeptUnit(
                Origin.read(in),
                in.readInt(),
                readInts(in),
                readInts(in),
                readInts(in),
                in.readInt(),
                readNames(in),
                in.readNBytes(in.readInt()));
    }

    private static void write(DataOutputStream out, int[] values) throws IOException {
        out.writeInt(values.length);
        for (int value : values) {
            out.writeInt(value);
        }
    }

    private static int[] readInts(DataInputStream in) throws IOException {
        int[] values = new int[in.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readInt();
        }
        return values;
    }

    private static List<String> readNames(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(in.readUTF());
        }
        return names;
    }
}
