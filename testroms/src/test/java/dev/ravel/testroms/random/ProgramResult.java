package dev.ravel.testroms.random;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a program leaves behind, as far as software can tell on any machine.
 *
 * @param values in the order of {@code batch.s}
 */
record ProgramResult(List<Long> values) {
    private static final int FLOATS = 32;
    private static final int REST = 64;
    private static final List<String> NAMES = List.of("fcsr", "hash of traps", "hash of data", "nothing");

    ProgramResult {
        values = List.copyOf(values);
    }

    /** Reads a result from a table of them. */
    static ProgramResult read(ByteBuffer from) {
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < Layout.RESULT_SIZE / Long.BYTES; i++) {
            values.add(from.getLong());
        }
        return new ProgramResult(values);
    }

    /** The result of the program that a machine has run to its end. */
    static ProgramResult of(ProgramMachine machine) {
        List<Long> values = new ArrayList<>();
        values.add(machine.peek(Layout.SAVE + Layout.SAVE_TRAPS));
        for (int i = 1; i < 32; i++) {
            values.add(machine.hart().x[i]);
        }
        for (long f : machine.hart().f) {
            values.add(f);
        }
        values.add((long) machine.hart().fp.roundingMode << 5 | machine.hart().fp.flags);
        values.add(machine.peek(Layout.SAVE + Layout.SAVE_HASH));
        long hash = 0;
        for (long address = Layout.DATA; address < Layout.DATA + Layout.DATA_SIZE; address += Long.BYTES) {
            hash = 31 * hash + machine.peek(address);
        }
        values.add(hash);
        values.add(0L);
        return new ProgramResult(values);
    }

    /** What differs, a line each. */
    List<String> differences(ProgramResult theirs) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (!values.get(i).equals(theirs.values.get(i))) {
                lines.add(String.format("%s: 0x%x here, 0x%x there", name(i), values.get(i), theirs.values.get(i)));
            }
        }
        return lines;
    }

    private static String name(int i) {
        if (i == 0) {
            return "traps";
        }
        return i < FLOATS ? "x" + i : i < REST ? "f" + (i - FLOATS) : NAMES.get(i - REST);
    }
}
