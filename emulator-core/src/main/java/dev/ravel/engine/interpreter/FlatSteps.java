package dev.ravel.engine.interpreter;

import static dev.ravel.engine.interpreter.CommonSteps.AUIPC;
import static dev.ravel.engine.interpreter.CommonSteps.BGEU;
import static dev.ravel.engine.interpreter.CommonSteps.BNE;
import static dev.ravel.engine.interpreter.CommonSteps.IMM;
import static dev.ravel.engine.interpreter.CommonSteps.JAL;
import static dev.ravel.engine.interpreter.CommonSteps.JALR;
import static dev.ravel.engine.interpreter.CommonSteps.KIND;
import static dev.ravel.engine.interpreter.CommonSteps.LBU;
import static dev.ravel.engine.interpreter.CommonSteps.LD;
import static dev.ravel.engine.interpreter.CommonSteps.LW;
import static dev.ravel.engine.interpreter.CommonSteps.NEXT;
import static dev.ravel.engine.interpreter.CommonSteps.NEXT_KIND;
import static dev.ravel.engine.interpreter.CommonSteps.OFFSET;
import static dev.ravel.engine.interpreter.CommonSteps.PLACE;
import static dev.ravel.engine.interpreter.CommonSteps.RD;
import static dev.ravel.engine.interpreter.CommonSteps.RS1;
import static dev.ravel.engine.interpreter.CommonSteps.RS2;
import static dev.ravel.engine.interpreter.CommonSteps.SB;
import static dev.ravel.engine.interpreter.CommonSteps.SD;
import static dev.ravel.engine.interpreter.CommonSteps.SLLI;
import static dev.ravel.engine.interpreter.CommonSteps.SRAIW;
import static dev.ravel.engine.interpreter.CommonSteps.SW;
import static dev.ravel.engine.interpreter.CommonSteps.TAKEN;
import static dev.ravel.engine.interpreter.CommonSteps.U;
import static dev.ravel.engine.interpreter.CommonSteps.X;
import static dev.ravel.engine.interpreter.CommonSteps.XORI;

