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
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives each {@code switch} over classes a method that asks for one after the other. What javac writes instead has the JDK generate such a
 * method as a class of its own when the switch is first met ({@code java.lang.runtime.SwitchBootstraps}), a millisecond each, and the
 * AOT cache does not keep it: a start meets some thirty.
 */
final class PlainSwitches {
    private static final ClassDesc BOOTSTRAPS = ClassDesc.of("java.lang.runtime.SwitchBootstraps");

    /** What javac calls no method. */
    private static final String NAME = "switch$";

    private PlainSwitches() {}

    /**
     * The class with plain switches, or as it is if it has none that can be.
     *
     * @param classFile generates stack maps, and knows how to find out what two classes have in common
     * @throws IllegalArgumentException if no stack map fits the code
     */
    static byte[] in(ClassFile classFile, byte[] content) {
        ClassModel model = classFile.parse(content);
        boolean any = model.findAttribute(Attributes.bootstrapMethods()).stream()
                .flatMap(all -> all.bootstrapMethods().stream())
                .anyMatch(each -> isTypeSwitch(each.bootstrapMethod().asSymbol()));
        return any ? classFile.transformClass(model, new Replacing(model)) : content;
    }

    private static boolean isTypeSwitch(DirectMethodHandleDesc bootstrap) {
        return bootstrap.owner().equals(BOOTSTRAPS) && bootstrap.methodName().equals("typeSwitch");
    }

    /** Whether it is the selection of a case by nothing but the class of the selector. */
    private static boolean isPlain(CodeElement element) {
        return element instanceof InvokeDynamicInstruction call
                && isTypeSwitch(call.bootstrapMethod())
                && call.bootstrapArgs().stream().allMatch(PlainSwitches::isClass);
    }

    private static boolean isClass(ConstantDesc label) {
        return label instanceof ClassDesc type && type.isClassOrInterface();
    }

    private static final class Replacing implements ClassTransform {
        private final ClassDesc owner;
        private final boolean isInterface;
        private final List<InvokeDynamicInstruction> replaced = new ArrayList<>();

        Replacing(ClassModel model) {
            owner = model.thisClass().asSymbol();
            isInterface = model.flags().has(AccessFlag.INTERFACE);
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
            if (isPlain(element)) {
                InvokeDynamicInstruction call = (InvokeDynamicInstruction) element;
                code.invokestatic(owner, NAME + replaced.size(), call.typeSymbol(), isInterface);
                replaced.add(call);
            } else {
                code.with(element);
            }
        }

        @Override
        public void atEnd(ClassBuilder builder) {
            for (int i = 0; i < replaced.size(); i++) {
                List<ClassDesc> labels = replaced.get(i).bootstrapArgs().stream()
                        .map(ClassDesc.class::cast)
                        .toList();
                builder.withMethodBody(
                        NAME + i,
                        replaced.get(i).typeSymbol(),
                        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                        code -> select(code, labels));
            }
        }

        /**
         * {@code int select(Object selector, int restart)}: -1 for {@code null}, else the index of the first label from {@code restart} on whose
         * class the selector has, else how many there are.
         */
        private static void select(CodeBuilder code, List<ClassDesc> labels) {
            Label some = code.newLabel();
            code.aload(0).ifnonnull(some).iconst_m1().ireturn().labelBinding(some);
            for (int i = 0; i < labels.size(); i++) {
                Label next = code.newLabel();
                code.iload(1).loadConstant(i).if_icmpgt(next);
                code.aload(0).instanceOf(labels.get(i)).ifeq(next);
                code.loadConstant(i).ireturn().labelBinding(next);
            }
            code.loadConstant(labels.size()).ireturn();
        }
    }
}
