package dev.ravel.engine.interpreter;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
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
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the class of a step from the semantics of its instruction: a class whose code fetches the operands, calls the
 * one static method that defines the instruction, and puts the result away. HotSpot inlines the call, so an instruction
 * costs one virtual dispatch at most, and its meaning still stands in one place.
 *
 * <p>Classes are made when an instruction is first met, some 200 in the life of a system, and shared by all machines. The launcher's JAR has
 * them already ({@link #files}), as classes with names.
 */
final class StepClasses {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final String NAMES = StepClasses.class.getPackageName() + ".";

    private static final ClassDesc SELF = desc(StepClasses.class);
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
    private static final MethodTypeDesc OF_DECODED = MethodTypeDesc.of(CD_void, DECODED);

    private static final int DYNAMIC = FloatStatus.DYN;

    private static final Map<Instruction, PureStep[]> PURES = new IdentityHashMap<>();
    private static final Map<Instruction, Step> OTHERS = new IdentityHashMap<>();

    /** Whether there are classes that were packed, or all have to be made. */
    private static final boolean PACKED = StepClasses.class.getResource("Step_addi.class") != null;

    private static @Nullable Decoded decoded;
    private static @Nullable Step made;

    private StepClasses() {}

    /** A step of the class for an instruction and its rounding mode, to make others from. */
    static synchronized PureStep pure(Instruction instruction, int roundingMode) {
        PureStep[] byMode = PURES.computeIfAbsent(instruction, _ -> new PureStep[8]);
        PureStep step = byMode[roundingMode];
        if (step == null) {
            step = (PureStep) instantiate(new Shape(instruction, roundingMode));
            byMode[roundingMode] = step;
        }
        return step;
    }

    /** As {@link #pure}, for a conditional branch. */
    static synchronized BranchStep branch(Instruction instruction) {
        return (BranchStep) other(instruction);
    }

    /** As {@link #pure}, for an atomic operation. */
    static synchronized AtomicStep.Amo amo(Instruction instruction) {
        return (AtomicStep.Amo) other(instruction);
    }

    /** As {@link #pure}, for an effect that no state shows. */
    static synchronized EffectStep effect(Instruction instruction) {
        return (EffectStep) other(instruction);
    }

    /** As {@link #pure}, for a control operation. */
    static synchronized ControlStep control(Instruction instruction) {
        return (ControlStep) other(instruction);
    }

    private static Step other(Instruction instruction) {
        return OTHERS.computeIfAbsent(instruction, i -> instantiate(new Shape(i, 0)));
    }

    // The classes

    private static void definePure(ClassBuilder cb, Shape shape) {
        fresh(cb, shape, 0);
        cb.withMethodBody("execute", EXECUTE, 0, code -> pureBody(code, shape.instruction(), shape.roundingMode()));
    }

    private static boolean rounds(MethodType type) {
        return type.parameterCount() > 0 && type.lastParameterType() == int.class;
    }

    private static void pureBody(CodeBuilder code, Instruction instruction, int roundingMode) {
        Semantics semantics = ((Operation.Pure) instruction.operation()).semantics();
        MethodType type = semantics.type();
        boolean status = type.parameterCount() > 0 && type.parameterType(0) == FloatStatus.class;
        boolean rounds = rounds(type);
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

    private static void defineBranch(ClassBuilder cb, Shape shape, Semantics semantics) {
        fresh(cb, shape, 0);
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

    private static void defineAmo(ClassBuilder cb, Shape shape, Operation.Amo amo) {
        fresh(cb, shape, amo.size());
        cb.withMethodBody("combine", MethodTypeDesc.of(CD_long, CD_long, CD_long), 0, code -> {
            code.lload(1).lload(3);
            call(code, amo.semantics(), MethodType.methodType(long.class, long.class, long.class));
            code.lreturn();
        });
    }

    private static void defineEffect(ClassBuilder cb, Shape shape, Semantics semantics) {
        fresh(cb, shape, 0);
        cb.withMethodBody("execute", EXECUTE, 0, code -> {
            call(code, semantics, MethodType.methodType(void.class));
            code.aload(0).getfield(STEP, "next", STEP).areturn();
        });
    }

    private static void defineControl(ClassBuilder cb, Shape shape, Semantics semantics) {
        cb.withMethodBody(
                INIT_NAME,
                OF_DECODED,
                0,
                code -> code.aload(0)
                        .aload(1)
                        .invokespecial(CONTROL, INIT_NAME, OF_DECODED)
                        .return_());
        ClassDesc self = shape.desc();
        cb.withMethodBody(
                "fresh",
                MethodTypeDesc.of(CONTROL, DECODED),
                0,
                code -> code.new_(self)
                        .dup()
                        .aload(1)
                        .invokespecial(self, INIT_NAME, OF_DECODED)
                        .areturn());
        cb.withMethodBody("operate", MethodTypeDesc.of(CD_int, desc(Hart.class), DECODED), 0, code -> {
            code.aload(1).aload(2);
            call(code, semantics, MethodType.methodType(int.class, Hart.class, Decoded.class));
            code.ireturn();
        });
    }

    /** The constructor, and the method {@code fresh} that calls it. */
    private static void fresh(ClassBuilder cb, Shape shape, int size) {
        ClassDesc self = shape.desc();
        ClassDesc parent = shape.parent();
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

    private static Step instantiate(Shape shape) {
        decoded = new Decoded(shape.instruction(), 0, 4, 0, 0, 0, 0, 0, 0);
        if (!PACKED || !initialise(shape.name())) {
            try {
                LOOKUP.defineHiddenClass(bytes(shape), true);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("cannot make the step for " + shape, e);
            }
        }
        Step step = Objects.requireNonNull(made, "the step for " + shape);
        made = null;
        return step;
    }

    /** For the initialiser of a step's class: what its first object is made with, if it wants something. */
    static Decoded takeDecoded() {
        return Objects.requireNonNull(decoded, "loaded by StepClasses only");
    }

    /** For the initialiser of a step's class: hands over its first object. */
    static void hand(Step step) {
        made = step;
    }

    /** Loads a packed class and runs its initialiser; false if there is none of that name. */
    private static boolean initialise(String name) {
        try {
            Class.forName(NAMES + name, true, StepClasses.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException _) {
            return false;
        }
    }

    private static byte[] bytes(Shape shape) {
        return ClassFile.of().build(shape.desc(), cb -> {
            cb.withFlags(ACC_FINAL | ACC_SUPER).withSuperclass(shape.parent());
            shape.define(cb);
            boolean control = shape.parent() == CONTROL;
            cb.withMethodBody(CLASS_INIT_NAME, CONSTRUCTOR, ACC_STATIC, code -> {
                code.new_(shape.desc()).dup();
                if (control) {
                    code.invokestatic(SELF, "takeDecoded", MethodTypeDesc.of(DECODED));
                }
                code.invokespecial(shape.desc(), INIT_NAME, control ? OF_DECODED : CONSTRUCTOR)
                        .invokestatic(SELF, "hand", MethodTypeDesc.of(CD_void, STEP))
                        .return_();
            });
        });
    }

    /** The classes for these instructions, by the names of their files: to be packed with all others, so that none has to be made in a start, and Java's AOT cache has them. */
    static Map<String, byte[]> files(Collection<Instruction> instructions) {
        Map<String, byte[]> files = new TreeMap<>();
        for (Instruction instruction : instructions) {
            for (Shape shape : shapes(instruction)) {
                String name = NAMES.replace('.', '/') + shape.name() + ".class";
                if (files.put(name, bytes(shape)) != null) {
                    throw new IllegalStateException("two classes " + name);
                }
            }
        }
        return files;
    }

    /** The classes that an instruction has, but for rounding modes that are seldom used. A compressed one has the steps of its base instruction. */
    private static List<Shape> shapes(Instruction instruction) {
        if (instruction.length() == 2) {
            return List.of();
        }
        return switch (instruction.operation()) {
            case Operation.Pure pure -> {
                MethodType type = pure.semantics().type();
                yield (rounds(type) ? List.of(FloatStatus.RNE, FloatStatus.RTZ, DYNAMIC) : List.of(FloatStatus.RNE))
                        .stream().map(mode -> new Shape(instruction, mode)).toList();
            }
            case Operation.Branch _, Operation.Amo _, Operation.Effect _, Operation.Control _ ->
                List.of(new Shape(instruction, 0));
            default -> List.of();
        };
    }

    /**
     * What a class is made for.
     *
     * @param roundingMode of a {@link PureStep}
     */
    private record Shape(Instruction instruction, int roundingMode) {
        String name() {
            return "Step_" + instruction.mnemonic().replace('.', '_') + (roundingMode == 0 ? "" : "_" + roundingMode);
        }

        ClassDesc desc() {
            return ClassDesc.of(NAMES + name());
        }

        ClassDesc parent() {
            return switch (instruction.operation()) {
                case Operation.Pure _ -> instruction.usesFloat() ? FLOAT : PURE;
                case Operation.Branch _ -> BRANCH;
                case Operation.Amo _ -> AMO;
                case Operation.Effect _ -> EFFECT;
                case Operation.Control _ -> CONTROL;
                default -> throw new IllegalArgumentException(instruction.mnemonic());
            };
        }

        void define(ClassBuilder cb) {
            switch (instruction.operation()) {
                case Operation.Pure _ -> definePure(cb, this);
                case Operation.Branch branch -> defineBranch(cb, this, branch.semantics());
                case Operation.Amo amo -> defineAmo(cb, this, amo);
                case Operation.Effect effect -> defineEffect(cb, this, effect.semantics());
                case Operation.Control control -> defineControl(cb, this, control.semantics());
                default -> throw new IllegalArgumentException(instruction.mnemonic());
            }
        }
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
