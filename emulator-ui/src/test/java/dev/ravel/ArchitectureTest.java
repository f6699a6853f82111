package dev.ravel;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.ravel.engine.EngineProvider;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The map of packages in CONTRIBUTING.md, as rules. */
class ArchitectureTest {
    private static JavaClasses classes;

    @BeforeAll
    static void readAll() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.ravel");
        assertThat(classes).hasSizeGreaterThan(200);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("dev.ravel.(*)..").should().beFreeOfCycles().check(classes);
        slices().matching("dev.ravel.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void theLowestPackagesDependOnNothingAboveThem() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.ravel.isa..",
                        "dev.ravel.fp..",
                        "dev.ravel.interrupt..",
                        "dev.ravel.input..",
                        "dev.ravel.display..",
                        "dev.ravel.time..",
                        "dev.ravel.fdt..",
                        "dev.ravel.host..",
                        "dev.ravel.disk..",
                        "dev.ravel.state..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.ravel.device..",
                        "dev.ravel.memory..",
                        "dev.ravel.mmu..",
                        "dev.ravel.csr..",
                        "dev.ravel.hart..",
                        "dev.ravel.extension..",
                        "dev.ravel.engine..",
                        "dev.ravel.machine..")
                .check(classes);
    }

    /** They reach devices through the bus, as whatever is there. */
    @Test
    void aHartKnowsNoDevices() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.ravel.csr..", "dev.ravel.hart..", "dev.ravel.extension..", "dev.ravel.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.ravel.device..", "dev.ravel.pci..", "dev.ravel.virtio..")
                .check(classes);
    }

    @Test
    void devicesKnowNoHartsAndNoEngines() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.ravel.device..", "dev.ravel.pci..", "dev.ravel.virtio..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.ravel.hart..",
                        "dev.ravel.engine..",
                        "dev.ravel.mmu..",
                        "dev.ravel.csr..",
                        "dev.ravel.machine..")
                .check(classes);
    }

    @Test
    void nobodyElseKnowsTheClassesOfAnEngine() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.ravel.engine.interpreter..", "dev.ravel.jit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.ravel.engine.interpreter..", "dev.ravel.jit..")
                .check(classes);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.ravel.engine.compare..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.ravel.engine.compare..")
                .check(classes);
    }

    /** Not even by its name. What each engine is called is said by its own package alone. */
    @Test
    void coreNamesNoEngine() throws Exception {
        Map<String, String> packageOf = ServiceLoader.load(EngineProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .collect(
                        Collectors.toMap(EngineProvider::name, p -> p.getClass().getPackageName()));
        assertThat(packageOf).containsKeys("interp", "jit", "compare");
        String core = EngineProvider.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString();
        List<String> names = new ArrayList<>();
        int constants = 0;
        for (JavaClass one : classes) {
            URI file = one.getSource().orElseThrow().getUri();
            if (!file.toString().contains(core)) {
                continue;
            }
            byte[] bytes;
            try (InputStream in = file.toURL().openStream()) {
                bytes = in.readAllBytes();
            }
            for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
                if (entry instanceof StringEntry text) {
                    constants++;
                    String owner = packageOf.getOrDefault(text.stringValue(), one.getPackageName());
                    if (!one.getPackageName().equals(owner)) {
                        names.add(one.getName() + ": " + text.stringValue());
                    }
                }
            }
        }
        assertThat(constants).isGreaterThan(1000);
        assertThat(names).isEmpty();
    }

    @Test
    void onlyTheTranslatorsEmitterKnowsAsm() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.ravel.jit.emit..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.objectweb.asm..")
                .check(classes);
    }

    /** What it reads there is watched. Translated code itself, and what that calls, is {@code jit.runtime}. */
    @Test
    void theTranslatorReadsGuestCodeThroughCodeSourceOnly() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.ravel.jit", "dev.ravel.jit.plan..", "dev.ravel.jit.emit..")
                .should()
                .callMethodWhere(target(owner(assignableTo(MemorySegment.class))))
                .orShould()
                .callMethodWhere(target(owner(resideInAPackage("dev.ravel.mmu.."))))
                .orShould()
                .callMethodWhere(target(owner(type(Bus.class))).and(target(nameMatching("read|fetch|find"))))
                .check(classes);
        noClasses()
                .that()
                .resideInAnyPackage("dev.ravel.jit.plan..", "dev.ravel.jit.emit..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(MemorySegment.class, Ram.class, Bus.class)
                .check(classes);
    }

    @Test
    void nothingBelowKnowsTheUserInterface() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.ravel.cli..",
                        "dev.ravel.desktop..",
                        "dev.ravel.learn..",
                        "dev.ravel.manager..",
                        "dev.ravel.session..",
                        "dev.ravel.guest..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.ravel.cli..",
                        "dev.ravel.desktop..",
                        "dev.ravel.learn..",
                        "dev.ravel.manager..",
                        "dev.ravel.session..",
                        "dev.ravel.guest..")
                .check(classes);
    }

    @Test
    void lessonsAndTheManagerKnowNoTerminalAndNoWindow() {
        noClasses()
                .that()
                .resideInAPackage("dev.ravel.learn..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.ravel.cli..", "dev.ravel.desktop..", "dev.ravel.guest..")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("dev.ravel.manager..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.ravel.cli..", "dev.ravel.desktop..", "dev.ravel.learn..")
                .check(classes);
    }

    @Test
    void onlyTheDesktopKnowsJavaFx() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.ravel.desktop..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javafx..", "com.techsenger..")
                .check(classes);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.ravel.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(classes);
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        Set<String> described = classes.stream()
                .filter(c -> c.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> all =
                classes.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
        assertThat(described).isEqualTo(all);
    }
}
