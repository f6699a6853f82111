package dev.ravel.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.ravel.asm.program.Program;
import dev.ravel.boot.BootImage;
import dev.ravel.boot.FirmwareProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FirmwareTest {
    private static final long RAM = 0x8000_0000L;
    private static final long OFFSET_OF_HART_BLOCKS = 0x8000;

    @Test
    void firmwareIsOneSegmentThatLeavesRoomForTheBlocksOfItsHarts() {
        Program program = Firmware.assemble(RAM);
        assertThat(program.entry()).isEqualTo(RAM);
        assertThat(program.segments()).hasSize(1);
        assertThat(program.base()).isEqualTo(RAM);
        assertThat(program.end() - RAM).isLessThanOrEqualTo(OFFSET_OF_HART_BLOCKS);
    }

    @Test
    void firmwareDoesNotDependOnWhereItIsLoaded() {
        assertThat(Firmware.assemble(RAM).flat())
                .isEqualTo(Firmware.assemble(RAM + 5 * Firmware.SIZE).flat());
    }

    @Test
    void firmwareMustBeAlignedToItsSizeBecausePmpProtectsPowersOfTwo() {
        assertThatThrownBy(() -> Firmware.assemble(RAM + 0x1000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0x80001000");
    }

    @Test
    void theImageForTheMachineCoversAllThatTheFirmwareKeeps() {
        FirmwareProvider provider = new BuiltInFirmware();
        assertThat(provider.reservedSize()).isEqualTo(Firmware.SIZE);
        assertThat(provider.firmware(RAM)).isInstanceOfSatisfying(BootImage.Elf.class, elf -> {
            assertThat(elf.entry()).isEqualTo(RAM);
            assertThat(elf.start()).isEqualTo(RAM);
            assertThat(elf.end()).isEqualTo(RAM + Firmware.SIZE);
        });
    }

    /** Machines that start from what was assembled ahead are those that start from what is assembled for them. */
    @Test
    void whatWasAssembledAheadIsTheSameImage() throws IOException {
        BootImage.Elf ready = BuiltInFirmware.ready(new ByteArrayInputStream(BuiltInFirmware.assembled()));
        BootImage.Elf assembled = BuiltInFirmware.assemble(RAM);

        assertThat(ready.segments().getFirst().data().toArray(ValueLayout.JAVA_BYTE))
                .isEqualTo(Firmware.assemble(RAM).flat());
        assertThat(ready)
                .usingRecursiveComparison()
                .ignoringFields("segments.data")
                .isEqualTo(assembled);
        assertThat(ready.symbols()).containsKey("_start");
    }

    @ParameterizedTest
    @EnumSource
    void kernelsAreFoundByTheirNames(Kernel kernel) {
        assertThat(Kernel.named(kernel.guestName())).contains(kernel);
        assertThat(kernel.assemble().entry()).isEqualTo(Kernel.ADDRESS);
    }

    @ParameterizedTest
    @CsvSource({
        "sbi, firmware.s, 0x80000000",
        "hello, hello.s, 0x80200000",
        "tiny, tiny.s, 0x80200000",
        "pages, pages.s, 0x80200000",
        "tasks, tasks.s, 0x80200000",
        "lines, lines.s, 0x80200000",
        "sums, sums.s, 0x80200000",
        "monitor, monitor.s, 0x80200000",
        "box, box.s, 0x80200000"
    })
    void bytesAreThoseOfGnuAs(String directory, String main, String address, @TempDir Path temporary) throws Exception {
        Path as = gnu("as");
        Path ld = gnu("ld");
        Path objcopy = gnu("objcopy");
        assumeThat(as).as("GNU binutils for riscv64-unknown-elf").isNotEmptyFile();
        for (String name :
                Files.readString(copy(directory, main, temporary)).lines().toList()) {
            String line = name.strip();
            if (line.startsWith(".include")) {
                copy(directory, line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')), temporary);
            }
        }
        run(temporary, as.toString(), "-march=rv64gc_zihintpause_sstc", "-mno-relax", "-o", "a.o", main);
        run(
                temporary,
                ld.toString(),
                "-N",
                "--no-relax",
                "--no-warn-rwx-segments",
                "-Ttext=" + address,
                "-o",
                "a",
                "a.o");
        run(temporary, objcopy.toString(), "-O", "binary", "a", "a.bin");
        byte[] expected = Files.readAllBytes(temporary.resolve("a.bin"));
        byte[] own = Sources.assemble(directory, main, Long.decode(address)).flat();
        assertThat(Arrays.mismatch(own, expected)).as("first byte that differs").isEqualTo(-1);
    }

    private static Path gnu(String tool) {
        return Path.of("/usr/bin/riscv64-unknown-elf-" + tool);
    }

    private static Path copy(String directory, String name, Path to) throws IOException {
        InputStream own = Firmware.class.getResourceAsStream(directory + "/" + name);
        try (InputStream in = own != null ? own : Firmware.class.getResourceAsStream("shared/" + name)) {
            Path file = to.resolve(name);
            Files.copy(in, file);
            return file;
        }
    }

    private static void run(Path directory, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }
}
