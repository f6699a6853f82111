package dev.ravel.launch;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * Gives records plain code for {@code toString}, {@code hashCode} and {@code equals}. What javac writes instead has the JDK put such a method together of method handles
 * when it is first called ({@code java.lang.runtime.ObjectMethods}), five to ten milliseconds each.
 */
final class PlainRecords implements PlainCalls.Kind {
    private static final ClassDesc BOOTSTRAPS = ClassDesc.of("java.lang.runtime.ObjectMethods");
    private static final ClassDesc BUILDER = ClassDesc.of("java.lang.StringBuilder");
    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");

    @Override
    public String prefix() {
        return "record$";
    }

    @Override
    public boolean is(DirectMethodHandleDesc bootstrap, List<ConstantDesc> arguments) {
        return bootstrap.owner().equals(BOOTSTRAPS);
    }

    @Override
    public void write(CodeBuilder code, ClassModel owner, InvokeDynamicInstruction call) {
        // The record, the names of its components, and a getter of the field of each.
        List<DirectMethodHandleDesc> fields = call.bootstrapArgs().stream()
                .skip(2)
                .map(DirectMethodHandleDesc.class::cast)
                .toList();
        ClassDesc self = owner.thisClass().asSymbol();
        switch (call.name().stringValue()) {
            case "toString" -> writeToString(code, self, simpleName(owner), fields);
            case "hashCode" -> writeHashCode(code, self, fields);
            case "equals" -> writeEquals(code, self, fields);
            default ->
                throw new IllegalArgumentException(
                        self.displayName() + ": " + call.name() + " is no method of records");
        }
    }

    private static String simpleName(ClassModel model) {
        ClassDesc self = model.thisClass().asSymbol();
        return model.findAttribute(Attributes.innerClasses()).stream()
                .flatMap(inner -> inner.classes().stream())
                .filter(inner -> inner.innerClass().asSymbol().equals(self))
                .flatMap(inner -> inner.innerName().stream())
                .map(Utf8Entry::stringValue)
                .findFirst()
                .orElseGet(self::displayName);
    }

    private static ClassDesc type(DirectMethodHandleDesc getter) {
        return getter.invocationType().returnType();
    }

    private static void load(CodeBuilder code, ClassDesc owner, DirectMethodHandleDesc field) {
        code.getfield(owner, field.methodName(), type(field));
    }

    /** {@code Name[one=1, two=2]}. */
    private static void writeToString(
            CodeBuilder code, ClassDesc owner, String simpleName, List<DirectMethodHandleDesc> fields) {
        code.new_(BUILDER).dup().invokespecial(BUILDER, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
        String before = simpleName + "[";
        for (DirectMethodHandleDesc field : fields) {
            append(code.loadConstant(before + field.methodName() + "="), ConstantDescs.CD_String);
            load(code.aload(0), owner, field);
            append(code, appended(type(field)));
            before = ", ";
        }
        append(code.loadConstant(fields.isEmpty() ? before + "]" : "]"), ConstantDescs.CD_String);
        code.invokevirtual(BUILDER, "toString", MethodTypeDesc.of(ConstantDescs.CD_String))
                .areturn();
    }

    private static void append(CodeBuilder code, ClassDesc type) {
        code.invokevirtual(BUILDER, "append", MethodTypeDesc.of(BUILDER, type));
    }

    /** As what a value of that type is appended. */
    private static ClassDesc appended(ClassDesc type) {
        if (!type.isPrimitive()) {
            return ConstantDescs.CD_Object;
        }
        return type.equals(ConstantDescs.CD_byte) || type.equals(ConstantDescs.CD_short) ? ConstantDescs.CD_int : type;
    }

    /** 31 times what those before have, and what it has. */
    private static void writeHashCode(CodeBuilder code, ClassDesc owner, List<DirectMethodHandleDesc> fields) {
        code.iconst_0();
        for (DirectMethodHandleDesc field : fields) {
            ClassDesc type = type(field);
            load(code.loadConstant(31).imul().aload(0), owner, field);
            ClassDesc hashed = type.isPrimitive() ? type : ConstantDescs.CD_Object;
            code.invokestatic(
                            type.isPrimitive() ? box(type) : OBJECTS,
                            "hashCode",
                            MethodTypeDesc.of(ConstantDescs.CD_int, hashed))
                    .iadd();
        }
        code.ireturn();
    }

    private static void writeEquals(CodeBuilder code, ClassDesc owner, List<DirectMethodHandleDesc> fields) {
        Label same = code.newLabel();
        Label different = code.newLabel();
        code.aload(0).aload(1).if_acmpeq(same);
        code.aload(1).instanceOf(owner).ifeq(different);
        for (DirectMethodHandleDesc field : fields) {
            ClassDesc type = type(field);
            load(code.aload(0), owner, field);
            load(code.aload(1).checkcast(owner), owner, field);
            switch (TypeKind.from(type)) {
                case REFERENCE ->
                    code.invokestatic(
                                    OBJECTS,
                                    "equals",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_Object))
                            .ifeq(different);
                case LONG -> code.lcmp().ifne(different);
                // Not by ==: a number that is none equals itself, and the two zeros differ.
                case FLOAT, DOUBLE ->
                    code.invokestatic(box(type), "compare", MethodTypeDesc.of(ConstantDescs.CD_int, type, type))
                            .ifne(different);
                default -> code.if_icmpne(different);
            }
        }
        code.labelBinding(same).iconst_1().ireturn();
        code.labelBinding(different).iconst_0().ireturn();
    }

    /** The class with static methods for a primitive type. */
    private static ClassDesc box(ClassDesc primitive) {
        return switch (TypeKind.from(primitive)) {
            case BOOLEAN -> ConstantDescs.CD_Boolean;
            case BYTE -> ConstantDescs.CD_Byte;
            case CHAR -> ConstantDescs.CD_Character;
            case SHORT -> ConstantDescs.CD_Short;
            case INT -> ConstantDescs.CD_Integer;
            case LONG -> ConstantDescs.CD_Long;
            case FLOAT -> ConstantDescs.CD_Float;
            case DOUBLE -> ConstantDescs.CD_Double;
            case REFERENCE, VOID -> throw new IllegalArgumentException(primitive.displayName());
        };
    }
}
