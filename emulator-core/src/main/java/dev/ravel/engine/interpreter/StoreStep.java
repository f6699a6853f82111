package dev.ravel.engine.interpreter;

import org.jspecify.annotations.Nullable;

/** {@code memory[rs1 + imm] = rs2}, a class for each width and register file. */
abstract class StoreStep extends OperandStep {

    /** The step for a store; {@code size} is 1, 2, 4 or 8. */
    static StoreStep of(int size, boolean fromFloat) {
        if (fromFloat) {
            return new FloatStore(size);
        }
        return switch (size) {
            case 1 -> new StoreByte();
            case 2 -> new StoreHalf();
            case 4 -> new StoreWord();
            case 8 -> new StoreDoubleword();
            default -> throw new IllegalArgumentException("store of " + size + " bytes");
        };
    }

    private static final class StoreByte extends StoreStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.storePlace(va, 1);
            if (place < 0) {
                return c.slowStore(this, va, 1, Memory.element(c.x, rs2));
            }
            Memory.setByte(c, place, (byte) Memory.element(c.x, rs2));
            return next;
        }
    }

    private static final class StoreHalf extends StoreStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.storePlace(va, 2);
            if (place < 0) {
                return c.slowStore(this, va, 2, Memory.element(c.x, rs2));
            }
            Memory.setShort(c, place, (short) Memory.element(c.x, rs2));
            return next;
        }
    }

    private static final class StoreWord extends StoreStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.storePlace(va, 4);
            if (place < 0) {
                return c.slowStore(this, va, 4, Memory.element(c.x, rs2));
            }
            Memory.setInt(c, place, (int) Memory.element(c.x, rs2));
            return next;
        }
    }

    private static final class StoreDoubleword extends StoreStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = Memory.element(c.x, rs1) + imm;
            long place = c.storePlace(va, 8);
            if (place < 0) {
                return c.slowStore(this, va, 8, Memory.element(c.x, rs2));
            }
            Memory.setLong(c, place, Memory.element(c.x, rs2));
            return next;
        }
    }

    /** All widths in one: the bits are the register's low ones whatever the format. */
    private static final class FloatStore extends StoreStep {
        private final int size;
        private int bits;

        @Override
        void setBits(int bits) {
            this.bits = bits;
        }

        @Override
        int bits() {
            return bits;
        }

        FloatStore(int size) {
            this.size = size;
        }

        @Override
        @Nullable
        Step execute(Context c) {
            if (c.floatState < Context.FLOAT_READABLE && !c.enableFloat(this, Context.FLOAT_READABLE)) {
                return null;
            }
            long va = Memory.element(c.x, rs1) + imm;
            long value = Memory.element(c.f, rs2);
            long place = c.storePlace(va, size);
            if (place < 0) {
                return c.slowStore(this, va, size, value);
            }
            switch (size) {
                case 2 -> Memory.setShort(c, place, (short) value);
                case 4 -> Memory.setInt(c, place, (int) value);
                default -> Memory.setLong(c, place, value);
            }
            return next;
        }
    }
}
