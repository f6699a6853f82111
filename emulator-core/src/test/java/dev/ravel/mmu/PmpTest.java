package dev.ravel.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.isa.Privilege;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PmpTest {
    private static final int[] PRIVILEGES = {Privilege.USER, Privilege.SUPERVISOR, Privilege.MACHINE};

    private final Pmp pmp = new Pmp();

    /** Privileged 1.13, 3.7.1 and 3.7.1.3, byte by byte, from the registers alone. */
    private static boolean model(Pmp pmp, long address, int length, AccessType type, int privilege) {
        for (int entry = 0; entry < Pmp.ENTRIES; entry++) {
            int matched = 0;
            for (long at = address; at < address + length; at++) {
                if (matches(pmp, entry, at)) {
                    matched++;
                }
            }
            if (matched == 0) {
                continue;
            }
            if (matched < length) {
                return false;
            }
            int config = pmp.config(entry);
            boolean locked = config >= 0x80;
            int right = type == AccessType.LOAD ? 1 : type == AccessType.STORE ? 2 : 4;
            return (config & right) == right || privilege == Privilege.MACHINE && !locked;
        }
        return privilege == Privilege.MACHINE;
    }

    private static boolean matches(Pmp pmp, int entry, long at) {
        long word = at / 4;
        switch (pmp.config(entry) / 8 % 4) {
            case 1 -> {
                long from = entry == 0 ? 0 : pmp.address(entry - 1);
                return from <= word && word < pmp.address(entry);
            }
            case 2 -> {
                return word == pmp.address(entry);
            }
            case 3 -> {
                // The lowest zero and all bits below it do not take part in the comparison.
                int ignored = Long.numberOfTrailingZeros(~pmp.address(entry)) + 1;
                return word >>> ignored == pmp.address(entry) >>> ignored;
            }
            default -> {
                return false;
            }
        }
    }

    @Test
    void randomConfigurationsDecideAsTheTextOfTheSpecificationDoes() {
        Random random = new Random(7);
        for (int round = 0; round < 400; round++) {
            pmp.reset();
            int used = 1 + random.nextInt(Pmp.ENTRIES);
            for (int entry = 0; entry < used; entry++) {
                pmp.setAddress(entry, random.nextInt(64) | (random.nextInt(8) == 0 ? random.nextInt(4096) : 0));
                pmp.setConfig(entry, random.nextInt(256));
            }
            for (int access = 0; access < 200; access++) {
                int length = 1 << random.nextInt(6);
                long address = random.nextInt(320 / length) * (long) length + random.nextInt(2) * random.nextInt(3);
                AccessType type = AccessType.values()[random.nextInt(3)];
                int privilege = PRIVILEGES[random.nextInt(3)];
                assertThat(pmp.allows(address, length, type, privilege))
                        .as("round %d: %s of %d at %d in mode %d", round, type, length, address, privilege)
                        .isEqualTo(model(pmp, address, length, type, privilege));
            }
        }
    }

    @Test
    void withEveryEntryOffOnlyMachineModeHasAccess() {
        assertThat(pmp.allows(0x8000_0000L, 8, AccessType.LOAD, Privilege.MACHINE))
                .isTrue();
        assertThat(pmp.allows(0x8000_0000L, 8, AccessType.LOAD, Privilege.SUPERVISOR))
                .isFalse();
        assertThat(pmp.allows(0x8000_0000L, 2, AccessType.FETCH, Privilege.USER))
                .isFalse();
    }

    @Test
    void aNapotEntryOfAllOnesCoversThePhysicalAddressSpace() {
        pmp.setAddress(0, -1);
        pmp.setConfig(0, Pmp.NAPOT << Pmp.A_SHIFT | Pmp.R | Pmp.W | Pmp.X);
        assertThat(pmp.allows(0, 8, AccessType.STORE, Privilege.USER)).isTrue();
        assertThat(pmp.allows((1L << 56) - 8, 8, AccessType.FETCH, Privilege.USER))
                .isTrue();
    }

    @Test
    void writableWithoutReadableIsNotTaken() {
        pmp.setConfig(3, Pmp.W | Pmp.X);
        assertThat(pmp.config(3)).isEqualTo(Pmp.X);
    }

    @Test
    void aLockedEntryKeepsItsConfigurationAndAddress() {
        pmp.setAddress(2, 0x1234);
        pmp.setConfig(2, Pmp.L | Pmp.R | Pmp.NA4 << Pmp.A_SHIFT);
        pmp.setAddress(2, 0x4321);
        pmp.setConfig(2, 0);
        assertThat(pmp.address(2)).isEqualTo(0x1234);
        assertThat(pmp.config(2)).isEqualTo(Pmp.L | Pmp.R | Pmp.NA4 << Pmp.A_SHIFT);
    }

    @Test
    void aLockedTorEntryLocksItsLowerBoundToo() {
        pmp.setAddress(4, 0x100);
        pmp.setAddress(5, 0x200);
        pmp.setConfig(5, Pmp.L | Pmp.R | Pmp.TOR << Pmp.A_SHIFT);
        pmp.setAddress(4, 0x180);
        assertThat(pmp.address(4)).isEqualTo(0x100);
        pmp.setConfig(4, Pmp.R);
        assertThat(pmp.config(4)).as("its configuration is not locked").isEqualTo(Pmp.R);
    }

    @Test
    void addressesHave54Bits() {
        pmp.setAddress(0, -1);
        assertThat(pmp.address(0)).isEqualTo((1L << 54) - 1);
    }
}
