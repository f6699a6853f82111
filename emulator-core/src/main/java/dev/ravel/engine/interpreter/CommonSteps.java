package dev.ravel.engine.interpreter;

import dev.ravel.extension.RvI;
import dev.ravel.isa.Instruction;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Tlb;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * The loop of the {@link Interpreter} where {@link Direct} access is allowed, for code that is met again soon; for other code there are
 * {@link FlatSteps}. It does the commonest instructions itself, by a switch over {@link Step#kind}, and calls {@link Step#execute}
 * for all others, and for those whose access misses the TLB. Each case does what its step's class does.
 *
 * <p>It is written for HotSpot's second compiler:
 *
 * <ul>
 *   <li>The inner loop calls nothing: a call would leave no value in a register.
 *   <li>Each case begins with a fence, which is no instruction on x86. Without it the compiler takes what several cases load, the
 *       operands above all, for one load before the switch, and keeps dozens of values on the stack for those who may want them.
 *   <li>A step's fields are read by {@link Unsafe}: no step is ever null here, but the compiler does not know that of a field, and
 *       would look.
 *   <li>Register numbers are masked so that the compiler knows them to be positive: an address then takes them as they are.
 *   <li>What is called is an intrinsic or a few bytes long, which are inlined even where profiles say that nobody comes: that is why the
 *       cases say what {@link Direct}'s methods and the steps' helpers would.
 * </ul>
 */
final class CommonSteps {
    static final byte ADDI = 0;
    static final byte ADD = 1;
    static final byte ADDIW = 2;
    static final byte ADDW = 3;
    static final byte SUB = 4;
    static final byte SUBW = 5;
    static final byte LUI = 6;
    static final byte AND = 7;
    static final byte ANDI = 8;
    static final byte OR = 9;
    static final byte ORI = 10;
    static final byte XOR = 11;
    static final byte XORI = 12;
    static final byte SLLI = 13;
    static final byte SRLI = 14;
    static final byte SRAI = 15;
    static final byte SLLIW = 16;
    static final byte SRLIW = 17;
    static final byte SRAIW = 18;
    static final byte LD = 19;
    static final byte BEQ = 20;
    static final byte BNE = 21;
    static final byte BLT = 22;
    static final byte BGE = 23;
    static final byte BLTU = 24;
    static final byte BGEU = 25;
    static final byte SD = 26;
    static final byte SLL = 27;
    static final byte SRL = 28;
    static final byte SLTU = 29;
    static final byte SLTIU = 30;
    static final byte SLT = 31;
    static final byte AUIPC = 32;
    static final byte JAL = 33;
    static final byte JALR = 34;
    static final byte LW = 35;
    static final byte LWU = 36;
    static final byte LH = 37;
    static final byte LHU = 38;
    static final byte LB = 39;
    static final byte LBU = 40;
    static final byte SW = 41;
    static final byte SH = 42;
    static final byte SB = 43;

    /** In the order of their kinds, which {@link FlatSteps} asks for. The program that the launcher trains Java with has each of them. */
    static final List<String> MNEMONICS = List.of(
            "addi", "add", "addiw", "addw", "sub", "subw", "lui", "and", "andi", "or", "ori", "xor", "xori", "slli",
            "srli", "srai", "slliw", "srliw", "sraiw", "ld", "beq", "bne", "blt", "bge", "bltu", "bgeu", "sd", "sll",
            "srl", "sltu", "sltiu", "slt", "auipc", "jal", "jalr", "lw", "lwu", "lh", "lhu", "lb", "lbu", "sw", "sh",
            "sb");

    /** Bits for the kinds of sums that have an immediate, and no {@code rs2}. */
    private static final int IMMEDIATE = 1 << ADDI | 1 << ADDIW | 1 << LUI | 1 << ANDI | 1 << ORI | 1 << XORI;

    private static final Map<String, Byte> KINDS = IntStream.range(0, MNEMONICS.size())
            .boxed()
            .collect(Collectors.toUnmodifiableMap(MNEMONICS::get, i -> (byte) (int) i));

    static final Unsafe U = Direct.UNSAFE;
    static final long X = Direct.ELEMENTS;
    static final long KIND = U.objectFieldOffset(Step.class, "kind");
    static final long NEXT_KIND = U.objectFieldOffset(Step.class, "nextKind");
    static final long RD = U.objectFieldOffset(Step.class, "rd");
    static final long RS1 = U.objectFieldOffset(Step.class, "rs1");
    static final long RS2 = U.objectFieldOffset(Step.class, "rs2");
    static final long IMM = U.objectFieldOffset(Step.class, "imm");
    static final long OFFSET = U.objectFieldOffset(Step.class, "offset");
    static final long PLACE = U.objectFieldOffset(Step.class, "place");
    static final long NEXT = U.objectFieldOffset(Step.class, "next");
    static final long TAKEN = U.objectFieldOffset(Step.class, "taken");

    /** With the pauses between them these calls take a tenth of a second: HotSpot needs less than half of it. */
    private static final int REHEARSALS = 20;

    /** Calls at once: more than {@code 1 << Tier2InvokeNotifyFreqLog}, after which compiled code tells HotSpot how often it was called. */
    private static final int REHEARSAL_CALLS = 2500;

    private static final int REHEARSAL_MILLIS = 5;

    /** What the loop names, and the steps of which it takes over some. */
    private static final List<Class<?>> NAMED = List.of(
            Context.class,
            RvI.class,
            Tlb.class,
            Step.class,
            OperandStep.class,
            PureStep.class,
            BranchStep.class,
            JumpStep.class,
            LoadStep.class,
            StoreStep.class,
            ControlStep.class,
            LeaveStep.class);

    private CommonSteps() {}

    /** Sets the kind of a step that has its operands, and those registers that only {@link FlatSteps} look at. */
    static void prepare(Step step, Instruction instruction) {
        byte kind = KINDS.getOrDefault(instruction.mnemonic(), Step.NO_KIND);
        step.kind = kind;
        if (kind <= XORI && (1 << kind & IMMEDIATE) != 0) {
            // In its encoding there may be a part of the immediate.
            step.rs2 = 0;
            if (kind == LUI) {
                step.rs1 = 0;
            }
        }
    }

    /**
     * Has HotSpot compile {@link #run} and {@link FlatSteps#run} by calling them with nothing to do, more often than it asks for: first for
     * the compiler that counts, and when that is done for the second. The classes that it met when they were compiled in training have
     * to be there, or it waits for these.
     */
    @SuppressWarnings("NullAway") // without a step there is no look at the context
    static void rehearse() {
        for (Class<?> named : NAMED) {
            U.ensureClassInitialized(named);
            for (Class<?> inside : named.getDeclaredClasses()) {
                U.ensureClassInitialized(inside);
            }
        }
        try {
            for (int i = 0; i < REHEARSALS; i++) {
                for (int j = 0; j < REHEARSAL_CALLS; j++) {
                    FlatSteps.run(null, null);
                }
                for (int j = 0; j < REHEARSAL_CALLS; j++) {
                    run(null, null);
                }
                Thread.sleep(REHEARSAL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

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
                switch (kind) {
                    case ADDI -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.add(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case ADD -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.add(
                                        U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                        U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3))));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case ADDIW -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.addw(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case ADDW -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.addw(
                                        U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                        U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3))));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SUB -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.sub(
                                        U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                        U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3))));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SUBW -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.subw(
                                        U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                        U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3))));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case LUI -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) (U.getByte(s, RD) & 0xff) << 3), RvI.lui(U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SLLI -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.sll(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SRLI -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.srl(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SRAI -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.sra(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SLLIW -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.sllw(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SRLIW -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.srlw(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SRAIW -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.sraw(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SLL -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.sll(
                                        U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                        U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3))));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SRL -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.srl(
                                        U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                        U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3))));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case AND -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.and(
                                        U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                        U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3))));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case ANDI -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.and(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case OR -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.or(
                                        U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                        U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3))));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case ORI -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.or(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case XOR -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.xor(
                                        U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                        U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3))));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case XORI -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.xor(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SLTU -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.sltu(
                                        U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                        U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3))));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SLTIU -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.sltu(U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)), U.getInt(s, IMM)));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case SLT -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) (U.getByte(s, RD) & 0xff) << 3),
                                RvI.slt(
                                        U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                        U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3))));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
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
                    case LD -> {
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
                    case LWU -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM);
                        long entry = X + c.loadAt + Tlb.byteIndex(va);
                        if (U.getLong(tlbs, entry) != (va + 3 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(x, X + ((long) (U.getByte(s, RD) & 0xff) << 3), U.getInt(null, place) & 0xffff_ffffL);
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case LH -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM);
                        long entry = X + c.loadAt + Tlb.byteIndex(va);
                        if (U.getLong(tlbs, entry) != (va + 1 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(x, X + ((long) (U.getByte(s, RD) & 0xff) << 3), U.getShort(null, place));
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case LHU -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM);
                        long entry = X + c.loadAt + Tlb.byteIndex(va);
                        if (U.getLong(tlbs, entry) != (va + 1 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(x, X + ((long) (U.getByte(s, RD) & 0xff) << 3), U.getShort(null, place) & 0xffff);
                        kind = U.getByte(s, NEXT_KIND);
                        s = (Step) U.getReference(s, NEXT);
                        continue;
                    }
                    case LB -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM);
                        long entry = X + c.loadAt + Tlb.byteIndex(va);
                        if (U.getLong(tlbs, entry) != (va & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(x, X + ((long) (U.getByte(s, RD) & 0xff) << 3), U.getByte(null, place));
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
                    case SD -> {
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
                    case SH -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM);
                        long entry = X + c.storeAt + Tlb.byteIndex(va);
                        if (U.getLong(tlbs, entry) != (va + 1 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putShort(null, place, (short) U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3)));
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
                    case BEQ -> {
                        VarHandle.acquireFence();
                        if (RvI.beq(
                                U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3)))) {
                            delta = U.getInt(s, IMM);
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = ((U.getByte(s, PLACE) & 0xc0) >> 5);
                            target = (Step) U.getReference(s, NEXT);
                        }
                    }
                    case BNE -> {
                        VarHandle.acquireFence();
                        if (RvI.bne(
                                U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3)))) {
                            delta = U.getInt(s, IMM);
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = ((U.getByte(s, PLACE) & 0xc0) >> 5);
                            target = (Step) U.getReference(s, NEXT);
                        }
                    }
                    case BLT -> {
                        VarHandle.acquireFence();
                        if (RvI.blt(
                                U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3)))) {
                            delta = U.getInt(s, IMM);
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = ((U.getByte(s, PLACE) & 0xc0) >> 5);
                            target = (Step) U.getReference(s, NEXT);
                        }
                    }
                    case BGE -> {
                        VarHandle.acquireFence();
                        if (RvI.bge(
                                U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3)))) {
                            delta = U.getInt(s, IMM);
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = ((U.getByte(s, PLACE) & 0xc0) >> 5);
                            target = (Step) U.getReference(s, NEXT);
                        }
                    }
                    case BLTU -> {
                        VarHandle.acquireFence();
                        if (RvI.bltu(
                                U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3)))) {
                            delta = U.getInt(s, IMM);
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = ((U.getByte(s, PLACE) & 0xc0) >> 5);
                            target = (Step) U.getReference(s, NEXT);
                        }
                    }
                    case BGEU -> {
                        VarHandle.acquireFence();
                        if (RvI.bgeu(
                                U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)),
                                U.getLong(x, X + ((long) (U.getByte(s, RS2) & 0xff) << 3)))) {
                            delta = U.getInt(s, IMM);
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = ((U.getByte(s, PLACE) & 0xc0) >> 5);
                            target = (Step) U.getReference(s, NEXT);
                        }
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
                        long to = U.getLong(x, X + ((long) (U.getByte(s, RS1) & 0xff) << 3)) + U.getInt(s, IMM) & ~1L;
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
                        @Nullable Step[] steps = c.entries[(int) (to + U.getLong(tlbs, entry + 8) >>> Ram.PAGE_SHIFT)];
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
