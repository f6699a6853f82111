package dev.ravel.engine.interpreter;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;

/** A step with register operands and an immediate. */
abstract class OperandStep extends Step {
    /** Destination; {@link Hart#SINK} for {@code x0}. */
    byte rd;

    byte rs1;
    byte rs2;
    byte rs3;
    int imm;

    /**
     * Takes over the operands.
     *
     * @param floatDestination whether {@code rd} is an f register, of which number 0 is like any other
     */
    final OperandStep with(Decoded d, boolean floatDestination) {
        if (d.imm() != (int) d.imm()) {
            throw new IllegalArgumentException("immediate of " + d + " has more than 32 bits");
        }
        rd = (byte) (d.rd() == 0 && !floatDestination ? Hart.SINK : d.rd());
        rs1 = (byte) d.rs1();
        rs2 = (byte) d.rs2();
        rs3 = (byte) d.rs3();
        imm = (int) d.imm();
        return this;
    }
}
