package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.fp.Float32;
import dev.ravel.fp.Float64;
import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operand;
import java.util.List;
import java.util.Optional;
import org.objectweb.asm.Label;

/**
 * Floating-point instructions in the ordinary case, written out: NX is accrued already, the rounding is to nearest even, and the result is
 * far from overflow and underflow, so that the host's arithmetic is all there is to do, as in {@link Float64} and {@link Float32}. Everything else calls the method that gives the
 * meaning. NX, once accrued, stays so until a CSR is written: where it is {@linkplain dev.ravel.jit.plan.Plan#ordinaryFloats expected}, a block looks at it once, and at the rounding
 * mode, and the unit is left if it is not. HotSpot's second compiler takes no method into a unit of more than 8,000 bytes, so that each such method is called there.
 */
final class FastFloat {
    private static final long SIGN = Long.MIN_VALUE;
    private static final long SINGLE_SIGN = 1L << 31;
    private static final long BOX = -1L << 32;

    private final UnitContext context;
    private final Emission code;
    private final FloatCode floats;

    /** Whether what was written of the present instruction jumps to where the method is called: some has no other case. */
    private boolean jumps;

    FastFloat(UnitContext context, FloatCode floats) {
        this.context = context;
        this.code = context.code;
        this.floats = floats;
    }

    /** What writes the ordinary case: leaves the result in VALUE, or jumps to the label. */
    @FunctionalInterface
    private interface Ordinary {
        void write(Label slow);
    }

    /**
     * Writes an instruction if it is one of these; false if it is not.
     *
     * @param call pushes the operands and calls the method that gives the meaning
     */
    boolean emit(Decoded d, Runnable call) {
        Optional<Ordinary> found = ordinary(d);
        if (found.isEmpty()) {
            return false;
        }
        Label slow = new Label();
        Label done = new Label();
        UnitContext.Place place = context.here();
        jumps = false;
        found.get().write(slow);
        if (!jumps) {
            finish(d);
            return true;
        }
        code.label(done);
        context.stub(() -> {
            code.label(slow);
            Seldom.FLOATS.begin(code.visitor());
            context.at(place);
            call.run();
            code.var(LSTORE, UnitContext.VALUE);
            code.jump(GOTO, done);
        });
        finish(d);
        return true;
    }

    private void finish(Decoded d) {
        code.var(LLOAD, UnitContext.VALUE);
        context.set(PureCode.isFloat(d.instruction(), Operand.Role.RD), d.rd());
    }

    private void unless(int jump, Label slow) {
        jumps = true;
        code.jump(jump, slow);
    }

    private Optional<Ordinary> ordinary(Decoded d) {
        String mnemonic = d.instruction().mnemonic();
        if (mnemonic.startsWith("fcvt.") || mnemonic.equals("fmv.w.x")) {
            return conversion(mnemonic, d);
        }
        boolean single = mnemonic.endsWith(".s");
        if (!single && !mnemonic.endsWith(".d")) {
            return Optional.empty();
        }
        String operation = mnemonic.substring(0, mnemonic.length() - 2);
        return switch (operation) {
            case "fadd", "fsub", "fmul", "fdiv", "fmadd", "fmsub", "fnmsub", "fnmadd" ->
                ifNearest(d, slow -> arithmetic(operation, single, d, slow));
            case "fsqrt" -> ifNearest(d, slow -> root(single, d, slow));
            case "flt", "fle", "feq" -> Optional.of(slow -> comparison(operation, single, d, slow));
            case "fsgnj", "fsgnjn", "fsgnjx" -> Optional.of(slow -> sign(operation, single, d, slow));
            default -> Optional.empty();
        };
    }

    /** If the instruction rounds to nearest even, or as {@code frm} says, which then has to say so. */
    private Optional<Ordinary> ifNearest(Decoded d, Ordinary ordinary) {
        boolean dynamic = d.roundingMode() == FloatStatus.DYN;
        if (!dynamic && d.roundingMode() != FloatStatus.RNE) {
            return Optional.empty();
        }
        return Optional.of(slow -> {
            requireInexact(slow);
            if (dynamic) {
                requireNearest(slow);
            }
            ordinary.write(slow);
        });
    }

    private void requireInexact(Label slow) {
        if (context.ordinaryFloats) {
            floats.requireInexact();
        } else {
            floats.pushInexact();
            unless(IFEQ, slow);
        }
    }

