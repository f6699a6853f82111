package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Instructions that run one after the other, entered at the first only.
 *
 * @param start offset of the first instruction in the page
 * @param instructions at least one; only the last may transfer control
 * @param checked whether the budget has to be looked at here, because control may come here again and again
 * @param targets where control may go in the unit from a jump to a register at the end, or from a call, in ascending order: from a computed jump or call to
 *     places near it, from a return to behind the calls of what it returns from, from a call of the unit's own code to that and nowhere else; else empty
 */
public record Block(int start, List<Decoded> instructions, boolean checked, List<Integer> targets) {
    /** A copy of the lists. */
    public Block {
        instructions = List.copyOf(instructions);
        targets = List.copyOf(targets);
    }

    /** The same with the budget looked at, or not. */
    Block withCheck(boolean check) {
        return check == checked ? this : new Block(start, instructions, check, targets);
    }

    /** The same with other targets. */
    Block withTargets(Collection<Integer> places) {
        return new Block(start, instructions, checked, List.copyOf(places));
    }

    /** Offset after the last instruction. */
    public int end() {
        int at = start;
        for (Decoded instruction : instructions) {
            at += instruction.length();
        }
        return at;
    }

    /** The last instruction. */
    public Decoded last() {
        return instructions.getLast();
    }

    /** Offset of the last instruction. */
    public int lastOffset() {
        return end() - last().length();
    }

    /** The registers that it names, as a set of {@link RegisterUse}. */
    long registers() {
        return instructions.stream()
                .mapToLong(d -> RegisterUse.reads(d) | RegisterUse.writes(d))
                .reduce(0, (a, b) -> a | b);
    }

    /** The registers that it writes, as {@link #registers}. */
    long writes() {
        return instructions.stream().mapToLong(RegisterUse::writes).reduce(0, (a, b) -> a | b);
    }

    /** Whether it ends with a call, of the unit's own code or not: control goes elsewhere, and perhaps comes back to its {@link #end}. */
    public boolean calls() {
        Operation operation = last().instruction().operation();
        return (operation instanceof Operation.Jump || operation instanceof Operation.JumpRegister) && last().rd() != 0;
    }

    /** Whether control may go on at an address that the code does not tell, or nowhere. */
    boolean leavesByAddress() {
        return last().instruction().operation() instanceof Operation.Illegal || jumpsByAddress();
    }

    /** Whether it ends with a jump to an address that the code does not tell, a return or not. */
    boolean jumpsByAddress() {
        return last().instruction().operation() instanceof Operation.JumpRegister && last().rd() == 0;
    }

    /** Whether it ends with a call that goes to code of the unit, always: control comes back from there as from anywhere else in the unit. */
    public boolean callsInside() {
        return last().instruction().operation() instanceof Operation.Jump && !targets.isEmpty();
    }

    /** Whether it ends with a return. */
    boolean returns() {
        return isReturn(last());
    }

    /** Whether an instruction is a return: a jump to what one of the link registers holds (Unprivileged, 2.5.1). */
    static boolean isReturn(Decoded d) {
        return d.instruction().operation() instanceof Operation.JumpRegister
                && d.rd() == 0
                && (d.rs1() == 1 || d.rs1() == 5);
    }

    /**
     * Offsets where control goes on that can be told from the code, inside of the unit or not. After a call of other code, its end; after one of the
     * unit's own, where that begins.
     */
    public List<Integer> successors() {
        int end = end();
        return switch (last().instruction().operation()) {
            case Operation.Branch _ -> List.of(lastOffset() + (int) last().imm(), end);
            case Operation.Jump _ when last().rd() == 0 -> List.of(lastOffset() + (int) last().imm());
            case Operation.Jump _ -> callsInside() ? targets : List.of(end);
            case Operation.JumpRegister _ -> last().rd() == 0 ? targets : withEnd();
            case Operation.Illegal _ -> List.of();
            default -> List.of(end);
        };
    }

    private List<Integer> withEnd() {
        List<Integer> all = new ArrayList<>(targets);
        all.add(end());
        return all;
    }

    /** Whether control may go on behind the block. */
    public boolean fallsThrough() {
        return switch (last().instruction().operation()) {
            case Operation.Jump _, Operation.JumpRegister _ -> last().rd() != 0 && !callsInside();
            case Operation.Illegal _ -> false;
            default -> true;
        };
    }
}
