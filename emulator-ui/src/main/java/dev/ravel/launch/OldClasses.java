package dev.ravel.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import org.jspecify.annotations.Nullable;

/**
 * Gives classes of Java 5 and older the stack maps of Java 6 (JVMS, 4.7.4). The JDK's AOT cache takes no class without them, so
 * that each start of Java would read such a class from its JAR and verify it the long way.
 */
final class OldClasses {
    /** Classes before it may do without stack maps, and have none. */
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    /** Of classes that were older: before it, a class without the right stack maps would be verified without. */
    private static final int VERSION = ClassFile.JAVA_8_VERSION;

    /** Where the major version is in a class file (JVMS, 4.1), which two bytes hold. */
    private static final int MAJOR = 6;

    private final ClassFile classFile;

    /**
     * For classes out of {@code library}, which are read to find out what two of them have in common.
     *
     * @param library opens an entry by its name; {@code null} if there is none
     */
    OldClasses(Library library) {
        classFile = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ClassHierarchyResolverOption.of(
                        ClassHierarchyResolver.ofResourceParsing(name -> open(library, name))
                                .orElse(ClassHierarchyResolver.defaultResolver())));
    }

    /** The class as it is, or if it is an old one, with stack maps. */
    byte[] upgraded(byte[] content) {
        int version = Byte.toUnsignedInt(content[MAJOR]) << 8 | Byte.toUnsignedInt(content[MAJOR + 1]);
        if (version >= FIRST_WITH_STACK_MAPS) {
            return content;
        }
        ClassModel model = classFile.parse(content);
        try {
            return classFile.transformClass(
                    model, new Version().andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
        } catch (IllegalArgumentException _) {
            // Code that no stack map fits, or classes that are not there: it works as it is, only not from the cache.
            return content;
        }
    }

    private static @Nullable InputStream open(Library library, ClassDesc name) {
        String folder = name.packageName().isEmpty() ? "" : name.packageName().replace('.', '/') + "/";
        try {
            return library.open(folder + name.displayName() + ".class");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where classes come from. */
    @FunctionalInterface
    interface Library {
        /** The entry of that name. */
        @Nullable
        InputStream open(String name) throws IOException;
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
