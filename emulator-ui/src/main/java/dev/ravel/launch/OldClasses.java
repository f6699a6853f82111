package dev.ravel.launch;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;

/**
 * Gives classes of Java 5 and older the stack maps of Java 6 (JVMS, 4.7.4). The JDK's AOT cache takes no class without them, so
 * that each start of Java would read such a class from its JAR and verify it the long way.
 */
final class OldClasses {
    /** Classes before it may do without stack maps, and have none. */
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    /** Of classes that were older: before it, a class without the right stack maps would be verified without. */
    private static final int VERSION = ClassFile.JAVA_8_VERSION;

    private OldClasses() {}

    /**
     * The class as it is, or if it is an old one, with stack maps.
     *
     * @param classFile generates stack maps, and knows how to find out what two classes have in common
     * @throws IllegalArgumentException if no stack map fits the code
     */
    static byte[] upgraded(ClassFile classFile, byte[] content) {
        ClassModel model = classFile.parse(content);
        if (model.majorVersion() >= FIRST_WITH_STACK_MAPS) {
            return content;
        }
        return classFile.transformClass(
                model, new Version().andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
    }

    private static final class Version implements ClassTransform {
        @Override
        public void accept(ClassBuilder builder, ClassElement element) {
            if (!(element instanceof ClassFileVersion)) {
                builder.with(element);
            }
        }

        @Override
        public void atEnd(ClassBuilder builder) {
            builder.withVersion(VERSION, 0);
        }
    }
}
