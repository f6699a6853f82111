package dev.ravel.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.memory.Ram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressSpaceTest {
    private static final long READABLE = Pte.V | Pte.R | Pte.A;
    private static final long ROOT = MmuRig.BASE;
    private static final long KERNEL = 0xffff_ffff_8000_0000L;

    private final MmuRig rig = new MmuRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private AddressSpace space(int levels) {
        return new AddressSpace(rig.ram, 8L + levels - 3 << 60 | ROOT >>> Ram.PAGE_SHIFT);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void itTranslatesAsAHartDoes(int levels) {
        rig.paging(levels);
        rig.map(KERNEL, MmuRig.BASE + 0x40_0000, 1, READABLE);
        rig.map(0x1000, MmuRig.BASE + 0x10_0000, 0, READABLE | Pte.U);
        AddressSpace space = space(levels);
        assertThat(space.physical(KERNEL + 0x12345)).hasValue(MmuRig.BASE + 0x41_2345);
        assertThat(rig.mmu.translate(KERNEL + 0x12345, 1, AccessType.LOAD)).isEqualTo(MmuRig.BASE + 0x41_2345);
        assertThat(space.physical(0x1004)).hasValue(MmuRig.BASE + 0x10_0004);
        assertThat(space.physical(0x2000)).isEmpty();
        assertThat(space.physical(1L << 60)).isEmpty();
    }

    @Test
    void aWalkLeavesNoTrace() {
        rig.paging(3, true, true);
        long entry = rig.map(KERNEL, MmuRig.BASE + 0x10_0000, 0, Pte.V | Pte.R);
        long before = rig.get(entry);
        assertThat(space(3).physical(KERNEL)).isEmpty();
        assertThat(rig.get(entry)).isEqualTo(before);
        assertThat(rig.mmu.translate(KERNEL, 1, AccessType.LOAD)).isEqualTo(MmuRig.BASE + 0x10_0000);
        assertThat(space(3).physical(KERNEL)).hasValue(MmuRig.BASE + 0x10_0000);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void theHighestAddressOfAPageIsFound(int levels) {
        rig.paging(levels);
        rig.map(KERNEL, MmuRig.BASE + 0x40_0000, 1, READABLE);
        rig.map(KERNEL - (1L << 30), MmuRig.BASE + 0x40_0000, 1, READABLE);
        rig.map(0x1000, MmuRig.BASE + 0x10_0000, 0, READABLE);
        assertThat(space(levels).highestAddressOf(MmuRig.BASE + 0x40_0008)).hasValue(KERNEL + 8);
        assertThat(space(levels).highestAddressOf(MmuRig.BASE + 0x10_0000)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void tablesThatLeadToThemselvesHaveAnEnd(int levels) {
        for (int i = 0; i < 512; i++) {
            rig.put(ROOT + i * 8, ROOT >>> Ram.PAGE_SHIFT << 10 | Pte.V);
        }
        assertThat(space(levels).highestAddressOf(MmuRig.BASE + 0x40_0000)).isEmpty();
        assertThat(space(levels).physical(KERNEL)).isEmpty();
    }

    @Test
    void withTranslationOffNothingIsMapped() {
        AddressSpace space = new AddressSpace(rig.ram, ROOT >>> Ram.PAGE_SHIFT);
        assertThat(space.translates()).isFalse();
        assertThat(space.physical(MmuRig.BASE)).isEmpty();
        assertThat(space.highestAddressOf(MmuRig.BASE)).isEmpty();
    }
}