import dev.ravel.memory.Ram;
import dev.ravel.mmu.Tlb;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@link CommonSteps} are for loops, for code that is large and of which each instruction is met seldom, as a kernel's.
 *
 * <p>There the host cannot foretell which case comes next: it knows the order of a short loop's instructions, but not that of thousands, and
 * begins anew whenever it took one for another. So there are few cases here. Sums and bitwise operations are one that branches nowhere, and so are
 * shifts by an immediate; branches are two, which compute whether they are taken. The commonest are found by comparisons one
 * after the other, of which the host foretells more than of one jump to many places. In a short loop all that takes longer than a
 * case for each instruction.
 *
 * <p>It is written for HotSpot as {@link CommonSteps} are. The rarest of their instructions are left to {@link Step#execute}.
 */
final class FlatSteps {
    /** In the kinds of branches that compare unsigned numbers this bit is 1, in those of others it is 0. */
    private static final int UNSIGNED = 8;

    /**
     * How the {@linkplain CommonSteps first} kinds come to their result from {@code a}, {@code rs1}, and {@code b}, the sum of {@code rs2} and the
     * immediate, of which one is 0. A row for each: what b is changed by, by exclusive or, and what is subtracted in the end; what
     * is taken of {@code a ^ b}; how many times {@code a & b} is added to it; how many of the highest bits are copies of the sign.
     */
    private static final long[] SUMS = {
        0, -1, 2, 0, // addi: a + b is (a ^ b) + 2 (a & b)
        0, -1, 2, 0, // add
        0, -1, 2, 32, // addiw
        0, -1, 2, 32, // addw
        -1, -1, 2, 0, // sub
        -1, -1, 2, 32, // subw
        0, -1, 2, 0, // lui
        0, 0, 1, 0, // and
        0, 0, 1, 0, // andi
        0, -1, 1, 0, // or
        0, -1, 1, 0, // ori
        0, -1, 0, 0, // xor
        0, -1, 0, 0, // xori
    };

    /** log2 of a row's bytes. */
    private static final int SUM_SHIFT = 5;

    /**
     * How shifts by an immediate come to their result: a row for each, of how far to shift to the left, and whether by the
     * immediate, too; the same to the right; whether that is arithmetic; how many of the highest bits are copies of the sign.
     */
    private static final long[] SHIFTS = {
        0, -1, 0, 0, 0, 0, 0, 0, // slli
        0, 0, 0, -1, 0, 0, 0, 0, // srli
        0, 0, 0, -1, -1, 0, 0, 0, // srai
        0, -1, 0, 0, 0, 32, 0, 0, // slliw
        32, 0, 32, -1, 0, 32, 0, 0, // srliw
        32, 0, 32, -1, -1, 0, 0, 0, // sraiw
    };

    /** log2 of a row's bytes. */
    private static final int SHIFT_SHIFT = 6;

    private FlatSteps() {}

    /** Runs from {@code first} until a step returns null. */
    static void run(@Nullable Step first, Context c) {
        @Nullable Step s = first;
        while (s != null) {
            long[] x = Objects.requireNonNull(c.x);
            long[] tlbs = Objects.requireNonNull(c.tlbs);
            byte kind = U.getByte(s, KIND);
            common:
            while (true) {
                long delta;
                Step target;
                if (kind <= XORI) {
                    VarHandle.acquireFence();
                    long row = X + ((long) kind << SUM_SHIFT);
                    long inverted = U.getLong(SUMS, row);
                    long a = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3));
                    long b = U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3)) + U.getInt(s, IMM) ^ inverted;
                    long r = ((a ^ b) & U.getLong(SUMS, row + 8)) + (a & b) * U.getLong(SUMS, row + 16) - inverted;
                    int unused = (int) U.getLong(SUMS, row + 24);
                    U.putLong(x, X + ((long) (U.getByte(s, RD) & 0xff) << 3), r << unused >> unused);
                    kind = U.getByte(s, NEXT_KIND);
                    s = (Step) U.getReference(s, NEXT);
                    continue;
                }
                if (kind == LD) {
                    VarHandle.acquireFence();
                    long va = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM);
                    long entry = X + c.loadAt + Tlb.byteIndex(va);
                    if (U.getLong(tlbs, entry) != (va + 7 & -Ram.PAGE_SIZE)) {
                        break common;
                    }
                    long place = va + U.getLong(tlbs, entry + 8);
                    U.putLong(x, X + ((long) (U.getByte(s, RD) & 0xff) << 3), U.getLong(null, place));
                    kind = U.getByte(s, NEXT_KIND);
                    s = (Step) U.getReference(s, NEXT);
                    continue;
                }
                if (kind <= BGEU) {
                    VarHandle.acquireFence();
                    long a = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3));
                    if (kind <= SRAIW) {
                        int n = U.getInt(s, IMM);
                        long row = X + ((long) (kind - SLLI) << SHIFT_SHIFT);
                        long r = a << (int) (U.getLong(SHIFTS, row) + (n & U.getLong(SHIFTS, row + 8)));
                        int right = (int) (U.getLong(SHIFTS, row + 16) + (n & U.getLong(SHIFTS, row + 24)));
                        long arithmetic = U.getLong(SHIFTS, row + 32);
                        r = r >> right & arithmetic | r >>> right & ~arithmetic;
                        int unused = (int) U.getLong(SHIFTS, row + 40);
                        U.putLong(x, X + ((long) (U.getByte(s, RD) & 0xff) << 3), r << unused >> unused);
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    long b = U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3));
                    boolean holds;
                    if (kind <= BNE) {
                        long different = a ^ b;
                        holds = (different | -different) >>> 63 == (kind & 1);
                    } else {
                        // Of unsigned numbers that one is less which would be with the opposite sign bits.
                        long sign = (long) (kind & UNSIGNED) << 60;
                        a ^= sign;
                        b ^= sign;
                        long difference = a - b;
                        holds = (difference ^ (a ^ b) & (difference ^ a)) >>> 63 != (kind & 1);
                    }
                    if (holds) {
                        delta = U.getInt(s, IMM);
                        target = (Step) U.getReference(s, TAKEN);
                    } else {
                        delta = ((U.getByte(s, PLACE) & 0xc0) >> 5);
                        target = (Step) U.getReference(s, NEXT);
                    }
                } else if (kind == SD) {
                    VarHandle.acquireFence();
                    long va = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM);
                    long entry = X + c.storeAt + Tlb.byteIndex(va);
                    if (U.getLong(tlbs, entry) != (va + 7 & -Ram.PAGE_SIZE)) {
                        break common;
                    }
                    long place = va + U.getLong(tlbs, entry + 8);
                    U.putLong(null, place, U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3)));
                    kind = U.getByte(s, NEXT_KIND);
                    s = (Step) U.getReference(s, NEXT);
                    continue;
                } else {
                    switch (kind) {
                        case AUIPC -> {
                            VarHandle.acquireFence();
                            U.putLong(
                                    x,
                                    X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                    c.pc + U.getShort(s, OFFSET) + U.getInt(s, IMM));
                            kind = U.getByte(s, NEXT_KIND);
                            s = (Step) U.getReference(s, NEXT);
                            continue;
                        }
                        case LW -> {
                            VarHandle.acquireFence();
                            long va = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM);
                            long entry = X + c.loadAt + Tlb.byteIndex(va);
                            if (U.getLong(tlbs, entry) != (va + 3 & -Ram.PAGE_SIZE)) {
                                break common;
                            }
                            long place = va + U.getLong(tlbs, entry + 8);
                            U.putLong(x, X + ((long) (U.getByte(s, RD) & 0xff) << 3), U.getInt(null, place));
                            kind = U.getByte(s, NEXT_KIND);
                            s = (Step) U.getReference(s, NEXT);
                            continue;
                        }
                        case LBU -> {
                            VarHandle.acquireFence();
                            long va = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM);
                            long entry = X + c.loadAt + Tlb.byteIndex(va);
                            if (U.getLong(tlbs, entry) != (va & -Ram.PAGE_SIZE)) {
                                break common;
                            }
                            long place = va + U.getLong(tlbs, entry + 8);
                            U.putLong(x, X + ((long) (U.getByte(s, RD) & 0xff) << 3), U.getByte(null, place) & 0xff);
                            kind = U.getByte(s, NEXT_KIND);
                            s = (Step) U.getReference(s, NEXT);
                            continue;
                        }
                        case SW -> {
                            VarHandle.acquireFence();
                            long va = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM);
                            long entry = X + c.storeAt + Tlb.byteIndex(va);
                            if (U.getLong(tlbs, entry) != (va + 3 & -Ram.PAGE_SIZE)) {
                                break common;
                            }
                            long place = va + U.getLong(tlbs, entry + 8);
                            U.putInt(null, place, (int) U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3)));
                            kind = U.getByte(s, NEXT_KIND);
                            s = (Step) U.getReference(s, NEXT);
                            continue;
                        }
                        case SB -> {
                            VarHandle.acquireFence();
                            long va = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM);
                            long entry = X + c.storeAt + Tlb.byteIndex(va);
                            if (U.getLong(tlbs, entry) != (va & -Ram.PAGE_SIZE)) {
                                break common;
                            }
                            long place = va + U.getLong(tlbs, entry + 8);
                            U.putByte(null, place, (byte) U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3)));
                            kind = U.getByte(s, NEXT_KIND);
                            s = (Step) U.getReference(s, NEXT);
                            continue;
                        }
                        case JAL -> {
                            VarHandle.acquireFence();
                            U.putLong(
                                    x,
                                    X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                    c.pc + U.getShort(s, OFFSET) + ((U.getByte(s, PLACE) & 0xc0) >> 5));
                            delta = U.getInt(s, IMM);
                            target = (Step) U.getReference(s, NEXT);
                        }
                        case JALR -> {
                            VarHandle.acquireFence();
                            long to =
                                    U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM) & ~1L;
                            U.putLong(
                                    x,
                                    X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                    c.pc + U.getShort(s, OFFSET) + ((U.getByte(s, PLACE) & 0xc0) >> 5));
                            long retired = c.instret + ((U.getByte(s, PLACE) & 0x3f) + 1);
                            c.instret = retired;
                            c.pc = to;
                            if (retired > c.limit) {
                                return;
                            }
                            // As Context.lookup(), spelled out as the others are: no call, and the index in bytes.
                            long entry = X + c.fetchAt + Tlb.byteIndex(to);
                            if (U.getLong(tlbs, entry) != (to & -Ram.PAGE_SIZE)) {
                                return;
                            }
                            @Nullable
                            Step[] steps = c.entries[(int) (to + U.getLong(tlbs, entry + 8) >>> Ram.PAGE_SHIFT)];
                            if (steps == null) {
                                return;
                            }
                            s = steps[(int) to >>> 1 & CodePage.SLOTS - 1];
                            if (s == null) {
                                return;
                            }
                            kind = U.getByte(s, KIND);
                            continue;
                        }
                        default -> {
                            break common;
                        }
                    }
                }
                // The block ends here.
                long retired = c.instret + ((U.getByte(s, PLACE) & 0x3f) + 1);
                c.instret = retired;
                c.pc += U.getShort(s, OFFSET) + delta;
                s = target;
                kind = U.getByte(target, KIND);
                if (retired > c.limit) {
                    return;
                }
            }
            s = s.execute(c);
        }
    }
}
