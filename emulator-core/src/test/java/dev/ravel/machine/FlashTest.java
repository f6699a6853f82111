package dev.ravel.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.BootImage;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.engine.EveryEngine;
import dev.ravel.engine.TestEngine;
import dev.ravel.hart.Hart;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.machine.config.Field;
import dev.ravel.machine.config.FlashConfig;
import dev.ravel.snapshot.Snapshot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FlashTest {
    private static final long SIZE = 32 << 20;
    private static final String POWER_OFF = " li t0, 0x100000\n li t1, 0x5555\n sw t1, (t0)\n9: j 9b\n";

    /** Erases the second bank's second block and programs its first word; s1 is the status, s2 the word. */
    private static final String ERASE_AND_PROGRAM = " li s0, 0x22040000\n li t0, 0x200020\n sw t0, (s0)\n"
            + " li t0, 0xd000d0\n sw t0, (s0)\n li t0, 0x400040\n sw t0, (s0)\n li t0, 0x12345678\n sw t0, (s0)\n"
            + " lwu s1, (s0)\n li t0, 0xff00ff\n sw t0, (s0)\n lwu s2, (s0)\n";

    @TempDir
    private Path folder;

    private static byte[] code(String text) {
        return Assembler.assemble("program.s", "_start:\n" + text)
                .segments()
                .getFirst()
                .bytes();
    }

    private static BootImage program(String text) {
        try {
            return ImageLoader.parse("program", ElfWriter.write(Assembler.assemble("program.s", "_start:\n" + text)));
        } catch (ImageException e) {
            throw new AssertionError(e);
        }
    }

    /** A bank's image that is zero but for this at its start. */
    private Path image(String name, byte[] start) throws IOException {
        Path file = folder.resolve(name);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(start);
            out.setLength(SIZE);
        }
        return file;
    }

    private static int word(Path file, long offset) throws IOException {
        ByteBuffer word = ByteBuffer.allocate(4);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            in.read(word, offset);
        }
        return Integer.reverseBytes(word.getInt(0));
    }

    private static FlashConfig.Image keptIn(Path file) {
        return new FlashConfig.Image(file, false, Optional.empty());
    }

    private static FlashConfig.Image readOnly(Path file) {
        return new FlashConfig.Image(file, true, Optional.empty());
    }

    private static MachineBuilder machine(FlashConfig.Image... images) {
        return Machine.builder().memory(4 << 20).bios(new Bios.None()).add(new FlashConfig(List.of(images)));
    }

    private static void runToPowerOff(Machine machine) {
        assertThat(machine.run()).isEqualTo(new End.PoweredOff());
    }

    @EveryEngine(variations = {})
    void withoutFirmwareTheMachineStartsInFlashWhereVariablesAreKeptInTheirFile(TestEngine engine) throws IOException {
        Path firmware = image("code", code(ERASE_AND_PROGRAM + POWER_OFF));
        Path variables = image("variables", new byte[] {1});
        try (Machine machine = machine(readOnly(firmware), keptIn(variables))
                .engine(engine.name())
                .build()) {
            runToPowerOff(machine);
            assertThat(machine.harts().getFirst().x[9]).isEqualTo(0x800080);
            assertThat(machine.harts().getFirst().x[18]).isEqualTo(0x12345678);
            assertThat(machine.keptByHost()).containsExactly("the flash variables");
        }
        assertThat(word(variables, 0)).isEqualTo(1);
        assertThat(word(variables, 0x40000)).isEqualTo(0x12345678);
        assertThat(word(variables, 0x40004)).isEqualTo(-1);
        assertThat(word(variables, 0x80000)).isZero();
    }

    @EveryEngine(variations = {})
    void codeInFlashIsDecodedOnceAsCodeInRamIs(TestEngine engine) throws IOException {
        Path firmware = image("code", code(" li t0, 5000\n1: addi t0, t0, -1\n bnez t0, 1b\n" + POWER_OFF));
        try (Machine machine = machine(readOnly(firmware)).engine(engine.name()).build()) {
            runToPowerOff(machine);
            Hart hart = machine.harts().getFirst();
            assertThat(hart.instret).isGreaterThan(10_000);
            // Whoever asks the device for instructions asks for each anew.
            assertThat(hart.mmu.tlbMisses).isLessThan(100);
        }
    }

    /** As from memory: EDK2 loads doublewords from addresses that are multiples of 4, QEMU's flash lets it. */
    @EveryEngine(variations = {})
    void loadsFromFlashMayBeMisaligned(TestEngine engine) throws IOException {
        byte[] data = new byte[0x2010];
        for (int i = 0x1000; i < data.length; i++) {
            data[i] = (byte) i;
        }
        Path variables = image("variables", data);
        Path firmware = image(
                "code",
                code(
                        " li s0, 0x22001000\n ld s1, 4(s0)\n lw s2, 0x15(s0)\n lhu s3, 0x21(s0)\n li s0, 0x22001ffd\n ld s4, (s0)\n"
                                + " lw s5, 1(s0)\n" + POWER_OFF));
        try (Machine machine = machine(readOnly(firmware), keptIn(variables))
                .engine(engine.name())
                .build()) {
            runToPowerOff(machine);
            long[] x = machine.harts().getFirst().x;
            assertThat(x[9]).isEqualTo(0x0b0a090807060504L);
            assertThat(x[18]).isEqualTo(0x18171615);
            assertThat(x[19]).isEqualTo(0x2221);
            assertThat(x[20]).isEqualTo(0x04030201_00fffefdL);
            assertThat(x[21]).isEqualTo(0x0100fffe);
        }
    }

    /** Programs two instructions and calls them, after a snapshot. */
    @EveryEngine(variations = {})
    void codeThatWasProgrammedRunsAfterASnapshotIsRestored(TestEngine engine) {
        String program = " li s0, 0x20000000\n li t0, 0x400040\n sw t0, (s0)\n li t0, 0x80820509\n sw t0, (s0)\n"
                + " li t0, 0xff00ff\n sw t0, (s0)\n li a0, 0\n jalr s0\n" + POWER_OFF;
        MachineBuilder builder = Machine.builder()
                .memory(4 << 20)
                .bios(new Bios.None())
                .engine(engine.name())
                .kernel(program(program))
                .deterministic();
        Snapshot snapshot;
        try (Machine machine = builder.build()) {
            // Six are the boot ROM's.
            machine.step(6 + 11);
            assertThat(machine.harts().getFirst().x[5]).isEqualTo(0xff00ff);
            snapshot = machine.snapshot();
        }
        try (Machine machine = builder.build()) {
            machine.restore(snapshot);
            runToPowerOff(machine);
            assertThat(machine.harts().getFirst().x[10]).isEqualTo(2);
        }
    }

    @Test
    void whatCannotBeWrittenIsAnErrorInTheStatusAndStaysAsItWas() throws IOException {
        Path firmware = image("code", code(ERASE_AND_PROGRAM + POWER_OFF));
        Path variables = image("variables", new byte[] {1});
        try (Machine machine = machine(readOnly(firmware), readOnly(variables)).build()) {
            runToPowerOff(machine);
            assertThat(machine.harts().getFirst().x[9]).isEqualTo(0xb000b0);
            assertThat(machine.harts().getFirst().x[18]).isZero();
            assertThat(machine.keptByHost()).isEmpty();
        }
        assertThat(word(variables, 0x40000)).isZero();
    }

    @Test
    void firmwareIsToldToStartFlash() throws IOException {
        // In place of firmware: reads the address from the fw_dynamic information and goes there.
        Path firmware = Files.write(folder.resolve("firmware"), code(" ld t0, 16(a2)\n jr t0\n"));
        Path code = image("code", code(POWER_OFF));
        try (Machine machine =
                machine(readOnly(code)).bios(new Bios.File(firmware)).build()) {
            runToPowerOff(machine);
            assertThat(machine.harts().getFirst().pc).isBetween(0x2000_0000L, 0x2000_0100L);
        }
    }

    @Test
    void whatIsInFlashIsToldOfTheKernelThatItIsToStart() throws IOException {
        // In place of what is in flash: the size of the kernel and of the initial RAM disk, and the kernel's first
        // word.
        Path firmware = Files.write(
                folder.resolve("firmware"),
                code(" li s0, 0x10100000\n li t0, 0x0800\n sh t0, 8(s0)\n lw s1, (s0)\n li t0, 0x0b00\n sh t0, 8(s0)\n"
                        + " lw s2, (s0)\n li t0, 0x1100\n sh t0, 8(s0)\n lw s3, (s0)\n" + POWER_OFF));
        Path kernel = folder.resolve("kernel.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(kernel))) {
            out.write(new byte[] {0x78, 0x56, 0x34, 0x12, 0x11});
        }
        Path initrd = Files.write(folder.resolve("initrd"), new byte[7]);
        MachineBuilder builder = machine(readOnly(image("code", code(POWER_OFF))))
                .bios(new Bios.File(firmware))
                .kernel(kernel)
                .initrd(initrd);
        try (Machine machine = builder.build()) {
            runToPowerOff(machine);
            long[] x = machine.harts().getFirst().x;
            assertThat(x[9]).as("the size without its compression").isEqualTo(5);
            assertThat(x[18]).isEqualTo(7);
            assertThat(x[19]).isEqualTo(0x12345678);
        }
        Files.delete(kernel);
        assertThatThrownBy(builder::build)
                .isInstanceOfSatisfying(
                        ConfigurationException.class, e -> assertThat(e.field()).isEqualTo(Field.Part.KERNEL))
                .hasMessageContaining("kernel.gz: no such file");
        assertThatThrownBy(builder.kernel(program(POWER_OFF))::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("from files only");
    }

    /** Programs a word, in two writes of which the second is after a snapshot. */
    @Test
    void aSnapshotHoldsWhatNoFileKeepsAndTheMiddleOfACommand() {
        String programs = " li s0, 0x20000000\n li t0, 0x400040\n sw t0, (s0)\n li t0, 0x1111\n sw t0, (s0)\n"
                + " li t0, 0x400040\n sw t0, 4(s0)\n nop\n li t0, 0x2222\n sw t0, 4(s0)\n"
                + " li t0, 0xff00ff\n sw t0, (s0)\n ld s1, (s0)\n" + POWER_OFF;
        MachineBuilder builder = Machine.builder()
                .memory(4 << 20)
                .bios(new Bios.None())
                .kernel(program(programs))
                .deterministic();
        Snapshot snapshot;
        try (Machine machine = builder.build()) {
            // Six are the boot ROM's.
            machine.step(6 + 12);
            snapshot = machine.snapshot();
            runToPowerOff(machine);
            assertThat(machine.harts().getFirst().x[9]).isEqualTo(0x2222_0000_1111L);
        }
        try (Machine machine = builder.build()) {
            machine.restore(snapshot);
            runToPowerOff(machine);
            assertThat(machine.harts().getFirst().x[9]).isEqualTo(0x2222_0000_1111L);
        }
    }

    @Test
    void anImageOfAnotherSizeAndAThirdOneAreRefused() throws IOException {
        Path small = Files.write(folder.resolve("small"), new byte[4096]);
        assertThatThrownBy(() -> machine(readOnly(small)).build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.field()).isEqualTo(new Field.Device(FlashConfig.class, "flash", "images")))
                .hasMessageContaining("small: has 4096 bytes; a bank of flash has 33554432");
        assertThatThrownBy(() -> new FlashConfig(
                        Stream.generate(() -> readOnly(small)).limit(3).toList()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("two banks");
    }
}
