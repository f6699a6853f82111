package dev.ravel.launch;

import java.lang.classfile.Attributes;
import java.lang.classfile.BootstrapMethodEntry;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives a class methods of its own for calls that javac leaves to the JDK, which makes what is called when it is first needed: in each start, for the AOT cache does not
 * keep it.
 */
final class PlainCalls implements ClassTransform {
    private static final List<Kind> KINDS = List.of(new PlainSwitches(), new PlainRecords());

    private final ClassModel model;
    private final List<Replaced> replaced = new ArrayList<>();

    private PlainCalls(ClassModel model) {
        this.model = model;
    }

    /** Calls that are replaced in one way. */
    interface Kind {
        /** What the names of their methods begin with: what javac calls no method. */
        String prefix();

        /** Whether calls that the JDK is told this of are such. */
        boolean is(DirectMethodHandleDesc bootstrap, List<ConstantDesc> arguments);

        /** Writes the method that is called instead, which is static. */
        void write(CodeBuilder code, ClassModel owner, InvokeDynamicInstruction call);
    }

    private record Replaced(Kind kind, InvokeDynamicInstruction call) {}

    /**
     * The class with plain calls, or as it is if it has none that can be.
     *
     * @param classFile generates stack maps, and knows how to find out what two classes have in common
     * @throws IllegalArgumentException if no stack map fits the code
     */
    static byte[] in(ClassFile classFile, byte[] content) {
        ClassModel model = classFile.parse(content);
        boolean any = model.findAttribute(Attributes.bootstrapMethods()).stream()
                .flatMap(all -> all.bootstrapMethods().stream())
                .anyMatch(PlainCalls::isPlain);
        return any ? classFile.transformClass(model, new PlainCalls(model)) : content;
    }

    private static boolean isPlain(BootstrapMethodEntry entry) {
        List<ConstantDesc> arguments = entry.arguments().stream()
                .map(LoadableConstantEntry::constantValue)
                .toList();
        return kind(entry.bootstrapMethod().asSymbol(), arguments).isPresent();
    }

    private static Optional<Kind> kind(DirectMethodHandleDesc bootstrap, List<ConstantDesc> arguments) {
        return KINDS.stream().filter(kind -> kind.is(bootstrap, arguments)).findFirst();
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
        if (element instanceof InvokeDynamicInstruction call) {
            Optional<Kind> kind = kind(call.bootstrapMethod(), call.bootstrapArgs());
            if (kind.isPresent()) {
                Replaced one = new Replaced(kind.get(), call);
                boolean isInterface = model.flags().has(AccessFlag.INTERFACE);
                code.invokestatic(
                        model.thisClass().asSymbol(), name(one, replaced.size()), call.typeSymbol(), isInterface);
                replaced.add(one);
                return;
            }
        }
        code.with(element);
    }

    private static String name(Replaced one, int index) {
        return one.kind.prefix() + index;
    }

    @Override
    public void atEnd(ClassBuilder builder) {
        for (int i = 0; i < replaced.size(); i++) {
            Replaced one = replaced.get(i);
            builder.withMethodBody(
                    name(one, i),
                    one.call.typeSymbol(),
                    ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                    code -> one.kind.write(code, model, one.call));
        }
    }
}
