package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a shell sees of a guest that reports a failure. */
class ExitStatusTest {
    private static final String TOHOST = """
                    .section .tohost, "aw", @progbits
                    .balign 64
                    .globl  tohost
            tohost: .dword  0
            """;

    @TempDir
    private Path folder;

    private Path program(String code) throws IOException {
        return Files.write(folder.resolve("program.elf"), ElfWriter.write(Assembler.assemble("program.s", code)));
    }

    private Path finisherFailure(int code) throws IOException {
        return program("_start: li a0, 0x100000\n li a1, " + (code << 16 | 0x3333) + "\n sw a1, (a0)\n1: j 1b\n");
    }

    private Path htifFailure(long code) throws IOException {
        return program("_start: lla a0, tohost\n li a1, " + (code << 1 | 1) + "\n sd a1, (a0)\n1: j 1b\n" + TOHOST);
    }

    private void failsWith(Path program, int status, long code) throws Exception {
        RavelProcess ravel = new RavelProcess(folder);
        assertThat(ravel.run("run", "--headless", "--bios", "none", "--kernel", program.toString()))
                .isEqualTo(status);
        assertThat(ravel.errors()).isEqualTo("ravel: the guest failed with code " + code + "\n");
    }

    @ParameterizedTest
    @CsvSource({"42, 42", "256, 255", "124, 255"})
    void aFailureOfTheTestFinisherIsNoSuccessAndNoTimeout(int code, int status) throws Exception {
        failsWith(finisherFailure(code), status, code);
    }

    @ParameterizedTest
    @CsvSource({"42, 42", "256, 255", "2147483648, 255"})
    void aFailureThroughHtifIsNoSuccessHoweverLargeItsCode(long code, int status) throws Exception {
        failsWith(htifFailure(code), status, code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--gdb 70000 | 70000 is no port: they are 1 to 65535",
                "--gdb host: | 'host:' is not [ADDRESS:]PORT",
                "--gdb 1234 --engine compare | --gdb and --engine compare exclude each other: breakpoints would be differences"
            })
    void aDebuggerThatCannotBeIsWrongUsage(String options, String message) throws Exception {
        RavelProcess ravel = new RavelProcess(folder);
        List<String> all = new ArrayList<>(List.of("run", "hello", "--headless"));
        all.addAll(List.of(options.split(" ")));
        assertThat(ravel.run(all.toArray(String[]::new))).isEqualTo(2);
        assertThat(ravel.errors()).contains(message);
    }

    @Test
    void aPortThatIsTakenIsSaid() throws Exception {
        RavelProcess ravel = new RavelProcess(folder);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(ravel.run("run", "hello", "--headless", "--gdb", Integer.toString(taken.getLocalPort())))
                    .isEqualTo(1);
            assertThat(ravel.errors())
                    .startsWith("ravel: --gdb 127.0.0.1:" + taken.getLocalPort() + ": Address already");
        }
    }

    @Test
    void whatIsLoggedMeanwhileIsALineOfItsOwn() throws Exception {
        RavelProcess ravel = new RavelProcess(folder);
        Path disk = folder.resolve("disk.qcow2");
        assertThat(ravel.run("disk", "create", disk.toString(), "64M")).isZero();
        try (RandomAccessFile image = new RandomAccessFile(disk.toFile(), "rw")) {
            // The last byte of the incompatible features, whose first bit says "dirty".
            image.seek(79);
            image.write(1);
        }
        String program = finisherFailure(42).toString();
        ravel.run("run", "--headless", "--bios", "none", "--kernel", program, "--disk", disk + ",format=qcow2");
        assertThat(ravel.errors())
                .isEqualTo("ravel: a disk was not closed; its refcounts are computed anew\n"
                        + "ravel: the guest failed with code 42\n");
    }

    @Test
    void conformanceFailsWithTheWholeCodeAndItsOwnStatus() throws Exception {
        RavelProcess ravel = new RavelProcess(folder);
        Path program = htifFailure(1L << 32);
        assertThat(ravel.run("conformance", program.toString())).isEqualTo(1);
        assertThat(ravel.output()).isEqualTo("FAIL    program.elf: test 4294967296 failed\n0 passed, 1 failed\n");
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "123, 123", "125, 125", "140, 140", "254, 254"})
    void aCodeThatIsAFreeStatusIsTheStatus(long code, int status) {
        assertThat(GuestStatus.ofFailure(code)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "124", "141", "255", "256", "512", "65535", "-1", "140737488355327"})
    void everyOtherCodeIsOneStatusThatNothingElseHas(long code) {
        assertThat(GuestStatus.ofFailure(code)).isEqualTo(255);
    }
}
