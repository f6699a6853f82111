package dev.ravel.engine.interpreter;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import dev.ravel.fp.FloatStatus;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import dev.ravel.isa.Semantics;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes the class of a step from the semantics of its instruction: a hidden class whose code fetches the operands, calls the
 * one static method that defines the instruction, and puts the result away. HotSpot inlines the call, so an instruction
 * costs one virtual dispatch at most, and its meaning still stands in one place.
 *
 * <p>Classes are made when an instruction is first met, some 200 in the life of a system, and shared by all machines.
 */
final class StepClasses {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private static final ClassDesc STEP = desc(Step.class);
    private static final ClassDesc CONTEXT = desc(Context.class);
    private static final ClassDesc MEMORY = desc(Memory.class);
    private static final ClassDesc PURE = desc(PureStep.class);
    private static final ClassDesc FLOAT = desc(FloatStep.class);
    private static final ClassDesc BRANCH = desc(BranchStep.class);
    private static final ClassDesc AMO = desc(AtomicStep.Amo.class);
    private static final ClassDesc EFFECT = desc(EffectStep.class);
    private static final ClassDesc CONTROL = desc(ControlStep.class);
    private static final ClassDesc FLOAT_STATUS = desc(FloatStatus.class);
    private static final ClassDesc DECODED = desc(Decoded.class);
    private static final ClassDesc REGISTERS = CD_long.arrayType();

    private static final MethodTypeDesc EXECUTE = MethodTypeDesc.of(STEP, CONTEXT);
    private static final MethodTypeDesc CONSTRUCTOR = MethodTypeDesc.of(CD_void);

    private static final int DYNAMIC = FloatStatus.DYN;

    private static final Map<Instruction, PureStep[]> PURES = new IdentityHashMap<>();
    private static final Map<Instruction, Step> OTHERS = new IdentityHashMap<>();

    private StepClasses() {}

    /** A step of the class for an instruction and its rounding mode, to make others from. */
    static synchronized PureStep pure(Instruction instruction, int roundingMode) {
        PureStep[] byMode = PURES.computeIfAbsent(instruction, _ -> new PureStep[8]);
        PureStep step = byMode[roundingMode];
        if (step == null) {
            step = (PureStep) instantiate(instruction, pureClass(instruction), definePure(instruction, roundingMode));
            byMode[roundingMode] = step;
        }
        return step;
    }

    /** As {@link #pure}, for a conditional branch. */
    static synchronized BranchStep branch(Instruction instruction) {
        return (BranchStep) OTHERS.computeIfAbsent(instruction, i -> instantiate(i, BRANCH, cb -> defineBranch(cb, i)));
    }

    /** As {@link #pure}, for an atomic operation. */
    static synchronized AtomicStep.Amo amo(Instruction instruction) {
        return (AtomicStep.Amo) OTHERS.computeIfAbsent(instruction, i -> instantiate(i, AMO, cb -> defineAmo(cb, i)));
    }

    /** As {@link #pure}, for an effect that no state shows. */
    static synchronized EffectStep effect(Instruction instruction) {
        return (EffectStep) OTHERS.computeIfAbsent(instruction, i -> instantiate(i, EFFECT, cb -> defineEffect(cb, i)));
    }

    /** As {@link #pure}, for a control operation. */
    static synchronized ControlStep control(Instruction instruction) {
        return (ControlStep) OTHERS.computeIfAbsent(
                instruction, i -> instantiate(i, CONTROL, cb -> defineControl(cb, i)));
    }

    // The classes

    private static ClassDesc pureClass(Instruction instruction) {
        return instruction.usesFloat() ? FLOAT : PURE;
    }

    private static Consumer<ClassBuilder> definePure(Instruction instruction, int roundingMode) {
        Semantics semantics = ((Operation.Pure) instruction.operation()).semantics();
        return cb -> {
            fresh(cb, instruction, pureClass(instruction), 0);
            cb.withMethodBody(
                    "execute", EXECUTE, 0, code -> pureBody(code, instruction, semantics.type(), roundingMode));
        };
    }

