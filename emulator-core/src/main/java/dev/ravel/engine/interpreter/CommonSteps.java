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
 * The loop of the {@link Interpreter} where {@link Direct} access is allowed: it does the commonest instructions itself, by a
 * switch over {@link Step#kind}, and calls {@link Step#execute} for all others, and for those whose access misses the TLB. Each
 * case does what its step's class does.
 *
 * <p>It is written for HotSpot's second compiler:
 *
 * <ul>
 *   <li>The inner loop calls nothing: a call would leave no value in a register.
 *   <li>Each case begins with a fence, which is no instruction on x86. Without it the compiler takes what several cases load, the
 *       operands above all, for one load before the switch, and keeps dozens of values on the stack for those who may want them.
 *   <li>A branch's {@link BranchStep#taken} is read without a cast of the step to its class, which would be looked at before the switch.
 *   <li>What is called is an intrinsic or a few bytes long, which are inlined even where profiles say that nobody comes: that is why the
 *       cases say what {@link Direct}'s methods and the steps' helpers would.
 * </ul>
 */
final class CommonSteps {
    private static final byte ADDI = 1;
    private static final byte ADD = 2;
    private static final byte ADDIW = 3;
    private static final byte ADDW = 4;
    private static final byte SUB = 5;
    private static final byte SUBW = 6;
    private static final byte LUI = 7;
    private static final byte SLLI = 8;
    private static final byte SRLI = 9;
    private static final byte SRAI = 10;
    private static final byte SLLIW = 11;
    private static final byte SRLIW = 12;
    private static final byte SRAIW = 13;
    private static final byte SLL = 14;
    private static final byte SRL = 15;
    private static final byte AND = 16;
    private static final byte ANDI = 17;
    private static final byte OR = 18;
    private static final byte ORI = 19;
    private static final byte XOR = 20;
    private static final byte XORI = 21;
    private static final byte SLTU = 22;
    private static final byte SLTIU = 23;
    private static final byte SLT = 24;
    private static final byte AUIPC = 25;
    private static final byte JAL = 26;
    private static final byte JALR = 27;
    private static final byte BEQ = 28;
    private static final byte BNE = 29;
    private static final byte BLT = 30;
    private static final byte BGE = 31;
    private static final byte BLTU = 32;
    private static final byte BGEU = 33;
    private static final byte LD = 34;
    private static final byte LW = 35;
    private static final byte LWU = 36;
    private static final byte LH = 37;
    private static final byte LHU = 38;
    private static final byte LB = 39;
    private static final byte LBU = 40;
    private static final byte SD = 41;
    private static final byte SW = 42;
    private static final byte SH = 43;
    private static final byte SB = 44;

    /** In the order of their kinds. */
    private static final List<String> MNEMONICS = List.of(
            "addi", "add", "addiw", "addw", "sub", "subw", "lui", "slli", "srli", "srai", "slliw", "srliw", "sraiw",
            "sll", "srl", "and", "andi", "or", "ori", "xor", "xori", "sltu", "sltiu", "slt", "auipc", "jal", "jalr",
            "beq", "bne", "blt", "bge", "bltu", "bgeu", "ld", "lw", "lwu", "lh", "lhu", "lb", "lbu", "sd", "sw", "sh",
            "sb");

    private static final Map<String, Byte> KINDS = IntStream.range(0, MNEMONICS.size())
            .boxed()
            .collect(Collectors.toUnmodifiableMap(MNEMONICS::get, i -> (byte) (i + 1)));

    private static final Unsafe U = Direct.UNSAFE;
    private static final long X = Direct.ELEMENTS;
    private static final long TAKEN = U.objectFieldOffset(BranchStep.class, "taken");

    private CommonSteps() {}

    /** The {@link Step#kind} of an instruction's steps. */
    static byte kind(Instruction instruction) {
        return KINDS.getOrDefault(instruction.mnemonic(), (byte) 0);
    }

    /** Runs from {@code first} until a step returns null. */
    static void run(@Nullable Step first, Context c) {
        long[] x = Objects.requireNonNull(c.x);
        long[] tlbs = Objects.requireNonNull(c.tlbs);
        Step s = first;
        while (s != null) {
            byte kind = s.kind;
            common:
            while (true) {
                long delta;
                Step target;
                switch (kind) {
                    case ADDI -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.add(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case ADD -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) s.rd << 3),
                                RvI.add(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3))));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case ADDIW -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.addw(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case ADDW -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) s.rd << 3),
                                RvI.addw(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3))));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SUB -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) s.rd << 3),
                                RvI.sub(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3))));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SUBW -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) s.rd << 3),
                                RvI.subw(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3))));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case LUI -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.lui(s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SLLI -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.sll(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SRLI -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.srl(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SRAI -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.sra(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SLLIW -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.sllw(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SRLIW -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.srlw(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SRAIW -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.sraw(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SLL -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) s.rd << 3),
                                RvI.sll(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3))));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SRL -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) s.rd << 3),
                                RvI.srl(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3))));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case AND -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) s.rd << 3),
                                RvI.and(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3))));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case ANDI -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.and(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case OR -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) s.rd << 3),
                                RvI.or(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3))));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case ORI -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.or(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case XOR -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) s.rd << 3),
                                RvI.xor(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3))));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case XORI -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.xor(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SLTU -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) s.rd << 3),
                                RvI.sltu(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3))));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SLTIU -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), RvI.sltu(U.getLong(x, X + ((long) s.rs1 << 3)), s.imm));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SLT -> {
                        VarHandle.acquireFence();
                        U.putLong(
                                x,
                                X + ((long) s.rd << 3),
                                RvI.slt(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3))));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case AUIPC -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), c.pc + s.offset + s.imm);
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case LD -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm;
                        long entry = X + ((long) (c.loadBase + Tlb.index(va)) << 3);
                        if (U.getLong(tlbs, entry) != (va + 7 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(x, X + ((long) s.rd << 3), U.getLong(null, place));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case LW -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm;
                        long entry = X + ((long) (c.loadBase + Tlb.index(va)) << 3);
                        if (U.getLong(tlbs, entry) != (va + 3 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(x, X + ((long) s.rd << 3), U.getInt(null, place));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case LWU -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm;
                        long entry = X + ((long) (c.loadBase + Tlb.index(va)) << 3);
                        if (U.getLong(tlbs, entry) != (va + 3 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(x, X + ((long) s.rd << 3), U.getInt(null, place) & 0xffff_ffffL);
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case LH -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm;
                        long entry = X + ((long) (c.loadBase + Tlb.index(va)) << 3);
                        if (U.getLong(tlbs, entry) != (va + 1 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(x, X + ((long) s.rd << 3), U.getShort(null, place));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case LHU -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm;
                        long entry = X + ((long) (c.loadBase + Tlb.index(va)) << 3);
                        if (U.getLong(tlbs, entry) != (va + 1 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(x, X + ((long) s.rd << 3), U.getShort(null, place) & 0xffff);
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case LB -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm;
                        long entry = X + ((long) (c.loadBase + Tlb.index(va)) << 3);
                        if (U.getLong(tlbs, entry) != (va & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(x, X + ((long) s.rd << 3), U.getByte(null, place));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case LBU -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm;
                        long entry = X + ((long) (c.loadBase + Tlb.index(va)) << 3);
                        if (U.getLong(tlbs, entry) != (va & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(x, X + ((long) s.rd << 3), U.getByte(null, place) & 0xff);
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SD -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm;
                        long entry = X + ((long) (c.storeBase + Tlb.index(va)) << 3);
                        if (U.getLong(tlbs, entry) != (va + 7 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putLong(null, place, U.getLong(x, X + ((long) s.rs2 << 3)));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SW -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm;
                        long entry = X + ((long) (c.storeBase + Tlb.index(va)) << 3);
                        if (U.getLong(tlbs, entry) != (va + 3 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putInt(null, place, (int) U.getLong(x, X + ((long) s.rs2 << 3)));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SH -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm;
                        long entry = X + ((long) (c.storeBase + Tlb.index(va)) << 3);
                        if (U.getLong(tlbs, entry) != (va + 1 & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putShort(null, place, (short) U.getLong(x, X + ((long) s.rs2 << 3)));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case SB -> {
                        VarHandle.acquireFence();
                        long va = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm;
                        long entry = X + ((long) (c.storeBase + Tlb.index(va)) << 3);
                        if (U.getLong(tlbs, entry) != (va & -Ram.PAGE_SIZE)) {
                            break common;
                        }
                        long place = va + U.getLong(tlbs, entry + 8);
                        U.putByte(null, place, (byte) U.getLong(x, X + ((long) s.rs2 << 3)));
                        kind = s.nextKind;
                        s = s.next;
                        continue;
                    }
                    case BEQ -> {
                        VarHandle.acquireFence();
                        if (RvI.beq(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3)))) {
                            delta = s.imm;
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = s.length();
                            target = s.next;
                        }
                    }
                    case BNE -> {
                        VarHandle.acquireFence();
                        if (RvI.bne(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3)))) {
                            delta = s.imm;
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = s.length();
                            target = s.next;
                        }
                    }
                    case BLT -> {
                        VarHandle.acquireFence();
                        if (RvI.blt(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3)))) {
                            delta = s.imm;
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = s.length();
                            target = s.next;
                        }
                    }
                    case BGE -> {
                        VarHandle.acquireFence();
                        if (RvI.bge(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3)))) {
                            delta = s.imm;
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = s.length();
                            target = s.next;
                        }
                    }
                    case BLTU -> {
                        VarHandle.acquireFence();
                        if (RvI.bltu(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3)))) {
                            delta = s.imm;
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = s.length();
                            target = s.next;
                        }
                    }
                    case BGEU -> {
                        VarHandle.acquireFence();
                        if (RvI.bgeu(U.getLong(x, X + ((long) s.rs1 << 3)), U.getLong(x, X + ((long) s.rs2 << 3)))) {
                            delta = s.imm;
                            target = (Step) U.getReference(s, TAKEN);
                        } else {
                            delta = s.length();
                            target = s.next;
                        }
                    }
                    case JAL -> {
                        VarHandle.acquireFence();
                        U.putLong(x, X + ((long) s.rd << 3), c.pc + s.offset + s.length());
                        delta = s.imm;
                        target = s.next;
                    }
                    case JALR -> {
                        VarHandle.acquireFence();
                        long to = U.getLong(x, X + ((long) s.rs1 << 3)) + s.imm & ~1L;
                        U.putLong(x, X + ((long) s.rd << 3), c.pc + s.offset + s.length());
                        long retired = c.instret + s.count();
                        c.instret = retired;
                        c.pc = to;
                        if (retired > c.limit) {
                            return;
                        }
                        s = c.lookup();
                        if (s == null) {
                            return;
                        }
                        kind = s.kind;
                        continue;
                    }
                    default -> {
                        break common;
                    }
                }
                // The block ends here.
                long retired = c.instret + s.count();
                c.instret = retired;
                c.pc += s.offset + delta;
                s = target;
                kind = target.kind;
                if (retired > c.limit) {
                    return;
                }
            }
            s = s.execute(c);
        }
    }
}
