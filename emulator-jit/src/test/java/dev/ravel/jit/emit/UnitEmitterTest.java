package dev.ravel.jit.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.extension.Extensions;
import dev.ravel.jit.plan.Plan;
import dev.ravel.jit.plan.Planner;
import dev.ravel.jit.runtime.RamAccess;
import java.lang.classfile.ClassFile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The class of a unit as a whole. */
class UnitEmitterTest {
    private final List<Integer> code = new ArrayList<>();

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

    private Plan plan() {
        return new Planner(Extensions.RV64)
                .plan(0, this::halfword, _ -> true, _ -> false, 200)
                .orElseThrow();
    }

    private int halfword(int offset) {
        return offset / 4 < code.size() ? code.get(offset / 4) >>> (offset & 2) * 8 & 0xffff : 0;
    }

    private void add(String mnemonic, long... operands) {
        code.add(Extensions.RV64.byMnemonic(mnemonic).orElseThrow().encode(operands));
    }
}
