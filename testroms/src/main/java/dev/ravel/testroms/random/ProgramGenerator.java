package dev.ravel.testroms.random;

import dev.ravel.memory.Ram;
import dev.ravel.testroms.random.RandomProgram.Mode;
import java.util.SplittableRandom;

/**
 * Makes programs from seeds: structured code that always ends, because every backward branch counts a register down and
 * every function is called from outside of itself, or counts its depth.
 *
 * <p>A program is: its end; a jump to the main part; functions that call nothing; functions that call those; a recursive
 * one; the main part. Parts are sequences of what {@link Gadgets} has.
 */
public final class ProgramGenerator {
    private static final int FLOAT_STATE_SHIFT = 13;
    private static final int PREVIOUS_PRIVILEGE_SHIFT = 11;

    private final Vocabulary vocabulary;
    private final ImplementationDefined allowed;
    private final Length length;

    /**
     * A generator of programs of the {@linkplain Length#USUAL usual length} with these instructions that do nothing that is
     * implementation-defined but what is allowed.
     */
    public ProgramGenerator(Vocabulary vocabulary, ImplementationDefined allowed) {
        this(vocabulary, allowed, Length.USUAL);
    }

    /** The same for programs of another length. */
    public ProgramGenerator(Vocabulary vocabulary, ImplementationDefined allowed, Length length) {
        this.vocabulary = vocabulary;
        this.allowed = allowed;
        this.length = length;
    }

    /** The program of that seed. */
    public RandomProgram generate(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Mode mode = Mode.values()[random.nextInt(Mode.values().length)];
        byte[] code = new Gadgets(random, vocabulary, mode, allowed, length).program();
        if (code.length > Layout.PROGRAM_SIZE) {
            throw new IllegalStateException("program " + seed + " has " + code.length + " bytes");
        }
        return withInputs(seed, mode, code, random);
    }

    /** A program with the same code and other registers and data. */
    public static RandomProgram again(RandomProgram program, long inputSeed) {
        return withInputs(program.seed(), program.mode(), program.code(), new SplittableRandom(inputSeed));
    }

    private static RandomProgram withInputs(long seed, Mode mode, byte[] code, SplittableRandom random) {
        return new RandomProgram(
                seed,
                mode,
                code,
                integers(random, mode),
                floats(random),
                // Reserved rounding modes come with writes of frm.
                (long) random.nextInt(5) << 5 | random.nextInt(32),
                mstatus(random, mode),
                random.nextLong() | 1);
    }

    private static long mstatus(SplittableRandom random, Mode mode) {
        long floatState = random.nextInt(16) == 0 ? 0 : random.nextInt(1, 4);
        return (long) mode.privilege() << PREVIOUS_PRIVILEGE_SHIFT | floatState << FLOAT_STATE_SHIFT;
    }

    private static long[] integers(SplittableRandom random, Mode mode) {
        long[] x = new long[32];
        for (int i = 1; i < x.length; i++) {
            x[i] = switch (random.nextInt(6)) {
                case 0 -> random.nextInt(-3, 4);
                case 1 -> 1L << random.nextInt(64);
                case 2 -> (1L << random.nextInt(64)) - 1;
                case 3 -> random.nextInt();
                case 4 -> random.nextInt() & 0xffff_ffffL;
                default -> random.nextLong();
            };
        }
        // Where a jump to nowhere ends up if there was no call before.
        x[OperandChooser.LINK] = mode.virtual(Layout.PROGRAM);
        // So far inside that an address and an offset, and one more offset, stay within the data.
        long low = mode.virtual(Layout.DATA) + 0x2000;
        for (int pointer : OperandChooser.POINTERS) {
            x[pointer] = low + (random.nextInt(0x2000) & -16);
        }
        // Near the end of a page, so that accesses go across it.
        x[OperandChooser.POINTERS[random.nextInt(OperandChooser.POINTERS.length)]] =
                low + Ram.PAGE_SIZE - 16L * random.nextInt(3);
        return x;
    }

    private static long[] floats(SplittableRandom random) {
        long[] f = new long[32];
        for (int i = 0; i < f.length; i++) {
            f[i] = i < 10 ? number(random, 11, 52) : i < 21 ? box(random, 8, 23) : box(random, 5, 10);
        }
        return f;
    }

    /** A narrower number in its NaN box; once in a while outside of one. */
    private static long box(SplittableRandom random, int exponentBits, int fractionBits) {
        long value = number(random, exponentBits, fractionBits);
        int width = 1 + exponentBits + fractionBits;
        return random.nextInt(24) == 0 ? value | random.nextLong() << width : value | -1L << width;
    }

    /** The encoding of a binary floating-point number: often one at an edge of the format, or close to 1. */
    private static long number(SplittableRandom random, int exponentBits, int fractionBits) {
        long allOnes = (1L << exponentBits) - 1;
        long bias = allOnes >>> 1;
        long fractionMask = (1L << fractionBits) - 1;
        long exponent = switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> allOnes;
            case 2 -> random.nextLong(allOnes + 1);
            case 3 -> random.nextBoolean() ? 1 : allOnes - 1;
            default -> bias + random.nextInt(-8, 9);
        };
        long fraction = switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> 1L << random.nextInt(fractionBits);
            case 2 -> fractionMask;
            default -> random.nextLong() & fractionMask;
        };
        long sign = random.nextInt(2);
        return (sign << exponentBits | Math.clamp(exponent, 0, allOnes)) << fractionBits | fraction;
    }
}
