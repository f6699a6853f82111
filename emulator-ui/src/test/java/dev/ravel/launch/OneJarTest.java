package dev.ravel.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.pack.ReadyFiles;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OneJarTest {
    private static final ClassDesc BASE = ClassDesc.of("old.Base");
    private static final ClassDesc LEFT = ClassDesc.of("old.Left");
    private static final ClassDesc RIGHT = ClassDesc.of("old.Right");
    private static final ClassDesc OLD = ClassDesc.of("old.Choice");

    @TempDir
    private Path folder;

    /** A class with a branch, whose two ways leave objects of two classes of the JAR, verifies and works: what both are was found there. */
    @Test
    void anOldClassGetsStackMapsAndDoesWhatItDid() throws Exception {
        Path jar = jar(
                "library.jar",
                Map.of(
                        "old/Base.class", empty(BASE, ConstantDescs.CD_Object, 49),
                        "old/Left.class", empty(LEFT, BASE, 49),
                        "old/Right.class", empty(RIGHT, BASE, 49),
                        "old/Choice.class", choice(49)));

        Map<String, byte[]> entries = merged(jar);

        assertThat(ClassFile.of().parse(entries.get("old/Choice.class")).majorVersion())
                .isGreaterThanOrEqualTo(ClassFile.JAVA_6_VERSION);
        assertThat(stackMaps(entries.get("old/Choice.class"))).isTrue();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.resolve("new.jar").toUri().toURL()})) {
            Method choose = loader.loadClass("old.Choice").getMethod("choose", boolean.class);
            assertThat(choose.invoke(null, true).getClass().getName()).isEqualTo("old.Left");
            assertThat(choose.invoke(null, false).getClass().getName()).isEqualTo("old.Right");
        }
    }

    @Test
    void whatIsNoOldClassStaysAsItIs() throws Exception {
        byte[] newer = choice(ClassFile.JAVA_17_VERSION);
        byte[] text = {1, 2, 3};
        Path jar = jar("library.jar", Map.of("old/Choice.class", newer, "META-INF/LICENSE", text));

        Map<String, byte[]> entries = merged(jar);

        assertThat(entries.keySet()).containsExactly("META-INF/LICENSE", "META-INF/MANIFEST.MF", "old/Choice.class");
        assertThat(entries.get("old/Choice.class")).isEqualTo(newer);
        assertThat(entries.get("META-INF/LICENSE")).isEqualTo(text);
    }

    /** Old code that is wrong cannot get stack maps; the start that needs it says so, not the build. */
    @Test
    void anOldClassThatCannotHaveStackMapsStaysAsItIs() throws Exception {
        byte[] broken = ClassFile.of(ClassFile.StackMapsOption.DROP_STACK_MAPS)
                .build(
                        OLD,
                        builder -> builder.withVersion(49, 0)
                                .withMethodBody(
                                        "wrong",
                                        ConstantDescs.MTD_void,
                                        ClassFile.ACC_STATIC,
                                        code -> code.pop().return_()));
        Path jar = jar("library.jar", Map.of("old/Choice.class", broken));

        assertThat(merged(jar).get("old/Choice.class")).isEqualTo(broken);
    }

    /** A switch over classes does the same as before, guards and null included, and the JDK makes no class for it. */
    @Test
    void switchesOverClassesArePlain() throws Exception {
        String name = Switching.class.getName();
        String file = name.replace('.', '/') + ".class";
        byte[] written;
        try (InputStream in = Switching.class.getResourceAsStream("/" + file)) {
            written = Objects.requireNonNull(in).readAllBytes();
        }
        assertThat(bootstraps(written)).contains("SwitchBootstraps");

        byte[] plain = merged(jar("library.jar", Map.of(file, written))).get(file);

        assertThat(bootstraps(plain))
                .as("that of the lambda alone")
                .containsOnly("LambdaMetafactory")
                .isNotEmpty();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.resolve("new.jar").toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            Method choose = loader.loadClass(name).getDeclaredMethod("choose", Object.class);
            choose.setAccessible(true);
            for (Object selector : Arrays.asList(null, "", "long text", "text", 1, 2.5, List.of(), 'c')) {
                assertThat(choose.invoke(null, selector)).isEqualTo(Switching.choose(selector));
            }
        }
    }

    /** Has a switch in an interface, whose methods are called in another way. */
    @SuppressWarnings("unused")
    private interface Switching {
        static String choose(@Nullable Object selector) {
            return switch (selector) {
                case null -> "nothing";
                case String text when text.isEmpty() -> "empty";
                case String text when text.length() > 4 -> "long, " + text.length();
                case String text -> "short, " + text.length();
                case Integer number -> "whole " + number;
                case Number number -> "number " + number;
                case Collection<?> all ->
                    Optional.of(all).map(some -> "all " + some.size()).orElseThrow();
                default -> "something else";
            };
        }
    }

    /** The methods of a record do the same as before, and the JDK makes no method handles for them. */
    @Test
    void recordsArePlain() throws Exception {
        String file = Sample.class.getName().replace('.', '/') + ".class";
        String empty = Nothing.class.getName().replace('.', '/') + ".class";
        Map<String, byte[]> written = new TreeMap<>();
        for (String name : List.of(file, empty)) {
            try (InputStream in = Sample.class.getResourceAsStream("/" + name)) {
                written.put(name, Objects.requireNonNull(in).readAllBytes());
            }
            assertThat(bootstraps(written.get(name))).containsOnly("ObjectMethods");
        }

        Map<String, byte[]> plain = merged(jar("library.jar", written));

        assertThat(bootstraps(plain.get(file))).isEmpty();
        assertThat(bootstraps(plain.get(empty))).isEmpty();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.resolve("new.jar").toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            Object nothing = made(loader, new Nothing());
            assertThat(nothing).hasToString(new Nothing().toString()).hasSameHashCodeAs(new Nothing());
            assertThat(nothing.equals(made(loader, new Nothing()))).isTrue();
            assertThat(nothing.equals("")).isFalse();
            List<Sample> samples = samples();
            for (Sample one : samples) {
                Object plainOne = made(loader, one);
                assertThat(plainOne).hasToString(one.toString()).hasSameHashCodeAs(one);
                assertThat(plainOne.equals(plainOne)).isTrue();
                assertThat(plainOne.equals(null)).isFalse();
                assertThat(plainOne.equals(one)).as("of another class").isFalse();
                for (Sample two : samples) {
                    assertThat(plainOne.equals(made(loader, two)))
                            .as("%s and %s", one, two)
                            .isEqualTo(one.equals(two));
                }
            }
        }
    }

    /** The same record as a loader knows it. */
    private static Object made(ClassLoader loader, Record original) throws ReflectiveOperationException {
        Constructor<?> constructor =
                loader.loadClass(original.getClass().getName()).getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        List<@Nullable Object> values = new ArrayList<>();
        for (RecordComponent component : original.getClass().getRecordComponents()) {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            values.add(accessor.invoke(original));
        }
        return constructor.newInstance(values.toArray());
    }

    /** One, and for each component one that differs in it alone, in all ways that matter. */
    private static List<Sample> samples() {
        byte[] bytes = {1};
        Sample plain = new Sample(true, (byte) -1, 'c', (short) -2, 3, 4L << 40, 0.5f, -0.5, "text", bytes, List.of(1));
        return List.of(
                plain,
                new Sample(true, (byte) -1, 'c', (short) -2, 3, 4L << 40, 0.5f, -0.5, "text", bytes, List.of(1)),
                new Sample(false, (byte) -1, 'c', (short) -2, 3, 4L << 40, 0.5f, -0.5, "text", bytes, List.of(1)),
                new Sample(true, (byte) 1, 'c', (short) -2, 3, 4L << 40, 0.5f, -0.5, "text", bytes, List.of(1)),
                new Sample(true, (byte) -1, 'd', (short) -2, 3, 4L << 40, 0.5f, -0.5, "text", bytes, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) 2, 3, 4L << 40, 0.5f, -0.5, "text", bytes, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) -2, -3, 4L << 40, 0.5f, -0.5, "text", bytes, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) -2, 3, 5L << 40, 0.5f, -0.5, "text", bytes, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) -2, 3, 4L << 40, 0f, -0.5, "text", bytes, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) -2, 3, 4L << 40, -0f, -0.5, "text", bytes, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) -2, 3, 4L << 40, Float.NaN, -0.5, "text", bytes, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) -2, 3, 4L << 40, 0.5f, 0.0, "text", bytes, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) -2, 3, 4L << 40, 0.5f, -0.0, "text", bytes, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) -2, 3, 4L << 40, 0.5f, Double.NaN, "text", bytes, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) -2, 3, 4L << 40, 0.5f, -0.5, null, bytes, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) -2, 3, 4L << 40, 0.5f, -0.5, "text", null, List.of(1)),
                new Sample(true, (byte) -1, 'c', (short) -2, 3, 4L << 40, 0.5f, -0.5, "text", bytes, null));
    }

    private record Nothing() {}

    private record Sample(
            boolean flag,
            byte small,
            char letter,
            short longer,
            int whole,
            long large,
            float real,
            double precise,
            @Nullable String text,
            byte @Nullable [] bytes,
            @Nullable List<Integer> list) {}

    private static List<String> bootstraps(byte[] classFile) {
        return ClassFile.of().parse(classFile).methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(CodeModel::elementStream)
                .filter(InvokeDynamicInstruction.class::isInstance)
                .map(call -> ((InvokeDynamicInstruction) call)
                        .bootstrapMethod()
                        .owner()
                        .displayName())
                .toList();
    }

    /** As Java does with a class path: what comes first hides what comes later. */
    @Test
    void theFirstOfTheSameNameIsTaken() throws Exception {
        Path folder = Files.createDirectories(this.folder.resolve("classes/a"));
        Files.writeString(folder.resolve("text"), "folder");
        Path jar = jar("library.jar", Map.of("a/text", bytes("library"), "b/text", bytes("library too")));

        Map<String, byte[]> entries = merged(folder.getParent(), this.folder.resolve("missing"), jar);

        assertThat(entries.get("a/text")).asString().isEqualTo("folder");
        assertThat(entries.get("b/text")).asString().isEqualTo("library too");
    }

    /** A provider's file need not end with a line's end. */
    @Test
    void theServicesOfAllAreThere() throws Exception {
        String service = "META-INF/services/some.Service";
        Path one = jar("one.jar", Map.of(service, bytes("one.Provider")));
        Path two = jar("two.jar", Map.of(service, bytes("# the second\ntwo.Provider\n")));

        assertThat(merged(one, two).get(service))
                .asString()
                .hasLineCount(4)
                .contains("one.Provider\n", "\ntwo.Provider\n");
    }

    /** It is no module, nobody has signed it, and of classes for several versions of Java it has those for this one. */
    @Test
    void whatBelongsToOneJarIsLeftOut() throws Exception {
        Path jar = jar(
                "library.jar",
                Map.of(
                        "META-INF/MANIFEST.MF",
                        bytes("Manifest-Version: 1.0\r\nMulti-Release: true\r\n\r\n"),
                        "META-INF/SIGNED.SF",
                        bytes("by us"),
                        "META-INF/SIGNED.RSA",
                        bytes("truly"),
                        "module-info.class",
                        bytes("module"),
                        "text",
                        bytes("for old ones"),
                        "META-INF/versions/17/text",
                        bytes("for 17"),
                        "META-INF/versions/25/text",
                        bytes("for 25"),
                        "META-INF/versions/4711/text",
                        bytes("for the far future")));

        Map<String, byte[]> entries = merged(jar);

        assertThat(entries.keySet()).containsExactly("META-INF/MANIFEST.MF", "text");
        assertThat(entries.get("META-INF/MANIFEST.MF")).asString().doesNotContain("Multi-Release");
        assertThat(entries.get("text")).asString().isEqualTo("for 25");
    }

    /** Otherwise each start would assemble the firmware, make the classes of the interpreter's steps and read the annotations of commands, and only a clock would tell. */
    @ParameterizedTest
    @MethodSource("ready")
    void whatIsMadeAheadIsInItWhereWhoMakesItIsThere(ReadyFiles ready) throws Exception {
        Path part = Path.of(ready.getClass()
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());

        assertThat(merged(part)).containsAllEntriesOf(ready.files());
    }

    static Stream<ReadyFiles> ready() {
        return ServiceLoader.load(ReadyFiles.class).stream().map(ServiceLoader.Provider::get);
    }

    @Test
    void firmwareStepsAndCommandsAreMadeAhead() {
        assertThat(ready())
                .flatExtracting(ready -> ready.files().keySet())
                .contains(
                        "dev/ravel/firmware/builtin.image",
                        "dev/ravel/engine/interpreter/Step_addi.class",
                        "dev/ravel/cli/commands.ready");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean stackMaps(byte[] classFile) {
        return ClassFile.of().parse(classFile).methods().stream()
                .flatMap(method -> method.code().stream())
                .anyMatch(code -> code.findAttribute(Attributes.stackMapTable())
                        .map(StackMapTableAttribute::entries)
                        .filter(frames -> !frames.isEmpty())
                        .isPresent());
    }

    /** {@code class Name extends Above {}} */
    private static byte[] empty(ClassDesc name, ClassDesc above, int version) {
        return ClassFile.of()
                .build(
                        name,
                        builder -> builder.withVersion(version, 0)
                                .withSuperclass(above)
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void,
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .invokespecial(above, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                                                .return_()));
    }

    /** {@code static Base choose(boolean) { return parameter ? new Left() : new Right(); }} */
    private static byte[] choice(int version) {
        List<ClassFile.Option> options = version < ClassFile.JAVA_6_VERSION
                ? List.of(ClassFile.StackMapsOption.DROP_STACK_MAPS)
                : List.of(
                        ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                        ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.of(
                                        List.of(), Map.of(LEFT, BASE, RIGHT, BASE, BASE, ConstantDescs.CD_Object))
                                .orElse(ClassHierarchyResolver.defaultResolver())));
        return ClassFile.of(options.toArray(ClassFile.Option[]::new))
                .build(
                        OLD,
                        builder -> builder.withVersion(version, 0)
                                .withMethodBody(
                                        "choose",
                                        MethodTypeDesc.of(BASE, ConstantDescs.CD_boolean),
                                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                        code -> code.iload(0)
                                                .ifThenElse(made(LEFT), made(RIGHT))
                                                .areturn()));
    }

    private static Consumer<CodeBuilder.BlockCodeBuilder> made(ClassDesc type) {
        return code -> code.new_(type).dup().invokespecial(type, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
    }

    private Path jar(String name, Map<String, byte[]> entries) throws IOException {
        Path jar = folder.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (Map.Entry<String, byte[]> entry : new TreeMap<>(entries).entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return jar;
    }

    private Map<String, byte[]> merged(Path... classPath) throws IOException {
        Path written = folder.resolve("new.jar");
        String path = Stream.of(classPath).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        OneJar.main(new String[] {path, written.toString()});
        Map<String, byte[]> entries = new TreeMap<>();
        try (ZipFile zip = new ZipFile(written.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                try (InputStream in = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return entries;
    }
}
