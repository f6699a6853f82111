package dev.ravel.jit.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.jit.plan.PlannedCode;
import dev.ravel.jit.runtime.RamAccess;
import java.lang.classfile.ClassFile;
import org.junit.jupiter.api.Test;

/** The class of a unit as a whole. */
class UnitEmitterTest extends PlannedCode {
    /** With its traces this has more than 64 KiB, of which ASM refuses to make a class; what is made then has none. */
    @Test
    void codeThatIsFarTooLargeWithTracesIsMadeWithout() {
        for (int loop = 0; loop < 10; loop++) {
            for (int i = 0; i < 18; i++) {
                add("sd", 5 + i, 8 * i, 5 + (i + loop) % 24);
            }
            add("bne", 10, 0, -4 * 18);
        }
        add("jalr", 0, 0, 1);
        UnitEmitter.Emitted emitted = UnitEmitter.emit(plan(), "Unit_test", RamAccess.class);
        assertThat(emitted.codeSize()).isLessThan(Short.MAX_VALUE);
        assertThat(ClassFile.of().parse(emitted.classFile()).methods())
                .anyMatch(method -> method.methodName().equalsString("run"));
    }
}
