package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.fp.Float32;
import dev.ravel.fp.Float64;
import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operand;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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

    private final UnitContext context;
    private final Emission code;
    private final FloatCode floats;

    /** Whether what was written of the present instruction jumps to where the method is called: some has no other case. */
    private boolean jumps;

    /** Where a result is looked at that is not ordinary, but may be exact because of a 0; empty if there is no such place. */
    private Optional<Small> small = Optional.empty();

    FastFloat(UnitContext context, FloatCode floats) {
        this.context = context;
        this.code = context.code;
        this.floats = floats;
    }

    /** Where an instruction leaves what it computes. */
    private enum Result {
        BITS,
        DOUBLE,
        SINGLE;

        static Result of(boolean single) {
            return single ? SINGLE : DOUBLE;
        }
    }

    /**
     * The ordinary case.
     *
     * @param code leaves the result in its variable, or jumps to the label
     */
    private record Ordinary(Result result, Consumer<Label> code) {}

    /**
     * A look at a result that is not ordinary, or at the operand of a root.
     *
     * @param code jumps to the other label if the result, which is in its variable then, is exact because of a 0; else comes to its end
     */
    private record Small(Label label, Consumer<Label> code) {}

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
        small = Optional.empty();
        Result result = found.get().result();
        found.get().code().accept(slow);
        if (!jumps) {
            finish(result, d);
            return true;
        }
        code.label(done);
        Optional<Small> looks = small;
        context.stub(() -> {
            looks.ifPresent(look -> {
                code.label(look.label());
                Seldom.ZEROS.begin(code.visitor());
                context.at(place);
                look.code().accept(done);
            });
            code.label(slow);
            Seldom.FLOATS.begin(code.visitor());
            context.at(place);
            call.run();
            switch (result) {
                case BITS -> code.var(LSTORE, UnitContext.VALUE);
                case DOUBLE -> {
                    code.bitsToDouble();
                    keep(false);
                }
                case SINGLE -> {
                    code.insn(L2I);
                    code.bitsToSingle();
                    keep(true);
                }
            }
            code.jump(GOTO, done);
        });
        finish(result, d);
        return true;
    }

    private void finish(Result result, Decoded d) {
        switch (result) {
            case BITS -> {
                code.var(LLOAD, UnitContext.VALUE);
                context.set(PureCode.isFloat(d.instruction(), Operand.Role.RD), d.rd());
            }
            case DOUBLE -> {
                code.var(DLOAD, UnitContext.DOUBLE);
                context.setDouble(d.rd());
            }
            case SINGLE -> {
                code.var(FLOAD, UnitContext.SINGLE);
                context.setSingle(d.rd());
            }
        }
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
                ifNearest(d, Result.of(single), slow -> arithmetic(operation, single, d, slow));
            case "fsqrt" -> ifNearest(d, Result.of(single), slow -> root(single, d, slow));
            case "flt", "fle", "feq" -> always(Result.BITS, slow -> comparison(operation, single, d, slow));
            case "fsgnj", "fsgnjn", "fsgnjx" ->
                d.rs1() == d.rs2()
                        ? always(Result.of(single), slow -> ownSign(operation, single, d, slow))
                        : always(Result.BITS, slow -> sign(operation, single, d, slow));
            default -> Optional.empty();
        };
    }

    private static Optional<Ordinary> always(Result result, Consumer<Label> code) {
        return Optional.of(new Ordinary(result, code));
    }

    /** If the instruction rounds to nearest even, or as {@code frm} says, which then has to say so. */
    private Optional<Ordinary> ifNearest(Decoded d, Result result, Consumer<Label> ordinary) {
        boolean dynamic = d.roundingMode() == FloatStatus.DYN;
        if (!dynamic && d.roundingMode() != FloatStatus.RNE) {
            return Optional.empty();
        }
        return always(result, slow -> {
            requireInexact(slow);
            if (dynamic) {
                requireNearest(slow);
            }
            ordinary.accept(slow);
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
        if (operation.equals("fadd") || operation.equals("fsub")) {
            requireOrdinary(single, true, slow);
        } else if (fused) {
            requireOrdinary(single, false, orSmall(end -> {
                if (single) {
                    exactSum(operation, d, end);
                } else {
                    cancelled(d, end);
                    emptyProduct(d, end);
                }
            }));
        } else if (operation.equals("fmul")) {
            requireOrdinary(single, false, orSmall(end -> {
                pushProduct(single, d);
                jumpIfZero(end);
            }));
        } else {
            requireOrdinary(single, false, orSmall(end -> {
                pushAsDouble(single, d.rs1());
                dropSignOfDouble();
                pushResult(single);
                dropSignOfDouble();
                code.insn(DADD);
                jumpIfZero(end);
            }));
        }
    }

    /** A product of single precision is exact in double precision; it or its sum with the addend is 0, and the addend no NaN. */
    private void exactSum(String operation, Decoded d, Label end) {
        pushProduct(true, d);
        pushProduct(true, d);
        pushAsDouble(true, d.rs3());
        code.insn(operation.equals("fmsub") || operation.equals("fnmsub") ? DSUB : DADD);
        code.insn(DMUL);
        jumpIfZero(end);
    }

    /** The sum of a product and an addend is 0, and the addend so large that all of the product's bits are far from underflow: 2<sup>-960</sup> at least, like the product. */
    private void cancelled(Decoded d, Label end) {
        push(false, d.rs3());
        dropSignOfDouble();
        pushResult(false);
        dropSignOfDouble();
        for (int i = 0; i < 2; i++) {
            code.ldc(0x1p1023);
            code.insn(DMUL);
        }
        code.insn(DSUB);
        code.ldc(Double.longBitsToDouble(Float64.LEAST_ORDINARY));
        code.insn(DCMPL);
        code.jump(IFGE, end);
    }

    /** A product of double precision is 0, and its sum with the addend a number. */
    private void emptyProduct(Decoded d, Label end) {
        pushProduct(false, d);
        pushResult(false);
        code.insn(DCONST_0);
        code.insn(DMUL);
        code.insn(DADD);
        jumpIfZero(end);
    }

    private void jumpIfZero(Label end) {
        code.insn(DCONST_0);
        code.insn(DCMPL);
        code.jump(IFEQ, end);
    }

    /** Where to jump if a result is not ordinary that may be exact because of a 0; see {@link Small}. */
    private Label orSmall(Consumer<Label> look) {
        Label label = new Label();
        small = Optional.of(new Small(label, look));
        return label;
    }

    /** Pushes the result, as a number of double precision. */
    private void pushResult(boolean single) {
        code.var(single ? FLOAD : DLOAD, single ? UnitContext.SINGLE : UnitContext.DOUBLE);
        if (single) {
            code.insn(F2D);
        }
    }

    private void pushAsDouble(boolean single, int register) {
        push(single, register);
        if (single) {
            code.insn(F2D);
        }
    }

    /** Pushes a number of double precision that is 0 only if a product is: that of single precision, which is exact there, or one that is not ordinary, times 2<sup>1200</sup>. */
    private void pushProduct(boolean single, Decoded d) {
        pushLarge(single, d.rs1());
        pushLarge(single, d.rs2());
        code.insn(DMUL);
    }

    private void dropSignOfDouble() {
        code.call(Math.class, "abs", "(D)D");
    }

    /** Pushes an operand of a product that is not ordinary, of double precision and so large that the product is 0 only if an operand is. */
    private void pushLarge(boolean single, int register) {
        pushAsDouble(single, register);
        if (!single) {
            code.ldc(0x1p600);
            code.insn(DMUL);
        }
    }

    /** Takes a number from the stack and leaves it in the variable for what has been computed. */
    private void keep(boolean single) {
        if (single) {
            code.var(FSTORE, UnitContext.SINGLE);
        } else {
            code.var(DSTORE, UnitContext.DOUBLE);
        }
    }

    private void root(boolean single, Decoded d, Label slow) {
        if (single) {
            requireBoxes(List.of(d.rs1()), slow);
        }
        // That of a number which is ordinary and not negative is, too.
        push(single, d.rs1());
        pushUpperBits(single);
        require(least(single), beyond(single), orSmall(end -> {
            push(single, d.rs1());
            keep(single);
            pushResult(single);
            jumpIfZero(end);
        }));
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
                always(Result.SINGLE, _ -> {
                    context.pushWord(d.rs1());
                    code.bitsToSingle();
                    keep(true);
                });
            case "fcvt.d.w" -> always(Result.DOUBLE, _ -> fromInteger(d, I2D));
            case "fcvt.d.l" -> ifNearest(d, Result.DOUBLE, _ -> fromInteger(d, L2D));
            case "fcvt.s.w" -> ifNearest(d, Result.SINGLE, _ -> fromInteger(d, I2F));
            case "fcvt.s.l" -> ifNearest(d, Result.SINGLE, _ -> fromInteger(d, L2F));
            case "fcvt.s.d" ->
                ifNearest(d, Result.SINGLE, _ -> {
                    push(false, d.rs1());
                    code.insn(D2F);
                    keep(true);
                    requireOrdinary(true, false, orSmall(end -> {
                        push(false, d.rs1());
                        jumpIfZero(end);
                    }));
                });
            case "fcvt.d.s" ->
                always(Result.DOUBLE, slow -> {
                    requireBoxes(List.of(d.rs1()), slow);
                    requireNumber(true, d.rs1(), slow);
                    push(true, d.rs1());
                    code.insn(F2D);
                    keep(false);
                });
            case "fcvt.w.d", "fcvt.l.d", "fcvt.w.s", "fcvt.l.s" -> {
                boolean towardsZero = d.roundingMode() == FloatStatus.RTZ;
                yield towardsZero
                        ? always(
                                Result.BITS,
                                slow -> truncation(mnemonic.endsWith(".s"), mnemonic.startsWith("fcvt.w"), d, slow))
                        : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private void fromInteger(Decoded d, int conversion) {
        if (conversion == I2D || conversion == I2F) {
            context.pushWord(d.rs1());
        } else {
            context.pushX(d.rs1());
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
        push(single, d.rs1());
        pushUpperBits(single);
        dropSign();
        require(0, (single ? 127 + bits << 23 : 1023 + bits << 20) << 1, slow);
        push(single, d.rs1());
        if (word) {
            code.insn(single ? F2I : D2I);
            code.insn(I2L);
        } else {
            code.insn(single ? F2L : D2L);
        }
        code.var(LSTORE, UnitContext.VALUE);
    }

    /** What has been computed is ordinary, whatever its sign. A sum that is subnormal is exact: it has no lower bound. */
    private void requireOrdinary(boolean single, boolean sum, Label slow) {
        code.var(single ? FLOAD : DLOAD, single ? UnitContext.SINGLE : UnitContext.DOUBLE);
        pushUpperBits(single);
        dropSign();
        require(sum ? 0 : least(single) << 1, beyond(single) << 1, slow);
    }

    /** Upper 32 bits of the number. */
    private static int least(boolean single) {
        return single ? Float32.LEAST_ORDINARY : (int) (Float64.LEAST_ORDINARY >>> 32);
    }

    private static int beyond(boolean single) {
        return single ? Float32.BEYOND_ORDINARY : (int) (Float64.BEYOND_ORDINARY >>> 32);
    }

    /** Stack: a number, to its upper 32 bits, which have the exponent. */
    private void pushUpperBits(boolean single) {
        if (single) {
            code.singleToBits();
        } else {
            code.doubleToBits();
            code.ldc(32);
            code.insn(LUSHR);
            code.insn(L2I);
        }
    }

    private void dropSign() {
        code.insn(ICONST_1);
        code.insn(ISHL);
    }

    /** Stack: 32 bits, to nothing; unsigned, they are from {@code least} to below {@code beyond}. */
    private void require(int least, int beyond, Label slow) {
        if (least != 0) {
            code.ldc(least);
            code.insn(ISUB);
        }
        code.ldc(beyond - least);
        code.call(Integer.class, "compareUnsigned", "(II)I");
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

    /** {@code fmv}, {@code fneg} and {@code fabs}. */
    private void ownSign(String operation, boolean single, Decoded d, Label slow) {
        if (single) {
            requireBoxes(List.of(d.rs1()), slow);
        }
        push(single, d.rs1());
        switch (operation) {
            case "fsgnjn" -> code.insn(single ? FNEG : DNEG);
            case "fsgnjx" -> code.call(Math.class, "abs", single ? "(F)F" : "(D)D");
            default -> {}
        }
        keep(single);
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
    private void requireBoxes(List<Integer> all, Label slow) {
        List<Integer> registers = all.stream()
                .filter(register -> !context.isNarrow(32 + register))
                .distinct()
                .toList();
        if (registers.isEmpty()) {
            return;
        }
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
        if (single) {
            context.pushSingle(register);
        } else {
            context.pushDouble(register);
        }
    }
}
