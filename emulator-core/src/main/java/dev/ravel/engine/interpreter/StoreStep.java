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
            long va = c.x[rs1] + imm;
            long offset = c.storeOffset(va, 1);
            if (offset < 0) {
                return c.slowStore(this, va, 1, c.x[rs2]);
            }
            Memory.setByte(c.memory, offset, (byte) c.x[rs2]);
            return next;
        }
    }

    private static final class StoreHalf extends StoreStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = c.x[rs1] + imm;
            long offset = c.storeOffset(va, 2);
            if (offset < 0) {
                return c.slowStore(this, va, 2, c.x[rs2]);
            }
            Memory.setShort(c.memory, offset, (short) c.x[rs2]);
            return next;
        }
    }

    private static final class StoreWord extends StoreStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = c.x[rs1] + imm;
            long offset = c.storeOffset(va, 4);
            if (offset < 0) {
                return c.slowStore(this, va, 4, c.x[rs2]);
            }
            Memory.setInt(c.memory, offset, (int) c.x[rs2]);
            return next;
        }
    }

    private static final class StoreDoubleword extends StoreStep {
        @Override
        @Nullable
        Step execute(Context c) {
            long va = c.x[rs1] + imm;
            long offset = c.storeOffset(va, 8);
            if (offset < 0) {
                return c.slowStore(this, va, 8, c.x[rs2]);
            }
            Memory.setLong(c.memory, offset, c.x[rs2]);
            return next;
        }
    }

    /** All widths in one: the bits are the register's low ones whatever the format. */
    private static final class FloatStore extends StoreStep {
        private final int size;

        FloatStore(int size) {
            this.size = size;
        }

        @Override
        @Nullable
        Step execute(Context c) {
            if (c.floatState < Context.FLOAT_READABLE && !c.enableFloat(this, Context.FLOAT_READABLE)) {
                return null;
            }
            long va = c.x[rs1] + imm;
            long value = c.f[rs2];
            long offset = c.storeOffset(va, size);
            if (offset < 0) {
                return c.slowStore(this, va, size, value);
            }
            switch (size) {
                case 2 -> Memory.setShort(c.memory, offset, (short) value);
                case 4 -> Memory.setInt(c.memory, offset, (int) value);
                default -> Memory.setLong(c.memory, offset, value);
            }
            return next;
        }
    }
}
