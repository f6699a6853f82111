package dev.ravel.launch;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives records plain code for {@code toString}, {@code hashCode} and {@code equals}. What javac writes instead has the JDK put such a method together of method handles
 * when it is first called ({@code java.lang.runtime.ObjectMethods}), five to ten milliseconds each, and the AOT cache does not keep it.
 */
final class PlainRecords {
    private static final ClassDesc BOOTSTRAPS = ClassDesc.of("java.lang.runtime.ObjectMethods");
    private static final ClassDesc BUILDER = ClassDesc.of("java.lang.StringBuilder");
    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");

    /** What javac calls no method. */
    private static final String NAME = "record$";

    private PlainRecords() {}

    /**
     * The class with plain methods, or as it is if it is no record or has written all of them itself.
     *
     * @param classFile generates stack maps, and knows how to find out what two classes have in common
     * @throws IllegalArgumentException if no stack map fits the code
     */
    static byte[] in(ClassFile classFile, byte[] content) {
        ClassModel model = classFile.parse(content);
        boolean any = model.findAttribute(Attributes.bootstrapMethods()).stream()
                .flatMap(all -> all.bootstrapMethods().stream())
                .anyMatch(each -> isOfRecord(each.bootstrapMethod().asSymbol()));
        return any ? classFile.transformClass(model, new Replacing(model)) : content;
    }

    private static boolean isOfRecord(DirectMethodHandleDesc bootstrap) {
        return bootstrap.owner().equals(BOOTSTRAPS);
    }

    private static final class Replacing implements ClassTransform {
        private final ClassDesc owner;
        private final String simpleName;
        private final List<InvokeDynamicInstruction> replaced = new ArrayList<>();

        Replacing(ClassModel model) {
            owner = model.thisClass().asSymbol();
            simpleName = model.findAttribute(Attributes.innerClasses()).stream()
                    .flatMap(inner -> inner.classes().stream())
                    .filter(inner -> inner.innerClass().asSymbol().equals(owner))
                    .flatMap(inner -> inner.innerName().stream())
                    .map(Utf8Entry::stringValue)
                    .findFirst()
                    .orElseGet(owner::displayName);
        }

        @Override
        public void accept(ClassBuilder builder, ClassElement element) {
            if (element instanceof MethodModel method) {
                builder.transformMethod(method, MethodTransform.transformingCode(this::replace));
            } else {
                builder.with(element);
            }
        }

        private void replace(CodeBuilder code, CodeElement element) {
            if (element instanceof InvokeDynamicInstruction call && isOfRecord(call.bootstrapMethod())) {
                code.invokestatic(owner, NAME + replaced.size(), call.typeSymbol());
                replaced.add(call);
            } else {
                code.with(element);
            }
        }

        @Override
        public void atEnd(ClassBuilder builder) {
            for (int i = 0; i < replaced.size(); i++) {
                InvokeDynamicInstruction call = replaced.get(i);
                // The record, the names of its components, and a getter of the field of each.
                List<DirectMethodHandleDesc> fields = call.bootstrapArgs().stream()
                        .skip(2)
                        .map(DirectMethodHandleDesc.class::cast)
                        .toList();
                builder.withMethodBody(
                        NAME + i,
                        call.typeSymbol(),
                        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                        code -> {
                            switch (call.name().stringValue()) {
                                case "toString" -> writeToString(code, fields);
                                case "hashCode" -> writeHashCode(code, fields);
                                case "equals" -> writeEquals(code, fields);
                                default ->
                                    throw new IllegalArgumentException(
                                            owner.displayName() + ": " + call.name() + " is no method of records");
                            }
                        });
            }
        }

        private ClassDesc type(DirectMethodHandleDesc getter) {
            return getter.invocationType().returnType();
        }

        private void load(CodeBuilder code, DirectMethodHandleDesc field) {
            code.getfield(owner, field.methodName(), type(field));
        }

        /** {@code Name[one=1, two=2]}. */
        private void writeToString(CodeBuilder code, List<DirectMethodHandleDesc> fields) {
            code.new_(BUILDER).dup().invokespecial(BUILDER, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
            String before = simpleName + "[";
            for (DirectMethodHandleDesc field : fields) {
                append(code.loadConstant(before + field.methodName() + "="), ConstantDescs.CD_String);
                load(code.aload(0), field);
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
            return type.equals(ConstantDescs.CD_byte) || type.equals(ConstantDescs.CD_short)
                    ? ConstantDescs.CD_int
                    : type;
        }

        /** 31 times what those before have, and what it has. */
        private void writeHashCode(CodeBuilder code, List<DirectMethodHandleDesc> fields) {
            code.iconst_0();
            for (DirectMethodHandleDesc field : fields) {
                ClassDesc type = type(field);
                load(code.loadConstant(31).imul().aload(0), field);
                ClassDesc hashed = type.isPrimitive() ? type : ConstantDescs.CD_Object;
                code.invokestatic(
                                type.isPrimitive() ? box(type) : OBJECTS,
                                "hashCode",
                                MethodTypeDesc.of(ConstantDescs.CD_int, hashed))
                        .iadd();
            }
            code.ireturn();
        }

        private void writeEquals(CodeBuilder code, List<DirectMethodHandleDesc> fields) {
            Label same = code.newLabel();
            Label different = code.newLabel();
            code.aload(0).aload(1).if_acmpeq(same);
            code.aload(1).instanceOf(owner).ifeq(different);
            for (DirectMethodHandleDesc field : fields) {
                ClassDesc type = type(field);
                load(code.aload(0), field);
                load(code.aload(1).checkcast(owner), field);
                switch (TypeKind.from(type)) {
                    case REFERENCE ->
                        code.invokestatic(
                                        OBJECTS,
                                        "equals",
                                        MethodTypeDesc.of(
                                                ConstantDescs.CD_boolean,
                                                ConstantDescs.CD_Object,
                                                ConstantDescs.CD_Object))
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
}
