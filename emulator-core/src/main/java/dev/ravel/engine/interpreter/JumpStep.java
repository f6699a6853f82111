package dev.ravel.engine.interpreter;

import org.jspecify.annotations.Nullable;

/** Transfers of control that are no matter of a comparison. Each ends its block. */
abstract class JumpStep extends OperandStep {

    /** {@code jal}; {@link Step#next} is the step at the target. */
    static final class Direct extends JumpStep {
        @Override
        @Nullable
        Step execute(Context c) {
            Memory.setElement(c.x, rd, c.pc + offset + length());
            return c.go(this, offset + imm, next);
        }
    }

    /** {@code jal} to another page. */
    static final class Far extends JumpStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long pc = c.pc + offset;
            Memory.setElement(c.x, rd, pc + length());
            return c.jump(this, pc + imm);
        }
    }

    /** {@code jalr}. */
    static final class Indirect extends JumpStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long target = Memory.element(c.x, rs1) + imm & ~1L;
            Memory.setElement(c.x, rd, c.pc + offset + length());
            return c.jump(this, target);
        }
    }

    /** {@code auipc}, which ends no block but is here because it, too, wants the pc. */
    static final class PcRelative extends OperandStep {
        @Override
        Step execute(Context c) {
            Memory.setElement(c.x, rd, c.pc + offset + imm);
            return next;
        }
    }

    /**
     * The end of a block that runs into the next one: no instruction. {@link Step#offset} is the length of the block and
     * {@link Step#index} one less than its instructions.
     */
    static final class End extends Step {
        @Override
        @Nullable
        Step execute(Context c) {
            return c.go(this, offset, next);
        }
    }

    /** Stands at the end of a link that has not been followed yet: finds the block and makes the link. */
    static final class Unlinked extends Step {
        private final Step from;
        private final boolean taken;

        /**
         * A link within a page.
         *
         * @param taken whether it is {@link Step#taken} of {@code from}, otherwise {@link Step#next}
         */
        Unlinked(Step from, boolean taken) {
            this.from = from;
            this.taken = taken;
        }

        @Override
        @Nullable
        Step execute(Context c) {
            Step found = c.lookup();
            if (found != null) {
                if (taken) {
                    from.taken = found;
                } else {
                    from.next = found;
                }
            }
            return found;
        }
    }

    /** An encoding that is no instruction. */
    static final class Illegal extends Step {
        private int bits;

        @Override
        void setBits(int bits) {
            this.bits = bits;
        }

        @Override
        int bits() {
            return bits;
        }

        @Override
        @Nullable
        Step execute(Context c) {
            return c.illegal(this);
        }
    }
}
