package dev.ravel.launch;

import dev.ravel.pack.ReadyFiles;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes one JAR of a class path. Java opens each JAR and reads its whole directory as soon as it looks for a class that does not exist,
 * or for services, and both happen in each start: with one JAR instead of forty that takes a third of the time. What is
 * in it is not compressed, {@linkplain OldClasses old classes} have stack maps, {@linkplain PlainSwitches switches} and {@linkplain PlainRecords records} are plain, and what
 * can be {@linkplain ReadyFiles made ahead} is there.
 */
public final class OneJar implements AutoCloseable {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String SERVICES = "META-INF/services/";

    /** What says something about one JAR and nothing about all of them: that it is a module, that it is signed, what built it. */
    private static final Pattern LEFT_OUT = Pattern.compile("(.*/)?module-info\\.class|META-INF/MANIFEST\\.MF"
            + "|META-INF/INDEX\\.LIST|META-INF/maven/.*|META-INF/[^/]*\\.(SF|RSA|DSA|EC)");

    private final ZipOutputStream jar;
    private final Set<String> written = new HashSet<>();
    private final Map<String, ByteArrayOutputStream> services = new LinkedHashMap<>();

    private OneJar(OutputStream out) throws IOException {
        jar = new ZipOutputStream(out);
        jar.setMethod(ZipOutputStream.STORED);
        write(MANIFEST, "Manifest-Version: 1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes the JAR. Where two entries of the class path have something of the same name the first one's is taken, as Java
     * would; but the services of all are there.
     *
     * @param arguments the class path, of JARs and folders, and where the new JAR goes; what of the class path does not exist counts for
     *     nothing, as in Java
     * @throws IOException if one cannot be read or the other not written
     */
    public static void main(String[] arguments) throws IOException {
        try (OneJar one = new OneJar(new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[1]))))) {
            for (String entry : arguments[0].split(File.pathSeparator)) {
                Path path = Path.of(entry);
                if (Files.isDirectory(path)) {
                    one.addFolder(path);
                } else if (Files.exists(path)) {
                    one.addJar(path);
                }
            }
            one.addReadyFiles();
        }
    }

    /** What is made ahead, where who makes it is there. */
    private void addReadyFiles() throws IOException {
        for (ReadyFiles ready : ServiceLoader.load(ReadyFiles.class)) {
            if (has(ready.getClass())) {
                for (Map.Entry<String, byte[]> file : ready.files().entrySet()) {
                    write(file.getKey(), file.getValue());
                }
            }
        }
    }

    private boolean has(Class<?> member) {
        return written.contains(member.getName().replace('.', '/') + ".class");
    }

    private void addFolder(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.filter(Files::isRegularFile).sorted().toList();
        }
        ClassFile classes = classFile(name -> {
            Path file = folder.resolve(name);
            return Files.isRegularFile(file) ? Files.newInputStream(file) : null;
        });
        for (Path file : files) {
            String name = folder.relativize(file).toString().replace(File.separatorChar, '/');
            add(name, Files.readAllBytes(file), classes);
        }
    }

    private void addJar(Path path) throws IOException {
        // Of a JAR with classes for several versions of Java it shows those for this one, under their plain names.
        try (JarFile library = new JarFile(path.toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
            ClassFile classes = classFile(name -> open(library, name));
            List<JarEntry> entries = new ArrayList<>();
            library.versionedStream().filter(entry -> !entry.isDirectory()).forEach(entries::add);
            for (JarEntry entry : entries) {
                try (InputStream in = library.getInputStream(entry)) {
                    add(entry.getName(), in.readAllBytes(), classes);
                }
            }
        }
    }

    private static @Nullable InputStream open(JarFile library, String name) throws IOException {
        JarEntry entry = library.getJarEntry(name);
        return entry == null ? null : library.getInputStream(entry);
    }

    private void add(String name, byte[] content, ClassFile classes) throws IOException {
        if (name.startsWith(SERVICES)) {
            ByteArrayOutputStream all = services.computeIfAbsent(name, key -> new ByteArrayOutputStream());
            all.writeBytes(content);
            all.write('\n');
        } else if (!LEFT_OUT.matcher(name).matches()) {
            write(name, name.endsWith(".class") ? improved(classes, content) : content);
        }
    }

    private static byte[] improved(ClassFile classFile, byte[] content) {
        try {
            return PlainCalls.in(classFile, OldClasses.upgraded(classFile, content));
        } catch (IllegalArgumentException _) {
            // Code that no stack map fits, or classes that are not there: it works as it is, only not from the cache.
            return content;
        }
    }

    /** For classes out of a library, which are read to find out what two of them have in common. */
    private static ClassFile classFile(Library library) {
        return ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ClassHierarchyResolverOption.of(
                        ClassHierarchyResolver.ofResourceParsing(name -> open(library, name))
                                .orElse(ClassHierarchyResolver.defaultResolver())));
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
    private interface Library {
        /** The entry of that name; {@code null} if there is none. */
        @Nullable
        InputStream open(String name) throws IOException;
    }

    private void write(String name, byte[] content) throws IOException {
        if (!written.add(name)) {
            return;
        }
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        entry.setSize(content.length);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }

    @Override
    public void close() throws IOException {
        for (Map.Entry<String, ByteArrayOutputStream> service : services.entrySet()) {
            write(service.getKey(), service.getValue().toByteArray());
        }
        jar.close();
    }
}
