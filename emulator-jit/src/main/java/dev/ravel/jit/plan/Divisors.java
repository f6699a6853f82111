package dev.ravel.jit.plan;

import dev.ravel.isa.Decoded;
import java.util.List;
import java.util.Set;

/**
 * The registers that each round of an innermost loop divides by and that no instruction of it writes, as sets of {@link RegisterUse}. Their reciprocals
 * take one division where the loop is entered, and spare one in each round: the host divides 64 bits in some 35 cycles at the best, and multiplies in four.
 *
 * @param unsigned those that {@code divu} and {@code remu} divide by
 * @param signed those that {@code div} and {@code rem} divide by
 */
public record Divisors(long unsigned, long signed) {
    /** None. */
    static final Divisors NONE = new Divisors(0, 0);

    private static final Set<String> UNSIGNED = Set.of("divu", "remu");
    private static final Set<String> SIGNED = Set.of("div", "rem");

    /**
     * Those of a loop.
     *
     * @param loop its blocks
     * @param entered the starts of those that control comes to from outside
     */
    static Divisors of(List<Block> loop, Set<Integer> entered) {
        if (entered.size() != 1) {
            return NONE;
        }
        List<Block> closing = loop.stream()
                .filter(block -> block.successors().stream().anyMatch(entered::contains))
                .toList();
        List<Decoded> each = loop.stream()
                .filter(block -> entered.contains(block.start()) || closing.size() == 1 && closing.contains(block))
                .flatMap(block -> block.instructions().stream())
                .toList();
        long written = loop.stream().mapToLong(Block::writes).reduce(0, (a, b) -> a | b);
        return new Divisors(divisors(each, UNSIGNED) & ~written, divisors(each, SIGNED) & ~written);
    }

    private static long divisors(List<Decoded> instructions, Set<String> mnemonics) {
        return instructions.stream()
                .filter(d -> mnemonics.contains(d.instruction().mnemonic()))
                .mapToLong(d -> RegisterUse.x(d.rs2()))
                .reduce(0, (a, b) -> a | b);
    }
}