    private static void pureBody(CodeBuilder code, Instruction instruction, MethodType type, int roundingMode) {
        Semantics semantics = ((Operation.Pure) instruction.operation()).semantics();
        boolean status = type.parameterCount() > 0 && type.parameterType(0) == FloatStatus.class;
        boolean rounds = type.parameterCount() > 0 && type.lastParameterType() == int.class;
        boolean toFloat = StepFactory.isFloat(instruction, Operand.Role.RD);
        if (instruction.usesFloat()) {
            requireFloat(code, status || toFloat ? Context.FLOAT_DIRTY : Context.FLOAT_READABLE);
        }
        if (rounds && roundingMode == DYNAMIC) {
            // Local 2: frm. Above 4 it is reserved and the instruction is illegal.
            code.aload(1)
                    .getfield(CONTEXT, "fp", FLOAT_STATUS)
                    .getfield(FLOAT_STATUS, "roundingMode", CD_int)
                    .istore(2);
            code.iload(2)
                    .loadConstant(FloatStatus.RMM)
                    .ifThen(
                            Opcode.IF_ICMPGT,
                            illegal -> illegal.aload(1)
                                    .aload(0)
                                    .invokevirtual(CONTEXT, "illegal", MethodTypeDesc.of(STEP, STEP))
                                    .areturn());
        }
        code.aload(1).getfield(CONTEXT, toFloat ? "f" : "x", REGISTERS);
        code.aload(0).getfield(STEP, "rd", desc(byte.class));
        if (status) {
            code.aload(1).getfield(CONTEXT, "fp", FLOAT_STATUS);
        }
        for (Operand operand : instruction.operands()) {
            pushSource(code, operand);
        }
        if (rounds) {
            if (roundingMode == DYNAMIC) {
                code.iload(2);
            } else {
                code.loadConstant(roundingMode);
            }
        }
        call(code, semantics, type);
        code.invokestatic(MEMORY, "setElement", MethodTypeDesc.of(CD_void, REGISTERS, CD_int, CD_long));
        code.aload(0).getfield(STEP, "next", STEP).areturn();
    }

    private static void defineBranch(ClassBuilder cb, Instruction instruction) {
        fresh(cb, instruction, BRANCH, 0);
        Semantics semantics = ((Operation.Branch) instruction.operation()).semantics();
        cb.withMethodBody("execute", EXECUTE, 0, code -> {
            register(code, "x", "rs1");
            register(code, "x", "rs2");
            call(code, semantics, MethodType.methodType(boolean.class, long.class, long.class));
            code.ifThenElse(
                    taken -> taken.aload(0)
                            .aload(1)
                            .invokevirtual(BRANCH, "take", EXECUTE)
                            .areturn(),
                    not -> not.aload(0)
                            .aload(1)
                            .invokevirtual(BRANCH, "fall", EXECUTE)
                            .areturn());
        });
    }

    private static void defineAmo(ClassBuilder cb, Instruction instruction) {
        Operation.Amo amo = (Operation.Amo) instruction.operation();
        fresh(cb, instruction, AMO, amo.size());
        cb.withMethodBody("combine", MethodTypeDesc.of(CD_long, CD_long, CD_long), 0, code -> {
            code.lload(1).lload(3);
            call(code, amo.semantics(), MethodType.methodType(long.class, long.class, long.class));
            code.lreturn();
        });
    }

    private static void defineEffect(ClassBuilder cb, Instruction instruction) {
        fresh(cb, instruction, EFFECT, 0);
        cb.withMethodBody("execute", EXECUTE, 0, code -> {
            call(code, ((Operation.Effect) instruction.operation()).semantics(), MethodType.methodType(void.class));
            code.aload(0).getfield(STEP, "next", STEP).areturn();
        });
    }

    private static void defineControl(ClassBuilder cb, Instruction instruction) {
        MethodTypeDesc constructor = MethodTypeDesc.of(CD_void, DECODED);
        cb.withMethodBody(
                INIT_NAME,
                constructor,
                0,
                code -> code.aload(0)
                        .aload(1)
                        .invokespecial(CONTROL, INIT_NAME, constructor)
                        .return_());
        ClassDesc self = self(instruction);
        cb.withMethodBody(
                "fresh",
                MethodTypeDesc.of(CONTROL, DECODED),
                0,
                code -> code.new_(self)
                        .dup()
                        .aload(1)
                        .invokespecial(self, INIT_NAME, constructor)
                        .areturn());
        cb.withMethodBody("operate", MethodTypeDesc.of(CD_int, desc(Hart.class), DECODED), 0, code -> {
            code.aload(1).aload(2);
            call(
                    code,
                    ((Operation.Control) instruction.operation()).semantics(),
                    MethodType.methodType(int.class, Hart.class, Decoded.class));
            code.ireturn();
        });
    }

