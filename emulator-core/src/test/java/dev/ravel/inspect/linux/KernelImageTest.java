package dev.ravel.inspect.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.inspect.linux.KallsymsTables.Layout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelImageTest {
    private final KernelRig rig = new KernelRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @EnumSource
    void everySymbolOfEachLayoutIsFoundAtItsAddress(Layout layout) throws InspectionException {
        KernelImage image = rig.load(layout).image();
        assertThat(image.banner()).isEqualTo("Linux version 1.2.3 (test)");
        KernelSymbols symbols = image.symbols();
        assertThat(symbols.size()).isEqualTo(rig.symbols.size());
        for (int i = 0; i < symbols.size(); i++) {
            assertThat(symbols.get(i)).isEqualTo(rig.symbols.get(i));
            assertThat(symbols.address(rig.symbols.get(i).name()))
                    .hasValue(rig.symbols.get(i).address());
        }
    }

    @Test
    void anAddressIsTheNearestSymbolBelowAndADistance() throws InspectionException {
        rig.symbol("alias", 'W', 0x20_0000);
        KernelSymbols symbols = rig.load(Layout.RELATIVE_BASE).image().symbols();
        long at = KernelRig.KERNEL + 0x20_0000;
        assertThat(symbols.nearest(at)).map(Object::toString).contains("symbol_0");
        assertThat(symbols.nearest(at + 33)).map(Object::toString).contains("symbol_2+0x1");
        assertThat(symbols.nearest(KernelRig.KERNEL - 1)).isEmpty();
        assertThat(symbols.nearest(0)).isEmpty();
        assertThat(symbols.nearest(-1)).isEmpty();
        assertThat(symbols.address("symbol_")).isEmpty();
        assertThat(symbols.address("nothing")).isEmpty();
    }

    @Test
    void memoryIsReadByVirtualAddressAcrossPages() throws Exception {
        KernelMemory memory = rig.load(Layout.RELATIVE_BASE).image().memory();
        rig.putLong(0x1f_fffd, 0x1122_3344_5566_7788L);
        assertThat(memory.read(KernelRig.KERNEL + 0x1f_fffd, 8)).isEqualTo(0x1122_3344_5566_7788L);
        assertThat(memory.read(KernelRig.LINEAR + 0x1f_fffe, 4)).isEqualTo(0x4455_6677L);
        assertThat(memory.bytes(KernelRig.KERNEL + 0x1f_fffd, 4)).containsExactly(0x88, 0x77, 0x66, 0x55);
        assertThatThrownBy(() -> memory.read(KernelRig.KERNEL + KernelRig.SIZE - 2, 4))
                .isInstanceOf(BrokenStructureException.class)
                .hasMessage("0xffffffff80800000 leads to no memory");
        assertThatThrownBy(() -> memory.text(0, 16)).isInstanceOf(BrokenStructureException.class);
    }

    @Test
    void aMachineWithoutAKernelIsToldSoInOneLine() {
        assertThatThrownBy(rig::image)
                .isInstanceOf(InspectionException.class)
                .hasMessage("no Linux kernel with kallsyms was found in RAM");
        rig.load(Layout.RELATIVE_BASE);
        assertThatThrownBy(() -> KernelImage.find(rig.ram, List.of(0L)))
                .isInstanceOf(InspectionException.class)
                .hasMessage("no Linux kernel runs (yet): no hart translates addresses");
        rig.putLong(0x2000, 0);
        assertThatThrownBy(rig::image)
                .isInstanceOf(InspectionException.class)
                .hasMessage("no Linux kernel runs (yet): its symbols are in RAM, but not mapped");
    }

    @Test
    void theCopyThatABootLoaderLeftIsPassedOver() throws InspectionException {
        List<KernelSymbol> unrelocated = rig.symbols.stream()
                .map(s -> new KernelSymbol(s.name(), s.type(), s.address() - KernelRig.KERNEL))
                .toList();
        rig.put(0x8000, KallsymsTables.write(Layout.RELATIVE_BASE, unrelocated, 0));
        assertThat(rig.load(Layout.RELATIVE_BASE).image().symbols().get(0))
                .isEqualTo(new KernelSymbol("_text", 'T', KernelRig.KERNEL));
    }

    @Test
    void aKernelWithoutTypesIsToldSoInOneLine() throws InspectionException {
        KernelImage image = rig.load(Layout.RELATIVE_BASE).image();
        assertThatThrownBy(() -> LinuxKernel.of(image))
                .isInstanceOf(InspectionException.class)
                .hasMessage("this kernel does not carry its types (BTF): one built with CONFIG_DEBUG_INFO_BTF does");
    }

    @ParameterizedTest
    @EnumSource
    void damagedTablesAreNoKernelOrAnotherOneAndNeverAnError(Layout layout) {
        rig.load(layout);
        SplittableRandom random = new SplittableRandom(7);
        int found = 0;
        for (int i = 0; i < 80; i++) {
            long at = 0x10_0000 + random.nextInt(0x3000) & -8L;
            long before = rig.getLong(at);
            rig.putLong(at, before ^ 0xffL << random.nextInt(64));
            try {
                rig.image();
                found++;
            } catch (InspectionException e) {
                assertThat(e).hasMessageNotContaining("\n");
            }
            rig.putLong(at, before);
        }
        // Some bytes belong to names only, most hold the tables together.
        assertThat(found).isLessThan(80);
    }

    @Test
    void aGuestThatFillsItsMemoryWithFalseTablesIsGivenUpOn() {
        byte[] index = new byte[512];
        for (int i = 0; i < 256; i++) {
            index[i * 2] = (byte) (i * 2);
            index[i * 2 + 1] = (byte) (i * 2 >> 8);
        }
        for (int at = 0x4000; at + 1024 <= KernelRig.SIZE; at += 1024) {
            rig.put(at, index);
        }
        assertThatThrownBy(rig::image).hasMessage("no Linux kernel with kallsyms was found in RAM");
    }
}
