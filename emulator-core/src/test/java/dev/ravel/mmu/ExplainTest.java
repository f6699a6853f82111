package dev.ravel.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.isa.Privilege;
import dev.ravel.memory.Ram;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Mmu#explain} says is what {@link Mmu#translate} does. */
class ExplainTest {
    private static final int CASES = 20_000;
    private static final long KERNEL = Pte.V | Pte.R | Pte.W | Pte.X | Pte.A | Pte.D;
    private static final long VA = 0x12_3456_7000L;

    private final MmuRig rig = new MmuRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static AccessType type(Random random) {
        return AccessType.values()[random.nextInt(3)];
    }

    /** Flags of an entry: mostly useful ones, with some bits turned over. */
    private static long flags(Random random) {
        long flags = random.nextInt(4) == 0 ? Pte.V | random.nextLong(256) : KERNEL;
        if (random.nextInt(2) == 0) {
            flags ^= 1L << random.nextInt(8);
        }
        if (random.nextInt(16) == 0) {
            flags |= 1L << 54 + random.nextInt(10);
        }
        return random.nextInt(8) == 0 ? flags | Pte.N : flags;
    }

    private static long target(Random random, int level) {
        long pa = switch (random.nextInt(8)) {
            case 0 -> MmuRig.DEVICE;
            case 1 -> 0x4000_0000L;
            case 2 -> 0xff_ffff_ffff_f000L;
            case 3 -> MmuRig.BASE + 0x18_8000;
            default -> MmuRig.BASE + 0x10_0000 + (random.nextInt(256) << Ram.PAGE_SHIFT);
        };
        return random.nextInt(8) == 0
                ? pa
                : pa & -(1L << Ram.PAGE_SHIFT + (level == 0 ? 0 : 9 * level)) | (level == 0 ? pa : 0);
    }

