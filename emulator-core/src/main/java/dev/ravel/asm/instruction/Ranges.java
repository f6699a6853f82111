package dev.ravel.asm.instruction;

import dev.ravel.isa.Operand;
import dev.ravel.isa.RegisterNames;

/** Says which values an operand takes. */
public final class Ranges {
    private Ranges() {}

    /** Why {@code operand} does not accept {@code value}. */
    public static String complaint(Operand operand, long value) {
        switch (operand.kind()) {
            case X_REGISTER:
                return "register `" + RegisterNames.x((int) value) + "` cannot be used here";
            case F_REGISTER:
                return "register `" + RegisterNames.f((int) value) + "` cannot be used here";
            default:
                break;
        }
        // An operand's value is a sum of what each of its bits contributes.
        long zero = operand.extract(0);
        long least = zero;
        long greatest = zero;
        long step = Long.MAX_VALUE;
        for (int bits = operand.mask(); bits != 0; bits &= bits - 1) {
            long contribution = operand.extract(Integer.lowestOneBit(bits)) - zero;
            least += Math.min(contribution, 0);
            greatest += Math.max(contribution, 0);
            step = Math.min(step, Math.abs(contribution));
        }
        String range = least + " to " + greatest + (step > 1 ? " in steps of " + step : "");
        boolean inside = value >= least && value <= greatest && (value - zero) % step == 0;
        if (operand.kind() == Operand.Kind.PC_OFFSET) {
            return "target is " + value + " bytes away, which is not in the range " + range;
        }
        return inside ? value + " is a reserved value here" : value + " is not in the range " + range;
    }
}
