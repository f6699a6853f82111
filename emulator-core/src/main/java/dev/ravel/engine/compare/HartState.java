package dev.ravel.engine.compare;

import dev.ravel.hart.Hart;
import dev.ravel.state.NumberList;
import dev.ravel.state.NumberMap;
import dev.ravel.state.StateReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The state of harts: compared, copied, and written out where it differs. */
final class HartState {
    private final Map<String, Long> values = new LinkedHashMap<>();
    private final long traps;
    private final long lines;

    /** The present state of a hart. */
    HartState(Hart hart) {
        hart.save(new NumberMap(values));
        traps = hart.trapsTaken;
        lines = hart.csrs.interrupts.lines();
    }

    /** Gives a hart this state. */
    void copyTo(Hart hart) {
        hart.restore(new Saved("", values));
        hart.trapsTaken = traps;
        setLines(hart, lines);
        hart.clearAttention();
    }

    /** Drives the wires of a hart whose level is another one. */
    static void setLines(Hart hart, long wanted) {
        long changed = hart.csrs.interrupts.lines() ^ wanted;
        while (changed != 0) {
            int code = Long.numberOfTrailingZeros(changed);
            changed &= changed - 1;
            hart.setLine(code, (wanted >>> code & 1) != 0);
        }
    }

    /** What is different in {@code subject}, a line each. */
    static List<String> differences(Hart reference, Hart subject, Names names) {
        HartState left = new HartState(reference);
        HartState right = new HartState(subject);
        List<String> lines = new ArrayList<>();
        left.values.forEach((name, value) -> {
            long other = right.values.getOrDefault(name, 0L);
            if (value != other) {
                lines.add(names.line(name, value, other));
            }
        });
        if (left.traps != right.traps) {
            lines.add(names.line("traps taken", left.traps, right.traps));
        }
        return lines;
    }

    /** How the two engines are called in reports. */
    record Names(String reference, String subject) {
        String line(String what, long expected, long actual) {
            return String.format("%-10s %s 0x%x, %s 0x%x", what, reference, expected, subject, actual);
        }
    }

    /** Compares two harts again and again without making garbage of names. */
    static final class Equality {
        private final NumberList left = new NumberList();
        private final NumberList right = new NumberList();

        boolean holds(Hart reference, Hart subject) {
            return reference.pc == subject.pc
                    && reference.trapsTaken == subject.trapsTaken
                    && taken(left, reference).sameAs(taken(right, subject));
        }

        private static NumberList taken(NumberList into, Hart hart) {
            into.clear();
            hart.save(into);
            return into;
        }
    }

    private record Saved(String prefix, Map<String, Long> values) implements StateReader {
        @Override
        public long get(String name) {
            Long value = values.get(prefix + name);
            if (value == null) {
                throw new IllegalArgumentException(prefix + name + " was not saved");
            }
            return value;
        }

        @Override
        public byte[] getBytes(String name) {
            byte[] bytes = new byte[values.size()];
            int count = 0;
            for (Long value = values.get(prefix + name + "[0]");
                    value != null;
                    value = values.get(prefix + name + "[" + count + "]")) {
                bytes[count++] = value.byteValue();
            }
            return Arrays.copyOf(bytes, count);
        }

        @Override
        public StateReader section(String name) {
            return new Saved(prefix + name + ".", values);
        }
    }
}