    private void protectSomething(Random random) {
        Pmp pmp = rig.mmu.pmp();
        pmp.reset();
        for (int i = 0; i < 3; i++) {
            pmp.setAddress(i, MmuRig.BASE + random.nextInt(0x20_0000) >>> 2);
            pmp.setConfig(i, random.nextInt(8) | random.nextInt(4) << Pmp.A_SHIFT);
        }
        pmp.setAddress(3, -1);
        pmp.setConfig(3, Pmp.NAPOT << Pmp.A_SHIFT | Pmp.R | Pmp.W | Pmp.X);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void itAgreesWithTheMachineOverAllKindsOfMappings(int levels) {
        Random random = new Random(levels);
        Set<WalkFault> seen = EnumSet.noneOf(WalkFault.class);
        Set<AccessPath.Verdict> verdicts = EnumSet.noneOf(AccessPath.Verdict.class);
        int mapped = 0;
        for (int i = 0; i < CASES; i++) {
            rig.paging(levels, random.nextBoolean(), random.nextBoolean());
            if (i % 16 == 0) {
                protectSomething(random);
                rig.mmu.protectionChanged();
            }
            int level = random.nextInt(levels);
            // A part of the tables for each level, so that a leaf never lies where a pointer was.
            long page = VA + ((long) level << Ram.PAGE_SHIFT + 9 * (levels - 1));
            long entry = rig.map(page, target(random, level), level, flags(random));
            int privilege = random.nextInt(16) == 0 ? Privilege.MACHINE : random.nextInt(2);
            rig.mmu.setMode(privilege, privilege, random.nextBoolean(), random.nextBoolean());
            long va = random.nextInt(16) == 0 ? page | 1L << 62 : page + random.nextInt(4096);
            if (privilege == Privilege.MACHINE && random.nextBoolean()) {
                va = random.nextBoolean() ? MmuRig.DEVICE + 3 : -1L << random.nextInt(64);
            }
            AccessType type = type(random);
            int size = (va & 7) == 0 || random.nextInt(4) == 0 && (va & 4095) < 4089 ? 8 : 1;
            long before = rig.get(entry);

            AccessPath path = rig.mmu.explain(va, size, type, privilege);
            assertThat(rig.get(entry)).as("nothing is written").isEqualTo(before);
            assertThat(rig.takeFault()).as("nothing is recorded").isEqualTo(Mmu.NO_FAULT);

            String what = type + " of " + Long.toHexString(va) + ": " + path;
            long pa = rig.mmu.translate(va, size, type);
            assertThat(path.result().cause()).as(what).isEqualTo(rig.takeFault());
            switch (path.result()) {
                case AccessPath.Unmapped unmapped -> {
                    assertThat(pa).as(what).isEqualTo(Mmu.FAILED);
                    seen.add(unmapped.why());
                }
                case AccessPath.Mapped result -> {
                    verdicts.add(result.verdict());
                    boolean allowed = result.verdict() == AccessPath.Verdict.ALLOWED;
                    assertThat(pa).as(what).isEqualTo(allowed ? result.physical() : Mmu.FAILED);
                    if (path.levels() > 0) {
                        assertThat(rig.get(entry)).as(what).isEqualTo(before | result.update());
                        mapped++;
                    }
                }
            }
        }
        assertThat(mapped).isGreaterThan(CASES / 10);
        Set<WalkFault> all = EnumSet.allOf(WalkFault.class);
        // The root table is always in RAM here, and no entry leads elsewhere.
        all.remove(WalkFault.TABLE_NOT_IN_RAM);
        assertThat(seen).containsAll(all);
        assertThat(verdicts).isEqualTo(EnumSet.allOf(AccessPath.Verdict.class));
    }

    @Test
    void theStepsAreTheEntriesThatTheMachineReads() {
        rig.paging(4);
        long entry = rig.map(VA, MmuRig.BASE + 0x10_0000, 0, KERNEL);
        AccessPath path = rig.mmu.explain(VA, 8, AccessType.STORE, Privilege.SUPERVISOR);
        assertThat(path.steps()).extracting(AccessPath.Step::level).containsExactly(3, 2, 1, 0);
        assertThat(path.steps().getLast()).isEqualTo(new AccessPath.Step(0, entry, rig.get(entry)));
    }

    @Test
    void aTableOutsideOfRamIsNamed() {
        rig.paging(3);
        rig.map(VA, 0x4000_0000, 1, Pte.V);
        AccessPath path = rig.mmu.explain(VA, 1, AccessType.LOAD, Privilege.SUPERVISOR);
        assertThat(path.result())
                .isInstanceOfSatisfying(
                        AccessPath.Unmapped.class,
                        unmapped -> assertThat(unmapped.why()).isEqualTo(WalkFault.TABLE_NOT_IN_RAM));
    }

    @Test
    void nothingIsRememberedInATlb() {
        rig.paging(3);
        rig.map(VA, MmuRig.BASE + 0x10_0000, 0, KERNEL);
        rig.mmu.flush();
        rig.mmu.explain(VA, 8, AccessType.LOAD, Privilege.SUPERVISOR);
        assertThat(rig.mmu.loadTlb.tag(VA)).isEqualTo(Tlb.INVALID);
        rig.mmu.load(VA, 8);
        assertThat(rig.mmu.loadTlb.tag(VA)).isEqualTo(VA);
    }

    @Test
    void theDecidingEntryOfPmpIsTheFirstThatMatches() {
        Pmp pmp = rig.mmu.pmp();
        pmp.setAddress(2, MmuRig.BASE >>> 2 | 0x1ff);
        pmp.setConfig(2, Pmp.NAPOT << Pmp.A_SHIFT);
        assertThat(pmp.deciding(MmuRig.BASE, 8)).hasValue(0);
        pmp.setConfig(0, 0);
        assertThat(pmp.deciding(MmuRig.BASE, 8)).hasValue(2);
        assertThat(pmp.deciding(MmuRig.BASE + 0x1000, 8)).isEmpty();
    }
}
