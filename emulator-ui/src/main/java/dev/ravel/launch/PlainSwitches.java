package dev.ravel.launch;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.util.List;

/**
 * Gives each {@code switch} over classes a method that asks for one after the other. What javac writes instead has the JDK generate such a
 * method as a class of its own when the switch is first met ({@code java.lang.runtime.SwitchBootstraps}), a millisecond each, and a start meets some thirty.
 */
final class PlainSwitches implements PlainCalls.Kind {
    private static final ClassDesc BOOTSTRAPS = ClassDesc.of("java.lang.runtime.SwitchBootstraps");

    @Override
    public String prefix() {
        return "switch$";
    }

    /** The selection of a case by nothing but the class of the selector. */
    @Override
    public boolean is(DirectMethodHandleDesc bootstrap, List<ConstantDesc> arguments) {
        return bootstrap.owner().equals(BOOTSTRAPS)
                && bootstrap.methodName().equals("typeSwitch")
                && arguments.stream().allMatch(PlainSwitches::isClass);
    }

    private static boolean isClass(ConstantDesc label) {
        return label instanceof ClassDesc type && type.isClassOrInterface();
    }

    /**
     * {@code int select(Object selector, int restart)}: -1 for {@code null}, else the index of the first label from {@code restart} on whose
     * class the selector has, else how many there are.
     */
    @Override
    public void write(CodeBuilder code, ClassModel owner, InvokeDynamicInstruction call) {
        List<ClassDesc> labels =
                call.bootstrapArgs().stream().map(ClassDesc.class::cast).toList();
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
