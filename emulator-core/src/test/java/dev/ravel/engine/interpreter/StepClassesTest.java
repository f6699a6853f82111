package dev.ravel.engine.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is packed is what would be made: classes that the JVM takes, one for each way that an instruction is met. */
class StepClassesTest {
    private static final String FOLDER = "dev/ravel/engine/interpreter/";

    private final Map<String, byte[]> files = new StepFiles().files();

    @Test
    void packedClassesAreInTheFilesOfTheirNamesAndVerify() {
        Map<ClassDesc, ClassDesc> parents = new HashMap<>();
        for (byte[] bytes : files.values()) {
            ClassModel model = ClassFile.of().parse(bytes);
            parents.put(
                    model.thisClass().asSymbol(),
                    model.superclass().orElseThrow().asSymbol());
        }
        ClassFile classes =
                ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.of(List.of(), parents)
                        .orElse(ClassHierarchyResolver.ofClassLoading(MethodHandles.lookup()))));
        assertThat(files).hasSizeGreaterThan(200).allSatisfy((name, bytes) -> {
            assertThat(classes.parse(bytes).thisClass().asInternalName() + ".class")
                    .isEqualTo(name);
            assertThat(classes.verify(bytes)).isEmpty();
        });
    }

    @Test
    void whatRoundsHasClassesForTheModesThatCompilersUse() {
        assertThat(files)
                .containsKeys(
                        FOLDER + "Step_addi.class",
                        FOLDER + "Step_fadd_d.class",
                        FOLDER + "Step_fadd_d_7.class",
                        FOLDER + "Step_fcvt_l_d_1.class",
                        FOLDER + "Step_amoadd_w.class",
                        FOLDER + "Step_sret.class")
                .doesNotContainKeys(
                        FOLDER + "Step_c_addi.class",
                        FOLDER + "Step_addi_7.class",
                        FOLDER + "Step_ld.class",
                        FOLDER + "Step_fsgnj_d_7.class");
    }
}