    private void requireNearest(Label slow) {
        if (context.ordinaryFloats) {
            floats.requireNearest();
        } else {
            floats.pushRounding(FloatStatus.DYN);
            unless(IFNE, slow);
        }
    }

    private void arithmetic(String operation, boolean single, Decoded d, Label slow) {
        boolean fused = PureCode.isFloat(d.instruction(), Operand.Role.RS3);
        if (single) {
            requireBoxes(fused ? List.of(d.rs1(), d.rs2(), d.rs3()) : List.of(d.rs1(), d.rs2()), slow);
        }
        push(single, d.rs1());
        if (operation.startsWith("fn")) {
            code.insn(single ? FNEG : DNEG);
        }
        push(single, d.rs2());
        if (fused) {
            push(single, d.rs3());
            if (operation.equals("fmsub") || operation.equals("fnmadd")) {
                code.insn(single ? FNEG : DNEG);
            }
            code.call(Math.class, "fma", single ? "(FFF)F" : "(DDD)D");
        } else {
            code.insn(
                    switch (operation) {
                        case "fadd" -> single ? FADD : DADD;
                        case "fsub" -> single ? FSUB : DSUB;
                        case "fmul" -> single ? FMUL : DMUL;
                        default -> single ? FDIV : DDIV;
                    });
        }
        keep(single);
        requireOrdinary(single, operation.equals("fadd") || operation.equals("fsub"), slow);
    }

    /** Takes a number from the stack and leaves it in VALUE as a register holds it. */
    private void keep(boolean single) {
        if (single) {
            code.call(Float.class, "floatToRawIntBits", "(F)I");
            code.insn(I2L);
            box();
        } else {
            code.call(Double.class, "doubleToRawLongBits", "(D)J");
        }
        code.var(LSTORE, UnitContext.VALUE);
    }

    /** Stack: to the same with all upper bits set. */
    private void box() {
        code.ldc(BOX);
        code.insn(LOR);
    }

    private void root(boolean single, Decoded d, Label slow) {
        if (single) {
            requireBoxes(List.of(d.rs1()), slow);
        }
        // That of a number which is ordinary and not negative is, too.
        context.push(true, d.rs1());
        code.var(LSTORE, UnitContext.VALUE);
        require(single ? 32 : 0, least(single), beyond(single), slow);
        push(single, d.rs1());
        if (single) {
            code.insn(F2D);
        }
        code.call(Math.class, "sqrt", "(D)D");
        if (single) {
            code.insn(D2F);
        }
        keep(single);
    }

    // Conversions

