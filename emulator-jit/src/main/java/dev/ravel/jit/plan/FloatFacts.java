package dev.ravel.jit.plan;

import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Decoded;
import java.util.List;
import java.util.Set;

/**
 * What is known of the state of floating point throughout a loop: it is looked at where the loop is entered, and nothing in the loop changes it. Only what each round needs,
 * as far as the plan knows: code that is never run may name floating-point registers, too.
 *
 * @param enabled whether floating point is known to be enabled and its state dirty: nothing else is known where this is not
 * @param rounding whether {@code frm} is known to be no reserved value
 * @param inexact whether NX is known to be accrued
 * @param nearest whether {@code frm} is known to be to nearest even
 */
public record FloatFacts(boolean enabled, boolean rounding, boolean inexact, boolean nearest) {
    /** Nothing is known. */
    public static final FloatFacts NOTHING = new FloatFacts(false, false, false, false);

    private static final Set<String> ARITHMETIC =
            Set.of("fadd", "fsub", "fmul", "fdiv", "fsqrt", "fmadd", "fmsub", "fnmsub", "fnmadd");

    /**
     * The facts about a loop.
     *
     * @param loop its blocks
     * @param entered the starts of those that control comes to from outside
     * @param ordinary see {@link Plan#ordinaryFloats}
     */
    static FloatFacts of(List<Block> loop, Set<Integer> entered, boolean ordinary) {
        if (entered.isEmpty() || !loop.stream().allMatch(Trace::isSimple)) {
            return NOTHING;
        }
        if (!Trace.round(loop, loop.getFirst()).isEmpty()) {
            return needed(loop, ordinary);
        }
        return loop.stream()
                .filter(block -> entered.contains(block.start()))
                .map(block -> needed(List.of(block), ordinary))
                .reduce(FloatFacts::and)
                .orElse(NOTHING);
    }

    private FloatFacts and(FloatFacts other) {
        return new FloatFacts(
                enabled && other.enabled,
                rounding && other.rounding,
                inexact && other.inexact,
                nearest && other.nearest);
    }

    /** What these blocks look at. */
    private static FloatFacts needed(List<Block> blocks, boolean ordinary) {
        List<Decoded> all = blocks.stream()
                .flatMap(block -> block.instructions().stream())
                .filter(d -> d.instruction().usesFloat())
                .toList();
        boolean rounds = all.stream().anyMatch(d -> d.roundingMode() == FloatStatus.DYN);
        List<Decoded> nearest = all.stream()
                .filter(d -> ordinary && isArithmetic(d))
                .filter(d -> d.roundingMode() == FloatStatus.DYN || d.roundingMode() == FloatStatus.RNE)
                .toList();
        return new FloatFacts(
                !all.isEmpty(),
                rounds,
                !nearest.isEmpty(),
                nearest.stream().anyMatch(d -> d.roundingMode() == FloatStatus.DYN));
    }

    /** Whether it is one of those that are written out where they are ordinary, and round. */
    private static boolean isArithmetic(Decoded d) {
        String mnemonic = d.instruction().mnemonic();
        int type = mnemonic.length() - 2;
        return (mnemonic.endsWith(".s") || mnemonic.endsWith(".d")) && ARITHMETIC.contains(mnemonic.substring(0, type));
    }
}
