package dev.ravel.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.boot.BootLayout.Region;
import dev.ravel.boot.BootLayout.Request;
import dev.ravel.memory.Ram;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BootLayoutTest {
    private static final long BASE = 0x8000_0000L;
    private static final long MIB = 1 << 20;

    private static BootImage image(byte[] content) throws ImageException {
        return ImageLoader.parse("k", content);
    }

    private static BootLayout plan(long ramSize, byte[] firmware, byte[] kernel, long initrdSize)
            throws ImageException {
        return BootLayout.plan(new Request(
                BASE,
                ramSize,
                firmware.length == 0 ? Optional.empty() : Optional.of(ImageLoader.parse("f", firmware)),
                Optional.of(image(kernel)),
                initrdSize,
                5000));
    }

    private static final long VIRTUAL = 0xffff_ffff_8000_0000L;
    private static final byte[] NONE = {};
    private static final byte[] FIRMWARE = new byte[300_000];
    private static final byte[] KERNEL = KernelFile.flat(2 * MIB, 36 * MIB + 5);

    @Test
    void linuxLiesWhereQemuPutsIt() throws ImageException {
        BootLayout layout = plan(512 * MIB, FIRMWARE, KERNEL, 10 * MIB);
        assertThat(layout.firmware().orElseThrow().region()).isEqualTo(new Region(BASE, 300_000));
        assertThat(layout.kernel().orElseThrow().region()).isEqualTo(new Region(BASE + 2 * MIB, 36 * MIB + 5));
        assertThat(layout.kernel().orElseThrow().entry()).isEqualTo(BASE + 2 * MIB);
        assertThat(layout.initrd().orElseThrow()).isEqualTo(new Region(BASE + 130 * MIB, 10 * MIB));
        assertThat(layout.deviceTree()).isEqualTo(new Region(BASE + 510 * MIB, 5000));
        assertThat(layout.entry()).isEqualTo(BASE);
        assertThat(layout.dynamicInfo().nextAddress()).isEqualTo(BASE + 2 * MIB);
    }

    @Test
    void inLittleRamTheInitramfsIsRightAfterTheKernel() throws ImageException {
        assertThat(plan(64 * MIB, FIRMWARE, KERNEL, 10 * MIB).initrd().orElseThrow())
                .isEqualTo(new Region(BASE + 40 * MIB, 10 * MIB));
    }

    @Test
    void theDeviceTreeStaysBelow3GiBHoweverMuchRamThereIs() throws ImageException {
        assertThat(plan(8192 * MIB, FIRMWARE, KERNEL, 0).deviceTree().address()).isEqualTo((3L << 30) - 2 * MIB);
    }

    @Test
    void aKernelMakesWayForLargeFirmware() throws ImageException {
        BootLayout layout = plan(512 * MIB, new byte[(int) (3 * MIB)], KERNEL, 0);
        assertThat(layout.kernel().orElseThrow().entry()).isEqualTo(BASE + 4 * MIB);
    }

    @Test
    void anMModeKernelWithoutFirmwareStartsAtTheBottomOfRam() throws ImageException {
        BootLayout layout = plan(128 * MIB, NONE, KernelFile.flat(0, 4 * MIB), 0);
        assertThat(layout.entry()).isEqualTo(BASE);
    }

    @Test
    void aRawImageOfUnknownSizeIsFarFromTheInitramfs() throws ImageException {
        BootLayout layout = plan(1024 * MIB, FIRMWARE, new byte[100], MIB);
        assertThat(layout.kernel().orElseThrow().entry()).isEqualTo(BASE + 2 * MIB);
        assertThat(layout.initrd().orElseThrow().address()).isEqualTo(BASE + 130 * MIB);
    }

    @Test
    void anElfLiesWhereItWasLinked() throws ImageException {
        BootLayout layout = plan(128 * MIB, NONE, ElfFile.small().build(), 0);
        assertThat(layout.entry()).isEqualTo(BASE);
        assertThat(layout.kernel().orElseThrow().shift()).isZero();
    }

    @Test
    void littleRamIsEnoughForALittleProgram() throws ImageException {
        BootLayout layout = plan(64 << 10, NONE, ElfFile.small().build(), 0);
        assertThat(layout.deviceTree().address())
                .isEqualTo(BASE + (64 << 10) - 5000)
                .matches(address -> address % 8 == 0);
    }

    @Test
    void aMovableElfGoesBehindTheFirmware() throws ImageException {
        ElfFile file = new ElfFile().load(0x1000, new byte[64]);
        file.type = 3;
        file.entry = 0x1010;
        BootLayout layout = plan(128 * MIB, FIRMWARE, file.build(), 0);
        assertThat(layout.kernel().orElseThrow().region()).isEqualTo(new Region(BASE + 2 * MIB, 64));
        assertThat(layout.kernel().orElseThrow().entry()).isEqualTo(BASE + 2 * MIB);
    }

    @Test
    void aKernelWithTwoEntriesIsEnteredAtItsLowestAddressAndFirmwareAtItsElfEntry() throws ImageException {
        ElfFile virtual = new ElfFile().load(VIRTUAL, BASE + 2 * MIB, new byte[128], 128);
        virtual.entry = VIRTUAL + 0x40;
        assertThat(plan(128 * MIB, FIRMWARE, virtual.build(), 0).dynamicInfo().nextAddress())
                .isEqualTo(BASE + 2 * MIB);

        ElfFile bare = new ElfFile().load(VIRTUAL, BASE, new byte[128], 128);
        bare.entry = VIRTUAL + 0x40;
        assertThat(plan(128 * MIB, NONE, bare.build(), 0).entry()).isEqualTo(BASE);
        assertThat(plan(128 * MIB, bare.build(), KERNEL, 0).entry()).isEqualTo(BASE + 0x40);
    }

    @Test
    void anElfEntryMayBeAPhysicalAddress() throws ImageException {
        ElfFile file = new ElfFile().load(VIRTUAL, BASE, new byte[128], 128);
        file.entry = BASE + 0x40;
        assertThat(plan(128 * MIB, NONE, file.build(), 0).entry()).isEqualTo(BASE);
        assertThat(plan(128 * MIB, file.build(), KERNEL, 0).entry()).isEqualTo(BASE + 0x40);
    }

    @Test
    void aKernelWhoseLowestAddressHoldsTheElfHeaderOrDataIsEnteredAtItsElfEntry() throws ImageException {
        byte[] header = ElfFile.small().build();
        ElfFile withHeader = new ElfFile().load(BASE, header);
        withHeader.entry = BASE + 0x100;
        assertThat(plan(128 * MIB, NONE, withHeader.build(), 0).entry()).isEqualTo(BASE + 0x100);

        ElfFile withData = new ElfFile().readOnly(BASE, new byte[64]).load(BASE + 0x1000, new byte[64]);
        withData.entry = BASE + 0x1010;
        assertThat(plan(128 * MIB, NONE, withData.build(), 0).entry()).isEqualTo(BASE + 0x1010);
    }

    @Test
    void headersThatTheLinkerLoadsBelowRamAreLeftOut() throws ImageException {
        byte[] data = new byte[0x1040];
        byte[] header = ElfFile.small().build();
        System.arraycopy(header, 0, data, 0, 64);
        data[56] = 1;
        data[0x1000] = 0x13;
        ElfFile file = new ElfFile().load(BASE - 0x1000, data);
        file.entry = BASE + 0x10;
        BootLayout layout = plan(128 * MIB, NONE, file.build(), 0);
        assertThat(layout.kernel().orElseThrow().region()).isEqualTo(new Region(BASE, 0x40));
        assertThat(layout.entry()).isEqualTo(BASE);

        data[0xfff] = 1;
        ElfFile more = new ElfFile().load(BASE - 0x1000, data);
        more.entry = BASE + 0x10;
        byte[] refused = more.build();
        assertThatThrownBy(() -> plan(128 * MIB, NONE, refused, 0)).hasMessageContaining("where no RAM is");
    }

    @Test
    void anElfEntryInNoSegmentIsRefusedOnlyWhereItIsUsed() throws ImageException {
        ElfFile file = ElfFile.small();
        file.entry = 4;
        assertThat(plan(128 * MIB, NONE, file.build(), 0).entry()).isEqualTo(BASE);
        assertThatThrownBy(() -> plan(128 * MIB, file.build(), KERNEL, 0))
                .isInstanceOf(ImageException.class)
                .hasMessage("f: the entry 0x4 is in no segment of the ELF file; set it with the linker's -e");
    }

    @Test
    void ramOfExactlyTheSizeThatTheMessageNamesIsEnough() throws ImageException {
        assertThatThrownBy(() -> plan(32 * MIB, FIRMWARE, KERNEL, 0))
                .isInstanceOf(ImageException.class)
                .hasMessage("k: needs 40 MiB, RAM has 32 MiB: give the machine 40M or more");
        plan(40 * MIB, FIRMWARE, KERNEL, 0);
        assertThatThrownBy(() -> plan(40 * MIB, FIRMWARE, KERNEL, 9 * MIB))
                .isInstanceOf(ImageException.class)
                .hasMessage("k: kernel, initramfs and device tree need 50 MiB, RAM has 40 MiB:"
                        + " give the machine 50M or more");
        plan(50 * MIB, FIRMWARE, KERNEL, 9 * MIB);
    }

    @Test
    void aKernelOrInitramfsThatDoesNotFitBelow3GiBIsRefused() {
        assertThatThrownBy(() -> plan(4096 * MIB, FIRMWARE, KERNEL, 1000 * MIB))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("below 3 GiB");
        assertThatThrownBy(() -> plan(4096 * MIB, FIRMWARE, KernelFile.flat(0, 1L << 60), 0))
                .isInstanceOf(ImageException.class);
    }

    @Test
    void anElfWithoutRamUnderItIsRefused() {
        ElfFile file = new ElfFile().load(0x1000, new byte[64]);
        file.entry = 0x1000;
        assertThatThrownBy(() -> plan(128 * MIB, NONE, file.build(), 0))
                .isInstanceOf(ImageException.class)
                .hasMessage("k: linked for 0x1000 to 0x1040, where no RAM is; link it for 0x80000000");
    }

    @Test
    void anElfOverTheFirmwareIsRefused() {
        assertThatThrownBy(() -> plan(128 * MIB, FIRMWARE, ElfFile.small().build(), 0))
                .isInstanceOf(ImageException.class)
                .hasMessage("k: lies at 0x80000000, over the firmware f; link it for 0x80200000"
                        + " or start it without firmware");
    }

    @Test
    void loadingWritesEveryPieceAndTheZerosThatImagesWant() throws ImageException, IOException {
        byte[] initrd = {1, 2, 3};
        byte[] tree = new byte[5000];
        tree[0] = 9;
        try (Ram ram = Ram.allocate(BASE, 16 * MIB)) {
            ram.segment().fill((byte) 0x55);
            BootLayout layout = plan(16 * MIB, NONE, ElfFile.small().build(), initrd.length);
            layout.load(ram, MemorySegment.ofArray(initrd), tree);
            assertThat(bytes(ram, BASE, 8)).isEqualTo(ElfFile.doublewords(0x0000_006f_0000_0013L));
            assertThat(bytes(ram, BASE + 0x1000, 64)).isEqualTo(ElfFile.doublewords(1, 2, 0, 0, 0, 0, 0, 0));
            assertThat(bytes(ram, BASE + 0x1040, 1)).isEqualTo(new byte[] {0x55});
            assertThat(bytes(ram, layout.initrd().orElseThrow().address(), 4)).isEqualTo(new byte[] {1, 2, 3, 0x55});
            assertThat(bytes(ram, layout.deviceTree().address(), 5000)).isEqualTo(tree);
        }
    }

    @Test
    void theBssOfALinuxKernelIsCleared() throws ImageException, IOException {
        byte[] file = KernelFile.flat(2 * MIB, 4096);
        try (Ram ram = Ram.allocate(BASE, 16 * MIB)) {
            ram.segment().fill((byte) 0x55);
            plan(16 * MIB, NONE, file, 0).load(ram, MemorySegment.NULL, new byte[5000]);
            assertThat(bytes(ram, BASE + 2 * MIB, 4096)).isEqualTo(Arrays.copyOf(file, 4096));
            assertThat(bytes(ram, BASE + 2 * MIB + 4096, 1)).isEqualTo(new byte[] {0x55});
        }
    }

    @Test
    void theRelocationsOfAMovedElfAreApplied() throws ImageException, IOException {
        // A table that relocates the doubleword at 0x2008, which the dynamic section at 0x2010 names.
        byte[] data = ElfFile.doublewords(0, 0, 7, 0x2040, 8, 24, 0, 0, 0x2008, 3, 0x1004);
        byte[] dynamic = Arrays.copyOfRange(data, 16, 64);
        ElfFile file =
                new ElfFile().load(0x1000, new byte[16]).load(0x2000, data).programHeader(2, 0x2010, dynamic);
        file.type = 3;
        file.entry = 0x1000;
        try (Ram ram = Ram.allocate(BASE, 16 * MIB)) {
            plan(16 * MIB, NONE, file.build(), 0).load(ram, MemorySegment.NULL, new byte[5000]);
            assertThat(bytes(ram, BASE + 0x1008, 8)).isEqualTo(ElfFile.doublewords(BASE + 4));
        }
    }

    @Test
    void dynamicInformationIsSixDoublewords() {
        assertThat(DynamicInfo.supervisor(BASE + 2 * MIB).toBytes())
                .isEqualTo(ElfFile.doublewords(0x4942534f, 2, BASE + 2 * MIB, 1, 0, 0))
                .hasSize(DynamicInfo.SIZE);
    }

    private static byte[] bytes(Ram ram, long address, long size) {
        return ram.segment().asSlice(address - BASE, size).toArray(ValueLayout.JAVA_BYTE);
    }
}
