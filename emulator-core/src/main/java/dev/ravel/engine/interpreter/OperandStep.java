package dev.ravel.engine.interpreter;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;

/** A step with register operands and an immediate. */
abstract class OperandStep extends Step {
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
        // A fused multiply-add has no immediate, and no other instruction has a third source.
        imm = d.rs3() != 0 ? d.rs3() : (int) d.imm();
        return this;
    }
}