    /** The constructor, and the method {@code fresh} that calls it. */
    private static void fresh(ClassBuilder cb, Instruction instruction, ClassDesc parent, int size) {
        ClassDesc self = self(instruction);
        cb.withMethodBody(INIT_NAME, CONSTRUCTOR, 0, code -> {
            code.aload(0);
            if (parent == AMO) {
                code.loadConstant(size).invokespecial(parent, INIT_NAME, MethodTypeDesc.of(CD_void, CD_int));
            } else {
                code.invokespecial(parent, INIT_NAME, CONSTRUCTOR);
            }
            code.return_();
        });
        cb.withMethodBody(
                "fresh",
                MethodTypeDesc.of(parent),
                0,
                code -> code.new_(self)
                        .dup()
                        .invokespecial(self, INIT_NAME, CONSTRUCTOR)
                        .areturn());
    }

    // Pieces of code; local 0 is the step, local 1 the context

    /** Stack: ..., to ..., value if the operand is a source. */
    private static void pushSource(CodeBuilder code, Operand operand) {
        String file = operand.kind() == Operand.Kind.F_REGISTER ? "f" : "x";
        switch (operand.role()) {
            case RS1 -> register(code, file, "rs1");
            case RS2 -> register(code, file, "rs2");
            case RS3 -> register(code, file, "imm", CD_int);
            case IMM -> code.aload(0).getfield(STEP, "imm", CD_int).i2l();
            default -> {}
        }
    }

    /** Stack: ..., to ..., value of the register. */
    private static void register(CodeBuilder code, String file, String operand) {
        register(code, file, operand, desc(byte.class));
    }

    private static void register(CodeBuilder code, String file, String operand, ClassDesc type) {
        code.aload(1).getfield(CONTEXT, file, REGISTERS);
        code.aload(0).getfield(STEP, operand, type);
        code.invokestatic(MEMORY, "element", MethodTypeDesc.of(CD_long, REGISTERS, CD_int));
    }

    /** Returns null, illegal-instruction taken, if floating point is off. */
    private static void requireFloat(CodeBuilder code, int need) {
        code.aload(1).getfield(CONTEXT, "floatState", CD_int).loadConstant(need);
        code.ifThen(Opcode.IF_ICMPLT, low -> {
            low.aload(1).aload(0).loadConstant(need);
            low.invokevirtual(CONTEXT, "enableFloat", MethodTypeDesc.of(CD_boolean, STEP, CD_int));
            low.ifThen(Opcode.IFEQ, off -> off.aconst_null().areturn());
        });
    }

    private static void call(CodeBuilder code, Semantics semantics, MethodType expected) {
        if (!semantics.type().equals(expected)) {
            throw new IllegalStateException(semantics + " is " + semantics.type() + ", not " + expected);
        }
        code.invokestatic(
                desc(semantics.owner()),
                semantics.name(),
                expected.describeConstable().orElseThrow());
    }

    // Definition

    private static Step instantiate(Instruction instruction, ClassDesc parent, Consumer<ClassBuilder> content) {
        byte[] bytes = ClassFile.of().build(self(instruction), cb -> {
            cb.withFlags(ACC_FINAL | ACC_SUPER).withSuperclass(parent);
            content.accept(cb);
        });
        try {
            Class<?> made = LOOKUP.defineHiddenClass(bytes, true).lookupClass();
            if (parent == CONTROL) {
                Constructor<?> constructor = made.getDeclaredConstructor(Decoded.class);
                return (Step) constructor.newInstance(new Decoded(instruction, 0, 4, 0, 0, 0, 0, 0, 0));
            }
            return (Step) made.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make the step for " + instruction.mnemonic(), e);
        }
    }

    private static ClassDesc self(Instruction instruction) {
        return ClassDesc.of(
                StepClasses.class.getPackageName(),
                "Step_" + instruction.mnemonic().replace('.', '_'));
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
