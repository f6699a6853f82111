package dev.ravel.engine.interpreter;

import dev.ravel.isa.Operation.Extend;
import dev.ravel.mmu.Mmu;
import org.jspecify.annotations.Nullable;

/** {@code rd = memory[rs1 + imm]}, a class for each width and extension: a TLB hit is all that they hold. */
abstract class LoadStep extends OperandStep {

    /** The step for a load; {@code size} is 1, 2, 4 or 8. */
    static LoadStep of(int size, Extend extend, boolean toFloat) {
        if (toFloat) {
            return switch (size) {
                case 2 -> new BoxedHalf();
                case 4 -> new BoxedWord();
                case 8 -> new FloatDoubleword();
                default -> throw new IllegalArgumentException("floating-point load of " + size + " bytes");
            };
        }
        boolean signed = extend == Extend.SIGNED;
        return switch (size) {
            case 1 -> signed ? new SignedByte() : new UnsignedByte();
            case 2 -> signed ? new SignedHalf() : new UnsignedHalf();
            case 4 -> signed ? new SignedWord() : new UnsignedWord();
            case 8 -> new Doubleword();
            default -> throw new IllegalArgumentException("load of " + size + " bytes");
        };
    }

    /** The value for the register from zero-extended bytes. */
    abstract long extend(long raw);

    /** A load that missed the TLB. */
    final @Nullable Step slow(Context c, long va, int size, long[] registers) {
        c.expose(this);
        long raw = c.mmu.load(va, size);
        if (c.mmu.faultCause != Mmu.NO_FAULT) {
            return c.fault(this);
        }
        registers[rd] = extend(raw);
        if (registers == c.f) {
            dirty(c);
        }
        return c.hart.needsAttention() ? c.leaveAfter(this) : next;
    }

    private static final class SignedByte extends LoadStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.loadPlace(va, 1);
            if (place < 0) {
                return slow(c, va, 1, c.x);
            }
            Memory.setElement(c.x, rd, Memory.getByte(c, place));
            return next;
        }

        @Override
        long extend(long raw) {
            return (byte) raw;
        }
    }

    private static final class UnsignedByte extends LoadStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.loadPlace(va, 1);
            if (place < 0) {
                return slow(c, va, 1, c.x);
            }
            Memory.setElement(c.x, rd, Memory.getByte(c, place) & 0xff);
            return next;
        }

        @Override
        long extend(long raw) {
            return raw;
        }
    }

    private static final class SignedHalf extends LoadStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.loadPlace(va, 2);
            if (place < 0) {
                return slow(c, va, 2, c.x);
            }
            Memory.setElement(c.x, rd, Memory.getShort(c, place));
            return next;
        }

        @Override
        long extend(long raw) {
            return (short) raw;
        }
    }

    private static final class UnsignedHalf extends LoadStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.loadPlace(va, 2);
            if (place < 0) {
                return slow(c, va, 2, c.x);
            }
            Memory.setElement(c.x, rd, Memory.getShort(c, place) & 0xffff);
            return next;
        }

        @Override
        long extend(long raw) {
            return raw;
        }
    }

    private static final class SignedWord extends LoadStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.loadPlace(va, 4);
            if (place < 0) {
                return slow(c, va, 4, c.x);
            }
            Memory.setElement(c.x, rd, Memory.getInt(c, place));
            return next;
        }

        @Override
        long extend(long raw) {
            return (int) raw;
        }
    }

    private static final class UnsignedWord extends LoadStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.loadPlace(va, 4);
            if (place < 0) {
                return slow(c, va, 4, c.x);
            }
            Memory.setElement(c.x, rd, Memory.getInt(c, place) & 0xffff_ffffL);
            return next;
        }

        @Override
        long extend(long raw) {
            return raw;
        }
    }

    private static final class Doubleword extends LoadStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.loadPlace(va, 8);
            if (place < 0) {
                return slow(c, va, 8, c.x);
            }
            Memory.setElement(c.x, rd, Memory.getLong(c, place));
            return next;
        }

        @Override
        long extend(long raw) {
            return raw;
        }
    }

    /** Illegal where floating point is off. */
    private abstract static class FloatLoad extends LoadStep {
        private int bits;

        @Override
        final void setBits(int bits) {
            this.bits = bits;
        }

        @Override
        final int bits() {
            return bits;
        }
    }

    private static final class BoxedHalf extends FloatLoad {
        @Override
        @Nullable
        Step execute(Context c) {
            if (c.floatState < Context.FLOAT_READABLE && !c.enableFloat(this, Context.FLOAT_READABLE)) {
                return null;
            }
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.loadPlace(va, 2);
            if (place < 0) {
                return slow(c, va, 2, c.f);
            }
            Memory.setElement(c.f, rd, Memory.getShort(c, place) | ~0xffffL);
            return c.floatState == Context.FLOAT_DIRTY ? next : dirty(c);
        }

        @Override
        long extend(long raw) {
            return raw | ~0xffffL;
        }
    }

    private static final class BoxedWord extends FloatLoad {
        @Override
        @Nullable
        Step execute(Context c) {
            if (c.floatState < Context.FLOAT_READABLE && !c.enableFloat(this, Context.FLOAT_READABLE)) {
                return null;
            }
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.loadPlace(va, 4);
            if (place < 0) {
                return slow(c, va, 4, c.f);
            }
            Memory.setElement(c.f, rd, Memory.getInt(c, place) | ~0xffff_ffffL);
            return c.floatState == Context.FLOAT_DIRTY ? next : dirty(c);
        }

        @Override
        long extend(long raw) {
            return raw | ~0xffff_ffffL;
        }
    }

    private static final class FloatDoubleword extends FloatLoad {
        @Override
        @Nullable
        Step execute(Context c) {
            if (c.floatState < Context.FLOAT_READABLE && !c.enableFloat(this, Context.FLOAT_READABLE)) {
                return null;
            }
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.loadPlace(va, 8);
            if (place < 0) {
                return slow(c, va, 8, c.f);
            }
            Memory.setElement(c.f, rd, Memory.getLong(c, place));
            return c.floatState == Context.FLOAT_DIRTY ? next : dirty(c);
        }

        @Override
        long extend(long raw) {
            return raw;
        }
    }

    /** A load that faults must not make the floating-point state dirty, so it is made so last. */
    final @Nullable Step dirty(Context c) {
        c.enableFloat(this, Context.FLOAT_DIRTY);
        return next;
    }
}
