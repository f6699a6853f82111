package dev.ravel.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.hart.HartRig;
import dev.ravel.isa.Cause;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Privilege;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessType;
import dev.ravel.mmu.Mmu;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageWalkViewTest {
    private static final long ROOT = HartRig.BASE + 0x1000;
    private static final long TABLE = HartRig.BASE + 0x2000;
    private static final int V = 1;
    private static final int R = 2;
    private static final int W = 4;
    private static final int X = 8;
    private static final int U = 16;
    private static final int A = 64;

    private final HartRig rig = new HartRig();

    @BeforeEach
    void sv39() {
        rig.write(CsrNumber.PMPADDR0, -1);
        rig.write(CsrNumber.PMPCFG0, 0x1f);
        rig.write(CsrNumber.SATP, 8L << 60 | ROOT >>> Ram.PAGE_SHIFT);
        put(ROOT + 2 * 8, TABLE >>> 2 | V);
        rig.hart.setPrivilege(Privilege.SUPERVISOR);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void put(long address, long value) {
        rig.ram.segment().set(ValueLayout.JAVA_LONG, address - HartRig.BASE, value);
    }

    @Test
    void aSuperpageIsShownFromTheRootToRam() {
        put(TABLE + 3 * 8, HartRig.BASE >>> 2 | V | R | X);
        rig.hart.setPrivilege(Privilege.MACHINE);
        rig.write(CsrNumber.MENVCFG, 1L << 61);
        rig.hart.setPrivilege(Privilege.SUPERVISOR);
        PageWalkView view = PageWalkView.of(rig.hart, 0x8061_2344L, AccessType.LOAD);
        assertThat(view.mode()).isEqualTo("Sv39");
        assertThat(view.root()).isEqualTo(ROOT);
        assertThat(view.levels())
                .containsExactly(
                        new PageWalkView.Level(2, 2, ROOT + 16, TABLE >>> 2 | V, "V", PageWalkView.Kind.POINTER, TABLE),
                        new PageWalkView.Level(
                                1,
                                3,
                                TABLE + 24,
                                HartRig.BASE >>> 2 | V | R | X,
                                "V R X",
                                PageWalkView.Kind.LEAF,
                                HartRig.BASE));
        assertThat(view.physical()).hasValue(HartRig.BASE + 0x1_2344);
        assertThat(view.page()).isEqualTo(2 << 20);
        assertThat(view.update()).isEqualTo("A");
        assertThat(view.pmp()).contains(new PageWalkView.Protection(0, "NAPOT RWX", true));
        assertThat(view.target()).contains("RAM");
        assertThat(view.succeeds()).isTrue();
        assertThat(rig.hart.mmu.translate(0x8061_2344L, 1, AccessType.LOAD)).isEqualTo(HartRig.BASE + 0x1_2344);
    }

    @Test
    void aNapotPageIsShownWithItsSizeAndTheBitsThatAStoreSets() {
        long table = HartRig.BASE + 0x3000;
        put(TABLE + 3 * 8, table >>> 2 | V);
        // Svnapot: 1000 in the low bits of the page number makes 64 KiB.
        put(table + 2 * 8, 1L << 63 | (HartRig.BASE >>> Ram.PAGE_SHIFT | 8) << 10 | V | R | W);
        rig.hart.setPrivilege(Privilege.MACHINE);
        rig.write(CsrNumber.MENVCFG, 1L << 61);
        rig.hart.setPrivilege(Privilege.SUPERVISOR);
        PageWalkView view = PageWalkView.of(rig.hart, 0x8060_2344L, AccessType.STORE);
        assertThat(view.levels()).extracting(PageWalkView.Level::level).containsExactly(2, 1, 0);
        assertThat(view.levels().getLast().bits()).isEqualTo("V R W N");
        assertThat(view.napot()).isTrue();
        assertThat(view.page()).isEqualTo(64 << 10);
        assertThat(view.update()).isEqualTo("A D");
        assertThat(view.physical()).hasValue(HartRig.BASE + 0x2344);
        assertThat(rig.hart.mmu.translate(0x8060_2344L, 1, AccessType.STORE)).isEqualTo(HartRig.BASE + 0x2344);
        PageWalkView after = PageWalkView.of(rig.hart, 0x8060_2344L, AccessType.STORE);
        assertThat(after.levels().getLast().bits()).isEqualTo("V R W A D N");
        assertThat(after.update()).isEmpty();
    }

    @Test
    void aPageOfTheUserIsClosedToTheSupervisorWithoutSum() {
        put(TABLE + 3 * 8, HartRig.BASE >>> 2 | V | R | U | A);
        PageWalkView supervisor = PageWalkView.of(rig.hart, 0x8060_0000L, AccessType.LOAD);
        assertThat(supervisor.cause()).isEqualTo(Cause.LOAD_PAGE_FAULT);
        assertThat(supervisor.decision()).contains("do not permit");
        assertThat(PageWalkView.of(rig.hart, 0x8060_0000L, AccessType.LOAD, Privilege.USER)
                        .succeeds())
                .isTrue();
        rig.set(CsrNumber.SSTATUS, 1 << 18);
        assertThat(PageWalkView.of(rig.hart, 0x8060_0000L, AccessType.LOAD).succeeds())
                .isTrue();
        assertThat(rig.hart.mmu.translate(0x8060_0000L, 1, AccessType.STORE)).isEqualTo(Mmu.FAILED);
        assertThat(PageWalkView.of(rig.hart, 0x8060_0000L, AccessType.STORE).cause())
                .isEqualTo(Cause.STORE_PAGE_FAULT);
    }

    @Test
    void whatIsNotMappedIsSaidWithTheLevelWhereItEnds() {
        PageWalkView view = PageWalkView.of(rig.hart, 0x8080_0000L, AccessType.FETCH);
        assertThat(view.levels()).hasSize(2);
        assertThat(view.levels().getLast().kind()).isEqualTo(PageWalkView.Kind.INVALID);
        assertThat(view.cause()).isEqualTo(Cause.FETCH_PAGE_FAULT);
        assertThat(view.physical()).isEmpty();
        assertThat(view.target()).isEmpty();
    }

    @Test
    void machineModeIsNotTranslated() {
        PageWalkView view = PageWalkView.of(rig.hart, 0x4000_0000L, AccessType.LOAD, Privilege.MACHINE);
        assertThat(view.mode()).isEqualTo("Bare");
        assertThat(view.levels()).isEmpty();
        assertThat(view.target()).contains("nothing");
        assertThat(view.cause()).isEqualTo(Cause.LOAD_ACCESS);
    }
}