    private Optional<Ordinary> conversion(String mnemonic, Decoded d) {
        return switch (mnemonic) {
            case "fmv.w.x" ->
                Optional.of(_ -> {
                    context.push(false, d.rs1());
                    box();
                    code.var(LSTORE, UnitContext.VALUE);
                });
            case "fcvt.d.w" -> Optional.of(_ -> fromInteger(d, I2D));
            case "fcvt.d.l" -> ifNearest(d, _ -> fromInteger(d, L2D));
            case "fcvt.s.w" -> ifNearest(d, _ -> fromInteger(d, I2F));
            case "fcvt.s.l" -> ifNearest(d, _ -> fromInteger(d, L2F));
            case "fcvt.s.d" ->
                ifNearest(d, slow -> {
                    push(false, d.rs1());
                    code.insn(D2F);
                    keep(true);
                    requireOrdinary(true, false, slow);
                });
            case "fcvt.d.s" ->
                Optional.of(slow -> {
                    requireBoxes(List.of(d.rs1()), slow);
                    requireNumber(true, d.rs1(), slow);
                    push(true, d.rs1());
                    code.insn(F2D);
                    keep(false);
                });
            case "fcvt.w.d", "fcvt.l.d", "fcvt.w.s", "fcvt.l.s" -> {
                boolean towardsZero = d.roundingMode() == FloatStatus.RTZ;
                yield towardsZero
                        ? Optional.of(
                                slow -> truncation(mnemonic.endsWith(".s"), mnemonic.startsWith("fcvt.w"), d, slow))
                        : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private void fromInteger(Decoded d, int conversion) {
        context.push(false, d.rs1());
        if (conversion == I2D || conversion == I2F) {
            code.insn(L2I);
        }
        code.insn(conversion);
        keep(conversion == I2F || conversion == L2F);
    }

    /** To an integer of 32 or 64 bits, of what is in its range. */
    private void truncation(boolean single, boolean word, Decoded d, Label slow) {
        requireInexact(slow);
        if (single) {
            requireBoxes(List.of(d.rs1()), slow);
        }
        int bits = word ? 31 : 63;
        context.push(true, d.rs1());
        code.var(LSTORE, UnitContext.VALUE);
        require(withoutSign(single), 0, single ? 127L + bits << 23 : 1023L + bits << 52, slow);
        push(single, d.rs1());
        if (word) {
            code.insn(single ? F2I : D2I);
            code.insn(I2L);
        } else {
            code.insn(single ? F2L : D2L);
        }
        code.var(LSTORE, UnitContext.VALUE);
    }

    /** Whatever the sign of VALUE. A sum that is subnormal is exact: it has no lower bound. */
    private void requireOrdinary(boolean single, boolean sum, Label slow) {
        require(withoutSign(single), sum ? 0 : least(single), beyond(single), slow);
    }

    private static long least(boolean single) {
        return single ? Float32.LEAST_ORDINARY : Float64.LEAST_ORDINARY;
    }

    private static long beyond(boolean single) {
        return single ? Float32.BEYOND_ORDINARY : Float64.BEYOND_ORDINARY;
    }

    private static int withoutSign(boolean single) {
        return single ? 33 : 1;
    }

    /** VALUE without its first {@code dropped} bits, unsigned, is from {@code least} to below {@code beyond}. */
    private void require(int dropped, long least, long beyond, Label slow) {
        code.var(LLOAD, UnitContext.VALUE);
        if (dropped > 0) {
            code.ldc(dropped);
            code.insn(LSHL);
        }
        if (least > 0) {
            code.ldc(least << dropped);
            code.insn(LSUB);
        }
        code.ldc(beyond - least << dropped);
        code.call(Long.class, "compareUnsigned", "(JJ)I");
        unless(IFGE, slow);
    }

    private void comparison(String operation, boolean single, Decoded d, Label slow) {
        if (single) {
            requireBoxes(List.of(d.rs1(), d.rs2()), slow);
        }
        Label yes = new Label();
        Label end = new Label();
        push(single, d.rs1());
        push(single, d.rs2());
        // A NaN compares as greater here, and so as neither less nor equal.
        code.insn(single ? FCMPG : DCMPG);
        code.jump(
                switch (operation) {
                    case "flt" -> IFLT;
                    case "fle" -> IFLE;
                    default -> IFEQ;
                },
                yes);
        requireNumber(single, d.rs1(), slow);
        requireNumber(single, d.rs2(), slow);
        code.insn(LCONST_0);
        code.var(LSTORE, UnitContext.VALUE);
        code.jump(GOTO, end);
        code.label(yes);
        code.insn(LCONST_1);
        code.var(LSTORE, UnitContext.VALUE);
        code.label(end);
    }

    private void requireNumber(boolean single, int register, Label slow) {
        push(single, register);
        push(single, register);
        code.insn(single ? FCMPL : DCMPL);
        unless(IFNE, slow);
    }

    private void sign(String operation, boolean single, Decoded d, Label slow) {
        if (single) {
            requireBoxes(List.of(d.rs1(), d.rs2()), slow);
        }
        long sign = single ? SINGLE_SIGN : SIGN;
        context.push(true, d.rs1());
        if (!operation.equals("fsgnjx")) {
            code.ldc(~sign);
            code.insn(LAND);
        }
        context.push(true, d.rs2());
        code.ldc(sign);
        code.insn(LAND);
        if (operation.equals("fsgnjn")) {
            code.ldc(sign);
            code.insn(LXOR);
        }
        code.insn(operation.equals("fsgnjx") ? LXOR : LOR);
        code.var(LSTORE, UnitContext.VALUE);
    }

    /** All upper halves are ones. */
    private void requireBoxes(List<Integer> registers, Label slow) {
        for (int i = 0; i < registers.size(); i++) {
            context.push(true, registers.get(i));
            if (i > 0) {
                code.insn(LAND);
            }
        }
        code.ldc(32);
        code.insn(LSHR);
        code.insn(L2I);
        code.ldc(-1);
        unless(IF_ICMPNE, slow);
    }

    /** Pushes the number in a register; a narrower one is in its box. */
    private void push(boolean single, int register) {
        context.push(true, register);
        if (single) {
            code.insn(L2I);
            code.call(Float.class, "intBitsToFloat", "(I)F");
        } else {
            code.call(Double.class, "longBitsToDouble", "(J)D");
        }
    }
}
