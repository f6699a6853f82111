package dev.ravel.testroms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ravel.asm.Assembler;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.machine.config.FlashConfig;
import dev.ravel.machine.config.VirtioBus;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Firmware of others finds and starts an EFI program. Skipped where the firmware is not installed: Debian's {@code u-boot-qemu}, and
 * {@code qemu-efi-riscv64} of trixie or newer, whose images may also be in the folder that {@code -Dravel.edk2=FOLDER} names.
 */
class EfiTest {
    private static final Path U_BOOT = Path.of("/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin");
    private static final Path EDK2 = Path.of(System.getProperty("ravel.edk2", "/usr/share/qemu-efi-riscv64"));

    private static final int SECTOR = 512;
    private static final int FIRST_SECTOR = 2048;
    private static final int SECTORS = 32768;

    /** Says whether a variable of its own is there and, if not, makes it; then switches the machine off (UEFI 2.10, 4.3, 8.2, 8.5). */
    private static final String PROGRAM = """
            _start: .ascii  "MZ"
                    .zero   58
                    .4byte  coff - _start
            coff:   .ascii  "PE\\0\\0"
                    .2byte  0x5064, 1               # RV64, one section
                    .4byte  0, 0, 0
                    .2byte  sections - optional, 0x206
            optional:
                    .2byte  0x20b, 0                # PE32+
                    .4byte  end - main, 0, 0, main - _start, main - _start
                    .8byte  0
                    .4byte  4096, 512               # alignment in memory, in the file
                    .2byte  0, 0, 0, 0, 0, 0
                    .4byte  0, end - _start, main - _start, 0
                    .2byte  10, 0                   # an EFI application
                    .8byte  0, 0, 0, 0
                    .4byte  0, 6                    # six data directories: none is there
                    .8byte  0, 0, 0, 0, 0, 0
            sections:
                    .ascii  ".text\\0\\0\\0"
                    .4byte  end - main, main - _start, end - main, main - _start, 0, 0, 0, 0x60000020
                    .balign 4096
            main:   addi    sp, sp, -16
                    ld      s0, 64(a1)              # ConOut
                    ld      s1, 88(a1)              # RuntimeServices
                    li      t0, 8
                    sd      t0, (sp)
                    lla     a0, name
                    lla     a1, vendor
                    li      a2, 0
                    mv      a3, sp
                    addi    a4, sp, 8
                    ld      t0, 72(s1)              # GetVariable
                    jalr    t0
                    lla     s2, again
                    beqz    a0, print
                    lla     a0, name
                    lla     a1, vendor
                    li      a2, 7                   # kept, for boot services and at run time
                    li      a3, 8
                    addi    a4, sp, 8
                    ld      t0, 88(s1)              # SetVariable
                    jalr    t0
                    lla     s2, first
            print:  mv      a0, s0
                    mv      a1, s2
                    ld      t0, 8(s0)               # OutputString
                    jalr    t0
                    li      a0, 2                   # shutdown
                    li      a1, 0
                    li      a2, 0
                    li      a3, 0
                    ld      t0, 104(s1)             # ResetSystem
                    jalr    t0
            1:      j       1b
                    .balign 8
            vendor: .8byte  0x4c45564152564152, 0x1122334455667788
            """
            + text("name", "Seen")
            + text("first", "Started for the first time.\r\n")
            + text("again", "Started again.\r\n")
            + "        .balign 4096\nend:\n";

    @TempDir
    private Path folder;

    private Path program = Path.of("");

    @BeforeEach
    void assemble() throws IOException {
        program = Files.write(
                folder.resolve("program.efi"),
                Assembler.assemble("efi.s", PROGRAM).flat());
    }

    /** A string as EFI has them: UTF-16 and a zero. */
    private static String text(String label, String text) {
        return label + ": .2byte "
                + (text + '\0').chars().mapToObj(Integer::toString).collect(Collectors.joining(", ")) + "\n";
    }

    @Test
    void uBootStartsAProgramFromTheSystemPartitionOfADisk() throws Exception {
        assumeTrue(Files.exists(U_BOOT), "u-boot-qemu is not installed");
        assertThat(run(machine().kernel(U_BOOT).add(disk()))).contains("Started for the first time.");
    }

    @ParameterizedTest
    @EnumSource
    void edk2StartsAProgramFromTheSystemPartitionOfADiskAndKeepsItsVariableInFlash(VirtioBus bus) throws Exception {
        MachineBuilder machine = machine().virtioBus(bus).add(edk2()).add(disk());
        assertThat(run(machine)).contains("Started for the first time.");
        assertThat(run(machine)).contains("Started again.");
    }

    @Test
    void edk2StartsTheKernelOfTheMachine() throws Exception {
        assertThat(run(machine().add(edk2()).kernel(program))).contains("Started for the first time.");
    }

    private static MachineBuilder machine() {
        // A minute of a firmware's code, once each: too much to translate all of it at first sight, as this module
        // does.
        return Machine.builder().memory(512 << 20).bios(new Bios.BuiltIn()).engine("interp");
    }

    /** Runs a machine until it is switched off; answers what it printed. */
    private static String run(MachineBuilder builder) throws Exception {
        try (TestMachine machine = new TestMachine(builder)) {
            machine.start();
            TestMachine.Result result = machine.result(Duration.ofMinutes(4));
            assertThat(result.end()).as(result.console()).isEqualTo(new End.PoweredOff());
            return result.console();
        }
    }

    private FlashConfig edk2() throws IOException {
        Path code = EDK2.resolve("RISCV_VIRT_CODE.fd");
        assumeTrue(Files.exists(code), "qemu-efi-riscv64 is not installed");
        Path variables = Files.copy(EDK2.resolve("RISCV_VIRT_VARS.fd"), folder.resolve("variables"));
        return new FlashConfig(List.of(
                new FlashConfig.Image(code, true, Optional.empty()),
                new FlashConfig.Image(variables, false, Optional.empty())));
    }

    /** A disk with the program where firmware looks for it (UEFI 2.10, 3.5.1.1). */
    private DiskConfig disk() throws IOException, InterruptedException {
        Path disk = folder.resolve("disk");
        try (RandomAccessFile out = new RandomAccessFile(disk.toFile(), "rw")) {
            out.setLength((FIRST_SECTOR + SECTORS) * (long) SECTOR);
            // The table of partitions: one, which is for EFI (UEFI 2.10, 5.2.1).
            out.seek(446 + 4);
            out.write(0xef);
            out.seek(446 + 8);
            out.writeInt(Integer.reverseBytes(FIRST_SECTOR));
            out.writeInt(Integer.reverseBytes(SECTORS));
            out.seek(510);
            out.write(new byte[] {0x55, (byte) 0xaa});
        }
        String partition = disk + "@@" + FIRST_SECTOR * SECTOR;
        mtool("mformat", partition, "-T", Integer.toString(SECTORS), "-h", "64", "-s", "32", "::");
        mtool("mmd", partition, "::/EFI", "::/EFI/BOOT");
        mtool("mcopy", partition, program.toString(), "::/EFI/BOOT/BOOTRISCV64.EFI");
        return new DiskConfig(disk, false);
    }

    private static void mtool(String tool, String partition, String... arguments)
            throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/usr/bin", tool)), "mtools is not installed");
        List<String> command = new ArrayList<>(List.of(tool, "-i", partition));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }
}
