package dev.ravel.isa;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

/** An {@link Operand} whose value is gathered from bits of the instruction. */
final class Field implements Operand {
    private final String name;
    private final Role role;
    private final Kind kind;
    private final BitLayout layout;
    private final boolean signed;
    private final int bias;
    private final boolean restricted;
    private final LongPredicate allowed;
    private final OptionalLong omitted;

    private final int mask;
    private final int width;
    private final int alignment;
    private final long least;
    private final long greatest;
    /** Runs of adjacent bits: where each starts in the instruction and in the value, and its mask at bit 0. */
    private final int[] runPosition;

    private final int[] runValueBit;
    private final int[] runMask;

    private Field(
            String name,
            Role role,
            Kind kind,
            BitLayout layout,
            boolean signed,
            int bias,
            boolean restricted,
            LongPredicate allowed,
            OptionalLong omitted) {
        this.name = name;
        this.role = role;
        this.kind = kind;
        this.layout = layout;
        this.signed = signed;
        this.bias = bias;
        this.restricted = restricted;
        this.allowed = allowed;
        this.omitted = omitted;
        this.mask = layout.mask();
        this.width = layout.width();
        this.alignment = layout.alignment();
        this.least = bias + (signed ? -1L << (width - 1) : 0);
        this.greatest = bias + (signed ? (1L << (width - 1)) - 1 : (1L << width) - 1);

        int runs = 0;
        int[] position = new int[width];
        int[] valueBit = new int[width];
        int[] runBits = new int[width];
        for (int bit = alignment; bit < width; bit++) {
            int place = layout.positions().get(bit);
            if (runs > 0 && place == position[runs - 1] + bit - valueBit[runs - 1]) {
                runBits[runs - 1] = runBits[runs - 1] << 1 | 1;
            } else {
                position[runs] = place;
                valueBit[runs] = bit;
                runBits[runs++] = 1;
            }
        }
        this.runPosition = Arrays.copyOf(position, runs);
        this.runValueBit = Arrays.copyOf(valueBit, runs);
        this.runMask = Arrays.copyOf(runBits, runs);
    }

    static Field unsigned(String name, Role role, Kind kind, String layout) {
        return new Field(
                name, role, kind, BitLayout.parse(layout), false, 0, false, value -> true, OptionalLong.empty());
    }

    static Field signed(String name, Role role, Kind kind, String layout) {
        return new Field(
                name, role, kind, BitLayout.parse(layout), true, 0, false, value -> true, OptionalLong.empty());
    }

    /** This field with its value counted from {@code first}: the three-bit register fields of compressed instructions. */
    Field from(int first) {
        return new Field(name, role, kind, layout, signed, first, restricted, allowed, omitted);
    }

    /** This field with all values reserved but those that {@code condition} allows. */
    Field only(LongPredicate condition) {
        return new Field(name, role, kind, layout, signed, bias, true, condition, omitted);
    }

    /** This field with a value for where it is not written. */
    Field orElse(long value) {
        return new Field(name, role, kind, layout, signed, bias, restricted, allowed, OptionalLong.of(value));
    }

    BitLayout layout() {
        return layout;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Role role() {
        return role;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public int mask() {
        return mask;
    }

    @Override
    public boolean restricted() {
        return restricted;
    }

    @Override
    public OptionalLong omitted() {
        return omitted;
    }

    @Override
    public long extract(int bits) {
        long value = 0;
        for (int run = 0; run < runMask.length; run++) {
            value |= (long) (bits >>> runPosition[run] & runMask[run]) << runValueBit[run];
        }
        if (signed) {
            int unused = Long.SIZE - width;
            value = value << unused >> unused;
        }
        return value + bias;
    }

    @Override
    public int insert(int bits, long value) {
        if (!accepts(value)) {
            throw new IllegalArgumentException("operand " + name + " cannot hold " + value);
        }
        long raw = value - bias;
        int result = bits & ~mask;
        for (int run = 0; run < runMask.length; run++) {
            result |= (int) (raw >>> runValueBit[run] & runMask[run]) << runPosition[run];
        }
        return result;
    }

    @Override
    public boolean accepts(long value) {
        return value >= least
                && value <= greatest
                && (value - bias & (1L << alignment) - 1) == 0
                && allowed.test(value);
    }

    @Override
    public String toString() {
        return name;
    }
}
