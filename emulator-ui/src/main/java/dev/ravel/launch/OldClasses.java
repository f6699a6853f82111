package dev.ravel.launch;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Gives classes of Java 5 and older the stack maps of Java 6 (JVMS, 4.7.4). The JDK's AOT cache takes no class without them, so
 * that each start of Java would read such a class from its JAR and verify it the long way.
 */
public final class OldClasses {
    /** Classes before it may do without stack maps, and have none. */
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    /** Of classes that were older: before it, a class without the right stack maps would be verified without. */
    private static final int VERSION = ClassFile.JAVA_8_VERSION;

    private OldClasses() {}

    /**
     * Writes a JAR anew.
     *
     * @param arguments the JAR, and where the new one goes
     * @throws IOException if one cannot be read or the other not written
     */
    public static void main(String[] arguments) throws IOException {
        upgrade(Path.of(arguments[0]), Path.of(arguments[1]));
    }

    /** Copies a JAR, with stack maps for classes that have none; all else as it is. */
    static void upgrade(Path from, Path to) throws IOException {
        try (ZipFile jar = new ZipFile(from.toFile());
                OutputStream file = new BufferedOutputStream(Files.newOutputStream(to));
                ZipOutputStream copy = new ZipOutputStream(file)) {
            ClassFile classFile = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(
                                    name -> classOf(jar, name.packageName(), name.displayName()))
                            .orElse(ClassHierarchyResolver.defaultResolver())));
            Enumeration<? extends ZipEntry> entries = jar.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                byte[] content;
                try (InputStream in = jar.getInputStream(entry)) {
                    content = in.readAllBytes();
                }
                ZipEntry written = new ZipEntry(entry.getName());
                written.setTime(entry.getTime());
                copy.putNextEntry(written);
                copy.write(entry.getName().endsWith(".class") ? upgraded(classFile, content) : content);
                copy.closeEntry();
            }
        }
    }

    private static @Nullable InputStream classOf(ZipFile jar, String packageName, String name) {
        ZipEntry entry =
                jar.getEntry((packageName.isEmpty() ? "" : packageName.replace('.', '/') + "/") + name + ".class");
        try {
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] upgraded(ClassFile classFile, byte[] content) {
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
