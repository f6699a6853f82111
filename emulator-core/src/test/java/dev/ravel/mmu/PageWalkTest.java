package dev.ravel.mmu;

import static dev.ravel.mmu.AccessType.FETCH;
import static dev.ravel.mmu.AccessType.LOAD;
import static dev.ravel.mmu.AccessType.STORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.isa.Cause;
import dev.ravel.isa.Privilege;
import dev.ravel.memory.Ram;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageWalkTest {
    /** V R W X A D: all that a kernel page may have. */
    private static final long KERNEL = Pte.V | Pte.R | Pte.W | Pte.X | Pte.A | Pte.D;

    private static final long VA = 0x12_3456_7000L;
    private static final long PA = MmuRig.BASE + 0x20_0000;

    private final MmuRig rig = new MmuRig();

    @AfterEach
    void close() {
        rig.close();
    }

    static Stream<Arguments> modesAndLevels() {
        return IntStream.rangeClosed(3, 5)
                .boxed()
                .flatMap(mode -> IntStream.range(0, mode).mapToObj(level -> Arguments.of(mode, level)));
    }

    private static int pageFault(AccessType type) {
        return List.of(Cause.FETCH_PAGE_FAULT, Cause.LOAD_PAGE_FAULT, Cause.STORE_PAGE_FAULT)
                .get(type.ordinal());
    }

    private static int accessFault(AccessType type) {
        return List.of(Cause.FETCH_ACCESS, Cause.LOAD_ACCESS, Cause.STORE_ACCESS)
                .get(type.ordinal());
    }

    private void assertPageFaults(long va) {
        for (AccessType type : AccessType.values()) {
            assertThat(rig.mmu.translate(va, 1, type)).isEqualTo(Mmu.FAILED);
            assertThat(rig.mmu.faultAddress).isEqualTo(va);
            assertThat(rig.takeFault()).isEqualTo(pageFault(type));
        }
    }

    @ParameterizedTest
    @MethodSource("modesAndLevels")
    void aLeafAtAnyLevelMapsItsWholeRange(int mode, int level) {
        rig.paging(mode);
        // Physical address 0 is aligned for every level; RAM and the device lie in reach of the offset.
        long size = 1L << Ram.PAGE_SHIFT + 9 * level;
        long pa = MmuRig.DEVICE & -size;
        long va = -size;
        rig.map(va, pa, level, KERNEL);
        long offset = MmuRig.DEVICE - pa + 0x128 & size - 1;
        assertThat(rig.mmu.translate(va + offset, 8, LOAD)).isEqualTo(MmuRig.DEVICE + 0x128);
        assertThat(rig.takeFault()).isEqualTo(Mmu.NO_FAULT);
    }

    @ParameterizedTest
    @MethodSource("modesAndLevels")
    void aMisalignedSuperpageFaults(int mode, int level) {
        rig.paging(mode);
        rig.map(VA, MmuRig.BASE & -(1L << Ram.PAGE_SHIFT + 9 * level) | 0x1000, level, KERNEL);
        if (level == 0) {
            assertThat(rig.mmu.translate(VA, 8, LOAD)).isEqualTo(MmuRig.BASE | 0x1000);
        } else {
            assertPageFaults(VA);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void anAddressWhoseUpperBitsDifferFromTheHighestTranslatedOneFaults(int mode) {
        rig.paging(mode);
        int bits = 12 + 9 * mode;
        long low = 1L << bits - 1;
        rig.map(low, PA, 0, KERNEL);
        assertThat(rig.mmu.translate(low | -low, 8, LOAD)).isEqualTo(PA);
        assertPageFaults(low);
        assertPageFaults(1L << 63);
        if (bits < 63) {
            assertPageFaults(1L << bits);
        }
    }

    @ParameterizedTest
    @MethodSource("modesAndLevels")
    void invalidAndReservedEntriesFaultAtEveryLevel(int mode, int level) {
        rig.paging(mode, true, true);
        long aligned = 0;
        Stream<Long> bad = Stream.of(
                KERNEL & ~Pte.V,
                KERNEL & ~Pte.R,
                Pte.V | Pte.W,
                KERNEL | 1L << 54,
                KERNEL | 1L << 60,
                KERNEL | 3L << 61,
                Pte.V | Pte.A,
                Pte.V | Pte.D,
                Pte.V | Pte.U,
                Pte.V | Pte.N,
                Pte.V | 1L << 61);
        bad.forEach(flags -> {
            rig.entry(VA, level, aligned | flags);
            assertPageFaults(VA);
        });
    }

    @Test
    void aPointerAtTheLastLevelFaults() {
        rig.paging(3);
        rig.map(VA, PA, 0, Pte.V);
        assertPageFaults(VA);
    }

    /** The sentences of 12.4.1 and 3.1.6.3 on R, W, X, U, SUM and MXR. */
    private static boolean permitted(long pte, AccessType type, int privilege, boolean sum, boolean mxr) {
        boolean r = (pte & 2) != 0;
        boolean w = (pte & 4) != 0;
        boolean x = (pte & 8) != 0;
        boolean user = (pte & 16) != 0;
        if (w && !r || !r && !x) {
            return false;
        }
        if (user && privilege == Privilege.SUPERVISOR && (type == FETCH || !sum)) {
            return false;
        }
        if (!user && privilege == Privilege.USER) {
            return false;
        }
        if (type == FETCH) {
            return x;
        }
        return type == STORE ? w : r || mxr && x;
    }

    @Test
    void permissionsFollowEveryCombinationOfBitsAndMode() {
        rig.paging(3);
        for (int flags = 0; flags < 32; flags++) {
            long pte = flags | 1 | Pte.A | Pte.D;
            rig.map(VA, PA, 0, pte);
            for (int mode = 0; mode < 8; mode++) {
                int privilege = mode & 1;
                boolean sum = (mode & 2) != 0;
                boolean mxr = (mode & 4) != 0;
                rig.mmu.setMode(privilege, privilege, sum, mxr);
                for (AccessType type : AccessType.values()) {
                    boolean may = permitted(pte, type, privilege, sum, mxr);
                    assertThat(rig.mmu.translate(VA, 4, type))
                            .as("%s of %x in %d sum %b mxr %b", type, pte, privilege, sum, mxr)
                            .isEqualTo(may ? PA : Mmu.FAILED);
                    assertThat(rig.takeFault()).isEqualTo(may ? Mmu.NO_FAULT : pageFault(type));
                }
            }
        }
    }

    @Test
    void machineModeIsNotTranslatedButItsDataMayTakeAnotherPrivilege() {
        rig.paging(3);
        rig.map(VA, PA, 0, KERNEL);
        rig.mmu.setMode(Privilege.MACHINE, Privilege.MACHINE, false, false);
        assertThat(rig.mmu.translate(PA, 4, LOAD)).isEqualTo(PA);
        rig.mmu.setMode(Privilege.MACHINE, Privilege.SUPERVISOR, false, false);
        assertThat(rig.mmu.translate(VA, 4, STORE)).isEqualTo(PA);
        assertThat(rig.mmu.translate(PA, 4, FETCH)).as("fetches ignore MPRV").isEqualTo(PA);
    }

    @Test
    void withoutHardwareUpdateAClearAccessedBitFaultsAndAClearDirtyBitFaultsStores() {
        rig.paging(3, false, false);
        rig.map(VA, PA, 0, KERNEL & ~Pte.A);
        assertPageFaults(VA);
        long entry = rig.map(VA, PA, 0, KERNEL & ~Pte.D);
        assertThat(rig.mmu.translate(VA, 4, LOAD)).isEqualTo(PA);
        assertThat(rig.mmu.translate(VA, 4, FETCH)).isEqualTo(PA);
        assertThat(rig.mmu.translate(VA, 4, STORE)).isEqualTo(Mmu.FAILED);
        assertThat(rig.takeFault()).isEqualTo(Cause.STORE_PAGE_FAULT);
        assertThat(rig.get(entry) & Pte.D).isZero();
    }

    @Test
    void hardwareUpdateSetsAccessedAndForStoresDirtyAndNothingElse() {
        rig.paging(3, true, false);
        long clear = KERNEL & ~Pte.A & ~Pte.D;
        for (AccessType type : AccessType.values()) {
            long entry = rig.map(VA, PA, 0, clear);
            long before = rig.get(entry);
            rig.mmu.flush();
            assertThat(rig.mmu.translate(VA, 4, type)).isEqualTo(PA);
            assertThat(rig.get(entry)).isEqualTo(before | Pte.A | (type == STORE ? Pte.D : 0));
        }
    }

    @Test
    void anAccessThatIsNotPermittedUpdatesNothing() {
        rig.paging(3, true, false);
        long entry = rig.map(VA, PA, 0, Pte.V | Pte.R);
        assertThat(rig.mmu.translate(VA, 4, STORE)).isEqualTo(Mmu.FAILED);
        assertThat(rig.get(entry) & (Pte.A | Pte.D)).isZero();
    }

    @Test
    void aStoreAfterALoadStillSetsTheDirtyBit() {
        rig.paging(3, true, false);
        long entry = rig.map(VA, PA, 0, KERNEL & ~Pte.A & ~Pte.D);
        rig.mmu.load(VA, 8);
        assertThat(rig.get(entry) & Pte.D).isZero();
        rig.mmu.store(VA, 8, 1);
        assertThat(rig.get(entry) & Pte.D).isNotZero();
    }

    @Test
    void napotMaps64KibWithTheLowPageNumberBitsOfTheVirtualAddress() {
        rig.paging(3);
        long va = VA & -0x1_0000;
        for (int i = 0; i < 16; i++) {
            rig.map(va + i * 0x1000, PA | 0x8000, 0, KERNEL | Pte.N);
        }
        assertThat(rig.mmu.translate(va + 0xabc8, 8, LOAD)).isEqualTo(PA + 0xabc8);
        assertThat(rig.mmu.translate(va + 0x10, 8, STORE)).isEqualTo(PA + 0x10);
    }

    @Test
    void otherNapotSizesAndNapotSuperpagesAreReserved() {
        rig.paging(3);
        for (int low = 0; low < 16; low++) {
            rig.map(VA, PA | low << Ram.PAGE_SHIFT, 0, KERNEL | Pte.N);
            if (low != 8) {
                assertPageFaults(VA);
            }
        }
        rig.map(VA, PA, 1, KERNEL | Pte.N);
        assertPageFaults(VA);
    }

    @Test
    void memoryTypesAreReservedUnlessEnabled() {
        rig.paging(3, false, false);
        for (long type = 1; type < 4; type++) {
            rig.map(VA, PA, 0, KERNEL | type << 61);
            assertPageFaults(VA);
        }
        rig.paging(3, false, true);
        for (long type = 1; type < 3; type++) {
            rig.map(VA, PA, 0, KERNEL | type << 61);
            assertThat(rig.mmu.translate(VA, 4, LOAD)).isEqualTo(PA);
        }
    }

    @Test
    void aTableOutsideOfMemoryIsAnAccessFaultOfTheOriginalKind() {
        rig.paging(3);
        rig.map(VA, 0x4000_0000, 1, Pte.V);
        for (AccessType type : AccessType.values()) {
            assertThat(rig.mmu.translate(VA, 1, type)).isEqualTo(Mmu.FAILED);
            assertThat(rig.takeFault()).isEqualTo(accessFault(type));
        }
    }

    @Test
    void protectionAppliesToTheWalkItself() {
        rig.paging(3, true, false);
        long entry = rig.map(VA, PA, 0, KERNEL & ~Pte.A);
        Pmp pmp = rig.mmu.pmp();
        pmp.setAddress(1, -1);
        pmp.setConfig(1, pmp.config(0));
        pmp.setAddress(0, entry >>> 2 & ~0x1ffL | 0x1ff);
        pmp.setConfig(0, Pmp.NAPOT << Pmp.A_SHIFT | Pmp.R);
        rig.mmu.protectionChanged();
        assertThat(rig.mmu.translate(VA, 1, LOAD)).isEqualTo(Mmu.FAILED);
        assertThat(rig.takeFault()).as("A cannot be written").isEqualTo(Cause.LOAD_ACCESS);
        rig.put(entry, rig.get(entry) | Pte.A);
        assertThat(rig.mmu.translate(VA, 1, LOAD)).as("reading is enough now").isEqualTo(PA);
        pmp.setConfig(0, Pmp.NAPOT << Pmp.A_SHIFT);
        rig.mmu.protectionChanged();
        assertThat(rig.mmu.translate(VA, 1, FETCH)).isEqualTo(Mmu.FAILED);
        assertThat(rig.takeFault()).isEqualTo(Cause.FETCH_ACCESS);
    }

    @Test
    void withoutTranslationAddressesBeyond56BitsDoNotExist() {
        assertThat(rig.mmu.translate(1L << 56 | PA, 1, LOAD)).isEqualTo(Mmu.FAILED);
        assertThat(rig.takeFault()).isEqualTo(Cause.LOAD_ACCESS);
        assertThat(rig.mmu.translate(-8, 8, STORE)).isEqualTo(Mmu.FAILED);
        assertThat(rig.takeFault()).isEqualTo(Cause.STORE_ACCESS);
    }
}
