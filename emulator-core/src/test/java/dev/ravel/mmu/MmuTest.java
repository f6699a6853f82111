package dev.ravel.mmu;

import static dev.ravel.mmu.AccessType.FETCH;
import static dev.ravel.mmu.AccessType.LOAD;
import static dev.ravel.mmu.AccessType.STORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.Stateless;
import dev.ravel.device.StoreWatcher;
import dev.ravel.isa.Cause;
import dev.ravel.isa.Privilege;
import dev.ravel.memory.Ram;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MmuTest {
    private static final long PAGE = Pte.V | Pte.R | Pte.W | Pte.X | Pte.A | Pte.D;
    private static final long VA = 0x4000_0000L;
    private static final long PA = MmuRig.BASE + 0x10_0000;
    private static final long OTHER = MmuRig.BASE + 0x30_0000;
    private static final long MEGA = 1 << 21;

    private final MmuRig rig = new MmuRig();
    private final Mmu mmu = rig.mmu;

    @AfterEach
    void close() {
        rig.close();
    }

    private static boolean hits(Tlb tlb, long va, int size) {
        return tlb.tag(va) == (va + size - 1 & -Ram.PAGE_SIZE);
    }

    @Test
    void accessesOfEverySizeAndAlignmentReadBackAlsoAcrossPagesThatLieApart() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE);
        rig.map(VA + 0x1000, OTHER, 0, PAGE);
        long value = 0x8877_6655_4433_2211L;
        for (int size = 1; size <= 8; size *= 2) {
            for (long va = VA + 0xff0; va < VA + 0x1008; va++) {
                rig.put(PA + 0xff0, 0);
                rig.put(PA + 0xff8, 0);
                rig.put(OTHER, 0);
                rig.put(OTHER + 8, 0);
                mmu.store(va, size, value);
                long expected = size == 8 ? value : value & (1L << 8 * size) - 1;
                assertThat(mmu.load(va, size)).isEqualTo(expected);
                for (int i = 0; i < size; i++) {
                    assertThat(mmu.load(va + i, 1)).isEqualTo(0x11 * (i + 1));
                }
                assertThat(mmu.load(va - 1, 1)).isZero();
                assertThat(mmu.load(va + size, 1)).isZero();
            }
        }
        assertThat(rig.takeFault()).isEqualTo(Mmu.NO_FAULT);
    }

    @Test
    void aFaultInTheSecondPageNamesThatPageAndStoresNothing() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE);
        rig.map(VA + 0x1000, OTHER, 0, PAGE & ~Pte.W & ~Pte.R);
        rig.put(PA + 0xff8, 0);
        mmu.store(VA + 0xffd, 8, -1);
        assertThat(mmu.faultAddress).isEqualTo(VA + 0x1000);
        assertThat(rig.takeFault()).isEqualTo(Cause.STORE_PAGE_FAULT);
        assertThat(rig.get(PA + 0xff8)).isZero();
        assertThat(mmu.load(VA + 0xffd, 4)).isZero();
        assertThat(mmu.faultAddress).isEqualTo(VA + 0x1000);
        assertThat(rig.takeFault()).isEqualTo(Cause.LOAD_PAGE_FAULT);
    }

    @Test
    void whenBothPagesFaultTheFirstIsNamed() {
        rig.paging(3);
        mmu.store(VA + 0xffe, 4, 0);
        assertThat(mmu.faultAddress).isEqualTo(VA + 0xffe);
        assertThat(rig.takeFault()).isEqualTo(Cause.STORE_PAGE_FAULT);
    }

    @Test
    void devicesTakeNaturallyAlignedAccessesOnly() {
        assertThat(mmu.load(MmuRig.DEVICE + 8, 4)).isEqualTo(0x19);
        mmu.store(MmuRig.DEVICE + 6, 2, 0x1_2345);
        assertThat(rig.device.writes).containsExactly("6/2=12345");
        assertThat(rig.takeFault()).isEqualTo(Mmu.NO_FAULT);
        mmu.load(MmuRig.DEVICE + 2, 4);
        assertThat(rig.takeFault()).isEqualTo(Cause.LOAD_ACCESS);
        mmu.store(MmuRig.DEVICE + MmuRig.DEVICE_SIZE - 4, 8, 0);
        assertThat(rig.takeFault()).isEqualTo(Cause.STORE_ACCESS);
        assertThat(rig.device.writes).hasSize(1);
    }

    @Test
    void anAccessThatRunsFromMemoryIntoADeviceFaultsAtTheDevice() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE);
        rig.map(VA + 0x1000, MmuRig.DEVICE, 0, PAGE);
        mmu.store(VA + 0xffc, 8, 0);
        assertThat(mmu.faultAddress).isEqualTo(VA + 0x1000);
        assertThat(rig.takeFault()).isEqualTo(Cause.STORE_ACCESS);
        assertThat(rig.device.writes).isEmpty();
    }

    @Test
    void whereNothingIsThereAreAccessFaults() {
        mmu.load(0x2000, 1);
        assertThat(mmu.faultAddress).isEqualTo(0x2000);
        assertThat(rig.takeFault()).isEqualTo(Cause.LOAD_ACCESS);
        mmu.store(MmuRig.BASE + MmuRig.SIZE, 8, 0);
        assertThat(rig.takeFault()).isEqualTo(Cause.STORE_ACCESS);
        mmu.fetch(0);
        assertThat(rig.takeFault()).isEqualTo(Cause.FETCH_ACCESS);
        mmu.load(MmuRig.BASE + MmuRig.SIZE - 4, 8);
        assertThat(rig.takeFault()).as("half of it is there").isEqualTo(Cause.LOAD_ACCESS);
    }

    @Test
    void aWindowHidesTheMemoryBelowAndKeepsItsPageOutOfTheTlbs() {
        MmuRig.Recorder hidden = new MmuRig.Recorder();
        rig.bus.map(PA + 0x100, 8, hidden);
        mmu.store(PA + 0x100, 8, 7);
        mmu.store(PA + 0x108, 8, 9);
        assertThat(hidden.writes).containsExactly("0/8=7");
        assertThat(rig.get(PA + 0x100)).isZero();
        assertThat(rig.get(PA + 0x108)).isEqualTo(9);
        assertThat(hits(mmu.storeTlb, PA + 0x108, 8)).isFalse();
    }

    @Test
    void instructionsComeFromMemoryAndDevicesAndCrossPages() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE);
        rig.map(VA + 0x1000, OTHER, 0, PAGE);
        rig.put(PA + 0xff8, 0x5a03_4501_0000_0000L);
        rig.put(OTHER, 0xbeef);
        assertThat(mmu.fetch(VA + 0xffc)).as("16 bits").isEqualTo(0x4501);
        assertThat(mmu.fetch(VA + 0xffe)).as("32 bits, half in each page").isEqualTo(0xbeef_5a03);
        rig.map(VA + 0x2000, MmuRig.DEVICE, 0, PAGE);
        assertThat(mmu.fetch(VA + 0x2002)).as("0x13 and 0x15 from the device").isEqualTo(0x15_0013);
        assertThat(rig.takeFault()).isEqualTo(Mmu.NO_FAULT);
    }

    @Test
    void aFaultInTheSecondHalfOfAnInstructionNamesThatHalf() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE);
        rig.put(PA + 0xff8, 0x0003_0000_0000_0000L);
        assertThat(mmu.fetch(VA + 0xffe)).isZero();
        assertThat(mmu.faultAddress).isEqualTo(VA + 0x1000);
        assertThat(rig.takeFault()).isEqualTo(Cause.FETCH_PAGE_FAULT);
    }

    @Test
    void aTlbAnswersAfterTheFirstAccessAndOnlyForThatKind() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE);
        mmu.load(VA + 8, 8);
        assertThat(hits(mmu.loadTlb, VA + 0xff8, 8)).isTrue();
        assertThat(hits(mmu.loadTlb, VA + 0xff9, 8)).as("across the end").isFalse();
        assertThat(mmu.loadTlb.offset(VA)).isEqualTo(PA - MmuRig.BASE);
        assertThat(hits(mmu.storeTlb, VA, 8)).isFalse();
        assertThat(hits(mmu.fetchTlb, VA, 2)).isFalse();
    }

    @Test
    void devicesAndPartlyProtectedPagesAreInNoTlb() {
        mmu.load(MmuRig.DEVICE, 4);
        assertThat(hits(mmu.loadTlb, MmuRig.DEVICE, 4)).isFalse();
        mmu.pmp().setAddress(0, PA + 0x100 >>> 2);
        mmu.pmp().setConfig(0, Pmp.L | Pmp.NA4 << Pmp.A_SHIFT);
        mmu.protectionChanged();
        mmu.load(PA, 8);
        assertThat(rig.takeFault()).isEqualTo(Mmu.NO_FAULT);
        assertThat(hits(mmu.loadTlb, PA, 8)).isFalse();
        mmu.load(PA + 0x100, 1);
        assertThat(rig.takeFault()).isEqualTo(Cause.LOAD_ACCESS);
    }

    @Test
    void storesToDecodedCodeAreAlwaysSeen() {
        List<String> seen = new ArrayList<>();
        rig.ram.setCodeListener((page, from, to) -> seen.add(page + ":" + from + "-" + to));
        int page = (int) (PA - MmuRig.BASE >>> Ram.PAGE_SHIFT);
        mmu.store(PA + 8, 8, 1);
        assertThat(hits(mmu.storeTlb, PA, 8)).isTrue();
        rig.ram.markCode(page);
        mmu.forgetStores(page);
        assertThat(hits(mmu.storeTlb, PA, 8)).isFalse();
        mmu.store(PA + 0x10, 4, 1);
        assertThat(hits(mmu.storeTlb, PA, 8)).isFalse();
        assertThat(seen).containsExactly(page + ":16-20");
    }

    @Test
    void codeIsForgottenByTheStoreTlbsOfEveryMode() {
        mmu.setMode(Privilege.MACHINE, Privilege.SUPERVISOR, true, false);
        mmu.store(PA, 8, 1);
        Tlb supervisor = mmu.storeTlb;
        mmu.setMode(Privilege.MACHINE, Privilege.MACHINE, false, false);
        mmu.forgetStores((int) (PA - MmuRig.BASE >>> Ram.PAGE_SHIFT));
        assertThat(hits(supervisor, PA, 8)).isFalse();
        mmu.setMode(Privilege.MACHINE, Privilege.SUPERVISOR, true, false);
        mmu.store(PA, 8, 1);
        mmu.setMode(Privilege.MACHINE, Privilege.MACHINE, false, false);
        mmu.forgetStores();
        assertThat(hits(supervisor, PA, 8)).isFalse();
    }

    @Test
    void everyModeThatDecidesDifferentlyHasTlbsOfItsOwnAndFindsThemAgain() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE | Pte.U);
        mmu.setMode(Privilege.SUPERVISOR, Privilege.SUPERVISOR, true, false);
        mmu.load(VA, 8);
        assertThat(hits(mmu.loadTlb, VA, 8)).isTrue();
        mmu.setMode(Privilege.SUPERVISOR, Privilege.SUPERVISOR, false, false);
        assertThat(hits(mmu.loadTlb, VA, 8)).as("SUM is clear").isFalse();
        mmu.setMode(Privilege.USER, Privilege.USER, false, false);
        assertThat(hits(mmu.loadTlb, VA, 8)).as("user mode has not been there").isFalse();
        mmu.setMode(Privilege.SUPERVISOR, Privilege.SUPERVISOR, true, false);
        assertThat(hits(mmu.loadTlb, VA, 8)).isTrue();
    }

    @Test
    void fencingOneAddressDropsItsPageInEveryModeAndKeepsOthers() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE);
        rig.map(VA + 0x1000, OTHER, 0, PAGE);
        mmu.load(VA, 8);
        mmu.load(VA + 0x1000, 8);
        mmu.setMode(Privilege.MACHINE, Privilege.MACHINE, false, false);
        mmu.flush(VA + 0x123);
        mmu.setMode(Privilege.SUPERVISOR, Privilege.SUPERVISOR, false, false);
        assertThat(hits(mmu.loadTlb, VA, 8)).isFalse();
        assertThat(hits(mmu.loadTlb, VA + 0x1000, 8)).isTrue();
    }

    @Test
    void fencingAnyAddressOfASuperpageDropsAllOfIt() {
        for (int level = 1; level < 3; level++) {
            rig.paging(3);
            long size = 1L << Ram.PAGE_SHIFT + 9 * level;
            long va = 4 * size;
            rig.map(va, MmuRig.BASE & -size, level, PAGE);
            long inRam = MmuRig.BASE & size - 1;
            mmu.load(va + inRam + 0x3000, 8);
            assertThat(hits(mmu.loadTlb, va + inRam + 0x3000, 8)).isTrue();
            mmu.flush(va + size - 1);
            assertThat(hits(mmu.loadTlb, va + inRam + 0x3000, 8))
                    .as("level %d", level)
                    .isFalse();
        }
    }

    @Test
    void fencingBesideASuperpageNeedNotDropIt() {
        rig.paging(3);
        rig.map(8 * MEGA, MmuRig.BASE, 1, PAGE);
        mmu.load(8 * MEGA, 8);
        mmu.flush(9 * MEGA);
        assertThat(hits(mmu.loadTlb, 8 * MEGA, 8)).isTrue();
    }

    private static long[] tags(Tlb tlb) {
        return LongStream.range(0, Tlb.SIZE)
                .map(page -> tlb.tag(page << Ram.PAGE_SHIFT))
                .toArray();
    }

    @Test
    void aFullTlbIsEmptiedToo() {
        for (int i = 0; i < 2 * Tlb.SIZE; i++) {
            mmu.load(MmuRig.BASE + (long) i % (MmuRig.SIZE >> Ram.PAGE_SHIFT) * Ram.PAGE_SIZE, 8);
        }
        mmu.flush();
        assertThat(tags(mmu.loadTlb)).containsOnly(Tlb.INVALID);
    }

    @Test
    void atomicsMustBeAlignedAndInMemory() {
        assertThat(mmu.atomic(PA + 8, 8, STORE)).isEqualTo(PA + 8 - MmuRig.BASE);
        assertThat(mmu.atomic(PA + 4, 8, STORE)).isEqualTo(Mmu.FAILED);
        assertThat(mmu.faultAddress).isEqualTo(PA + 4);
        assertThat(rig.takeFault()).isEqualTo(Cause.STORE_MISALIGNED);
        assertThat(mmu.atomic(2, 4, LOAD))
                .as("alignment comes before existence")
                .isEqualTo(Mmu.FAILED);
        assertThat(rig.takeFault()).isEqualTo(Cause.LOAD_MISALIGNED);
        assertThat(mmu.atomic(MmuRig.DEVICE, 4, STORE)).isEqualTo(Mmu.FAILED);
        assertThat(rig.takeFault()).isEqualTo(Cause.STORE_ACCESS);
    }

    @Test
    void blockManagementNeedsLoadOrStoreAndFaultsAsAStoreAtTheGivenAddress() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE & ~Pte.W & ~Pte.D);
        assertThat(mmu.manageBlock(VA + 0x7f, 64)).isTrue();
        mmu.zeroBlock(VA + 0x7f, 64);
        assertThat(mmu.faultAddress).isEqualTo(VA + 0x7f);
        assertThat(rig.takeFault()).isEqualTo(Cause.STORE_PAGE_FAULT);
        rig.map(VA, PA, 0, Pte.V | Pte.X | Pte.A);
        mmu.flush();
        assertThat(mmu.manageBlock(VA + 0x7f, 64)).isFalse();
        assertThat(mmu.faultAddress).isEqualTo(VA + 0x7f);
        assertThat(rig.takeFault()).isEqualTo(Cause.STORE_PAGE_FAULT);
    }

    @Test
    void zeroingClearsTheBlockAndNothingBeside() {
        for (int i = 0; i < 24; i++) {
            rig.put(PA + 8 * i, -1);
        }
        mmu.zeroBlock(PA + 64 + 5, 64);
        for (int i = 0; i < 24; i++) {
            assertThat(rig.get(PA + 8 * i)).isEqualTo(i >= 8 && i < 16 ? 0 : -1);
        }
    }

    @Test
    void fetchesAreRefusedWherePagesAreNotExecutable() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE & ~Pte.X);
        assertThat(mmu.translate(VA, 2, FETCH)).isEqualTo(Mmu.FAILED);
        assertThat(rig.takeFault()).isEqualTo(Cause.FETCH_PAGE_FAULT);
    }

    @Test
    void accessesAreBareWhereNothingIsTranslatedAndAllOfRamIsAllowed() {
        assertThat(mmu.isBare()).isTrue();
        mmu.setMode(Privilege.USER, Privilege.USER, false, false);
        assertThat(mmu.isBare()).isTrue();
        rig.paging(3);
        assertThat(mmu.isBare()).isFalse();
        mmu.setMode(Privilege.MACHINE, Privilege.MACHINE, false, false);
        assertThat(mmu.isBare()).isTrue();
        mmu.setMode(Privilege.MACHINE, Privilege.SUPERVISOR, false, false);
        assertThat(mmu.isBare()).isFalse();
        mmu.setSatp(0);
        assertThat(mmu.isBare()).isTrue();

        mmu.pmp().setConfig(0, Pmp.NAPOT << Pmp.A_SHIFT | Pmp.R);
        mmu.protectionChanged();
        assertThat(mmu.isBare()).isFalse();
        mmu.setMode(Privilege.MACHINE, Privilege.MACHINE, false, false);
        assertThat(mmu.isBare()).isTrue();
        mmu.pmp().setAddress(0, MmuRig.BASE >> 2);
        mmu.pmp().setConfig(0, Pmp.L | Pmp.NA4 << Pmp.A_SHIFT | Pmp.R | Pmp.W);
        mmu.protectionChanged();
        assertThat(mmu.isBare()).isFalse();
    }

    @Test
    void accessesAreNotBareWhereADeviceHidesRam() {
        rig.bus.map(OTHER, Ram.PAGE_SIZE, rig.device);
        mmu.setMode(Privilege.MACHINE, Privilege.MACHINE, false, false);
        assertThat(mmu.isBare()).isFalse();
    }

    /** What engines see: 3 if an access that begins in the page may be done without telling, whether or not it ends there. */
    private int storable(long pa) {
        return rig.bus.tlbStorage().storable()[mmu.storable().first + page(pa)];
    }

    private static int page(long pa) {
        return (int) (pa - MmuRig.BASE >>> Ram.PAGE_SHIFT);
    }

    @Test
    void aBareStoreMakesThePageStorableUntilItHoldsCode() {
        mmu.load(PA, 8);
        assertThat(storable(PA)).isZero();
        mmu.store(PA, 8, 1);
        assertThat(storable(PA)).isEqualTo(StorablePages.AND_NEXT);
        assertThat(storable(PA - 0x1000)).isZero();
        assertThat(mmu.looksInVain(PA)).isFalse();
        // Once it was stored to, looking is not in vain any more.
        assertThat(storable(PA + 0x1000)).isNotEqualTo(StorablePages.AND_NEXT);
        assertThat(mmu.looksInVain(PA + 0x1000)).isFalse();
        assertThat(mmu.looksInVain(PA - 0x1000)).isTrue();
        assertThat(mmu.looksInVain(PA - 0x2000)).isFalse();
        // It is stored to without telling if an access begins in the page before.
        assertThat(rig.ram.isChanged(page(PA + 0x1000))).isTrue();

        mmu.store(PA + 0x1000, 8, 1);
        assertThat(storable(PA + 0x1000)).isEqualTo(StorablePages.AND_NEXT);
        rig.ram.markCode(page(PA + 0x1000));
        mmu.forgetStores(page(PA + 0x1000));
        assertThat(storable(PA)).isNotEqualTo(StorablePages.AND_NEXT);
        assertThat(mmu.looksInVain(PA)).isTrue();
        mmu.store(PA + 0x1000, 8, 1);
        assertThat(storable(PA + 0x1000)).isZero();

        rig.ram.unmarkCode(page(PA + 0x1000));
        mmu.store(PA + 0x1000, 8, 1);
        assertThat(storable(PA)).isEqualTo(StorablePages.AND_NEXT);
        assertThat(storable(PA + 0x1000)).isEqualTo(StorablePages.AND_NEXT);
        assertThat(mmu.looksInVain(PA)).isFalse();
    }

    @Test
    void theLastPageOfRamIsStorableAlone() {
        long last = MmuRig.BASE + MmuRig.SIZE - Ram.PAGE_SIZE;
        mmu.store(last, 8, 1);
        assertThat(storable(last)).isEqualTo(StorablePages.AND_NEXT);
        assertThat(mmu.looksInVain(last)).isFalse();
        assertThat(rig.takeFault()).isEqualTo(Mmu.NO_FAULT);
    }

    @Test
    void nothingIsStorableAfterWhateverEmptiesStoreTlbs() {
        List<Runnable> flushes = List.of(mmu::flush, mmu::forgetStores, () -> mmu.setSatp(0), mmu::protectionChanged);
        for (int pages : new int[] {3, 1000}) {
            for (Runnable flush : flushes) {
                for (int i = 0; i < pages; i++) {
                    mmu.store(PA + (long) i * Ram.PAGE_SIZE, 8, 1);
                }
                assertThat(storable(PA)).isEqualTo(StorablePages.AND_NEXT);
                flush.run();
                for (long at = MmuRig.BASE; at < MmuRig.BASE + MmuRig.SIZE; at += Ram.PAGE_SIZE) {
                    assertThat(storable(at)).isZero();
                }
            }
        }
    }

    /** What of {@link #VA} and the next page, of which only the second is global, still needs no walk to be loaded from. */
    private List<Boolean> known() {
        return List.of(mmu.loadTlb.holds(VA), mmu.loadTlb.holds(VA + Ram.PAGE_SIZE));
    }

    private void meetBoth() {
        mmu.load(VA, 8);
        mmu.load(VA + Ram.PAGE_SIZE, 8);
        assertThat(known()).containsExactly(true, true);
    }

    @Test
    void globalMappingsStayKnownInOtherAddressSpaces() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE);
        rig.map(VA + Ram.PAGE_SIZE, PA + Ram.PAGE_SIZE, 0, PAGE | Pte.G);
        rig.changeTo(1);
        meetBoth();
        rig.changeTo(2);
        assertThat(known()).containsExactly(false, true);

        meetBoth();
        mmu.flushLocal();
        assertThat(known()).containsExactly(false, true);

        // More of them than the TLB remembers the places of: all may go, none of the local ones may stay.
        meetBoth();
        for (int i = 2; i < 500; i++) {
            rig.map(VA + (long) i * Ram.PAGE_SIZE, PA, 0, PAGE);
            mmu.load(VA + (long) i * Ram.PAGE_SIZE, 8);
        }
        rig.changeTo(3);
        for (int i = 2; i < 500; i++) {
            assertThat(mmu.loadTlb.holds(VA + (long) i * Ram.PAGE_SIZE)).isFalse();
        }
        assertThat(known().getFirst()).isFalse();

        List<Runnable> all = List.of(
                () -> rig.changeTo(0),
                mmu::flush,
                mmu::protectionChanged,
                () -> mmu.setEnvironment(true, false),
                () -> mmu.setSatp(9L << 60 | 4L << 44));
        for (Runnable flush : all) {
            rig.changeTo(3);
            meetBoth();
            flush.run();
            assertThat(known()).containsExactly(false, false);
        }
    }

    @Test
    void whatHangsOnAGlobalPointerIsGlobal() {
        rig.paging(3);
        long pointer = rig.entry(VA, 1, 0);
        rig.map(VA, PA, 0, PAGE);
        rig.put(pointer, rig.get(pointer) | Pte.G);
        rig.changeTo(1);
        mmu.load(VA, 8);
        rig.changeTo(2);
        assertThat(mmu.loadTlb.holds(VA)).isTrue();
        rig.put(pointer, rig.get(pointer) & ~Pte.G);
        mmu.flush();
        mmu.load(VA, 8);
        rig.changeTo(3);
        assertThat(mmu.loadTlb.holds(VA)).isFalse();
    }

    @Test
    void aTranslatedStoreMakesNothingStorable() {
        rig.paging(3);
        rig.map(VA, PA, 0, PAGE);
        mmu.store(VA, 8, 1);
        assertThat(mmu.storeTlb.tag(VA)).isEqualTo(VA);
        assertThat(storable(PA)).isZero();
    }

    /** A watched page, and the one before it, are for who watches to hear of. */
    @Test
    void aWatchedPageIsNotStorable() {
        boolean[] watching = {true};
        rig.bus.map(PA + 0x1008, 8, new Watching(watching));
        mmu.store(PA, 8, 1);
        mmu.store(PA + 0x1010, 8, 1);
        assertThat(storable(PA)).isNotEqualTo(StorablePages.AND_NEXT);
        assertThat(storable(PA + 0x1000)).isZero();
        watching[0] = false;
        mmu.store(PA + 0x1010, 8, 1);
        assertThat(storable(PA)).isEqualTo(StorablePages.AND_NEXT);
        assertThat(storable(PA + 0x1000)).isEqualTo(StorablePages.AND_NEXT);
    }

    /** Watches as long as it is wanted to. */
    private record Watching(boolean[] wanted) implements StoreWatcher, Stateless {
        @Override
        public String name() {
            return "watching";
        }

        @Override
        public long read(long offset, int size) {
            return 0;
        }

        @Override
        public void write(long offset, int size, long value) {
            throw new AssertionError("nobody stores to its bytes");
        }

        @Override
        public boolean watches() {
            return wanted[0];
        }

        @Override
        public void storedBeside() {
            // It goes on watching.
        }
    }
}
