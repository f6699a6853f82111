package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which registers of a loop hold 32 bits, sign-extended, at each of its instructions, if they do where it is entered; of floating-point registers, those that
 * hold numbers of single precision in their boxes. Compiled C keeps
 * an {@code int} so (RISC-V Calling Conventions, 2.1), and a variable of 32 bits is better for HotSpot than one of 64 that is extended again after
 * each instruction: it then sees a rotation in two shifts and an {@code or}, and keeps no second, wider copy of each value. A number in a variable of single precision is in no need
 * of a look at its box.
 *
 * @param registers those registers
 * @param late those of them that each round writes before it reads them. What they hold where the loop is entered is not looked at, and so not
 *     stored by who leaves before they are written
 * @param lateBefore for each block, which of {@code late} a round has written when it comes there
 */
public record Narrow(long registers, long late, Map<Integer, Long> lateBefore) {
    /** No register is narrow. */
    static final Narrow NOTHING = new Narrow(0, 0, Map.of());

    /** Instructions whose result is 32 bits, sign-extended, whatever they read. */
    private static final Set<String> ALWAYS = Set.of(
            "addiw", "addw", "subw", "sllw", "slliw", "srlw", "srliw", "sraw", "sraiw", "lui", "slt", "slti", "sltu",
            "sltiu", "mulw", "divw", "divuw", "remw", "remuw", "rolw", "rorw", "roriw", "clz", "clzw", "ctz", "ctzw",
            "cpop", "cpopw", "sext.b", "sext.h", "zext.h", "packw", "packh", "bext", "bexti");

    /** Instructions that work on each bit by itself, or choose one of two: the result is narrow if what they read is. */
    private static final Set<String> BITWISE =
            Set.of("and", "or", "xor", "andi", "ori", "xori", "andn", "orn", "xnor", "max", "maxu", "min", "minu");

    /** A copy of the map. */
    public Narrow {
        lateBefore = Map.copyOf(lateBefore);
    }

    /** Which of {@link #late} a round has written when it comes to that block of the loop. */
    public long lateBefore(int start) {
        return lateBefore.getOrDefault(start, 0L);
    }

    /**
     * The facts about a loop.
     *
     * @param loop its blocks
     * @param entered the starts of those that control comes to from outside
     * @param live what has to be in local variables where control comes to a block, because it is read or because it is stored
     */
    static Narrow of(List<Block> loop, Set<Integer> entered, Map<Integer, Long> live) {
        Map<Integer, Long> read = read(loop);
        long readFirst = 0;
        long loaded = 0;
        for (int start : entered) {
            readFirst |= read.getOrDefault(start, 0L);
            loaded |= live.getOrDefault(start, 0L);
        }
        List<Block> round = round(loop, entered);
        // What is there for no instruction, but to be stored again, may well be an address.
        long set = registers(loop, round.isEmpty() ? loaded & ~readFirst : 0);
        long late = round.isEmpty() ? 0 : set & loaded & ~readFirst;
        Map<Integer, Long> before = new HashMap<>();
        long sofar = 0;
        for (Block block : round) {
            before.put(block.start(), sofar);
            sofar |= block.writes() & late;
        }
        return new Narrow(set, late, before);
    }

    /** The blocks in the order in which a round goes through them, if that is the same for each round. */
    private static List<Block> round(List<Block> loop, Set<Integer> entered) {
        if (entered.size() != 1) {
            return List.of();
        }
        return loop.stream()
                .filter(block -> entered.contains(block.start()))
                .findFirst()
                .map(first -> Trace.round(loop, first))
                .orElse(List.of());
    }

    /** The registers that some instruction in the loop writes, that take part in one of {@link #BITWISE}, or that are read as numbers of single precision, as far as they are narrow. */
    private static long registers(List<Block> loop, long without) {
        List<Decoded> instructions =
                loop.stream().flatMap(block -> block.instructions().stream()).toList();
        long set = 0;
        for (Decoded d : instructions) {
            set |= RegisterUse.writes(d) & ~RegisterUse.FLOATS | RegisterUse.singles(d);
            if (BITWISE.contains(d.instruction().mnemonic())) {
                set |= RegisterUse.reads(d);
            }
        }
        set &= ~without;
        long before;
        do {
            before = set;
            for (Decoded d : instructions) {
                long written = RegisterUse.writes(d);
                if ((written & set) != 0 && !isNarrow(d, set)) {
                    set &= ~written;
                }
            }
        } while (set != before);
        return set;
    }

    /** Which registers are read before they are written when control comes to each block and stays in the loop. */
    private static Map<Integer, Long> read(List<Block> loop) {
        Map<Integer, Long> read = new HashMap<>();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Block block : loop.reversed()) {
                long set = 0;
                for (int target : block.successors()) {
                    set |= read.getOrDefault(target, 0L);
                }
                for (Decoded d : block.instructions().reversed()) {
                    set = set & ~RegisterUse.writes(d) | RegisterUse.reads(d);
                }
                Long known = read.put(block.start(), set);
                changed |= known == null || known != set;
            }
        }
        return read;
    }

    /** Whether what the instruction writes is 32 bits, sign-extended or in their box, if the registers of that set are. */
    private static boolean isNarrow(Decoded d, long set) {
        if ((RegisterUse.writes(d) & RegisterUse.FLOATS) != 0) {
            return RegisterUse.writesSingle(d);
        }
        String mnemonic = d.instruction().mnemonic();
        boolean readsNarrow = (RegisterUse.reads(d) & ~set) == 0;
        return switch (d.instruction().operation()) {
            case Operation.Load load -> load.size() < 4 || load.size() == 4 && load.extend() == Operation.Extend.SIGNED;
            case Operation.Pure _ ->
                ALWAYS.contains(mnemonic)
                        || BITWISE.contains(mnemonic) && readsNarrow
                        || mnemonic.equals("andi") && d.imm() >= 0
                        || mnemonic.equals("addi") && d.rs1() == 0
                        || isMove(d) && readsNarrow;
            default -> false;
        };
    }

    /** {@code mv}, as the assembler and as compressed code write it. */
    private static boolean isMove(Decoded d) {
        String mnemonic = d.instruction().mnemonic();
        return mnemonic.equals("addi") && d.imm() == 0 || mnemonic.equals("add") && (d.rs1() == 0 || d.rs2() == 0);
    }
}
