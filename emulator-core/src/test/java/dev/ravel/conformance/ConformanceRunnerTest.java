package dev.ravel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.conformance.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceRunnerTest {
    private static final String TOHOST = """
                    .section .tohost, "aw", @progbits
                    .balign 64
                    .globl  tohost
            tohost: .dword  0
            """;

    @TempDir
    private Path folder;

    private Path program(String name, String code) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, ElfWriter.write(Assembler.assemble(name + ".s", code)));
        return file;
    }

    /** A program that writes {@code value} to tohost and then waits. */
    private Path reporting(String name, int value) throws IOException {
        return program(name, "_start: li a0, " + value + "\n lla a1, tohost\n sd a0, (a1)\n1: j 1b\n" + TOHOST);
    }

    private ConformanceRunner runner(Duration timeout) {
        return new ConformanceRunner("interp", 2, timeout, Optional.of(folder.resolve("signatures")));
    }

    @Test
    void oneIsAPassAndAnOddNumberTheFailedTest() throws IOException {
        ConformanceRunner runner = runner(Duration.ofSeconds(20));
        Verdict pass = runner.run(reporting("pass", 1));
        assertThat(pass.outcome()).isEqualTo(Outcome.PASS);
        assertThat(pass.instructions()).isPositive();
        Verdict fail = runner.run(reporting("fail", 7 << 1 | 1));
        assertThat(fail.outcome()).isEqualTo(Outcome.FAIL);
        assertThat(fail.detail()).isEqualTo("test 7 failed");
    }

    @Test
    void aProgramThatSaysNothingTimesOut() throws IOException {
        Verdict verdict = runner(Duration.ofMillis(300)).run(program("silent", "_start: j _start\n" + TOHOST));
        assertThat(verdict.outcome()).isEqualTo(Outcome.TIMEOUT);
    }

    @Test
    void aProgramWithoutTohostOrThatIsNoElfIsAnErrorAndSaysWhy() throws IOException {
        ConformanceRunner runner = runner(Duration.ofSeconds(20));
        assertThat(runner.run(program("deaf", "_start: j _start\n")).detail()).contains("tohost");
        Path text = Files.writeString(folder.resolve("text"), "no program");
        assertThat(runner.run(text).outcome()).isEqualTo(Outcome.ERROR);
        assertThat(runner.run(folder.resolve("missing")).detail()).contains("no such file");
    }

    @Test
    void theSignatureIsWordsInHexadecimalALineEach() throws IOException {
        Path program = program(
                "signed",
                "_start: lla a0, begin_signature\n li a1, 0x0badf00d\n sw a1, 4(a0)\n"
                        + "li a0, 1\n lla a1, tohost\n sd a0, (a1)\n1: j 1b\n" + TOHOST
                        + " .data\n .balign 16\n .globl begin_signature\nbegin_signature: .word 0x12345678, 0, 0xffffffff\n"
                        + " .byte 1, 2, 3, 4\n .globl end_signature\nend_signature:\n");
        assertThat(runner(Duration.ofSeconds(20)).run(program).passed()).isTrue();
        assertThat(folder.resolve("signatures/signed.signature"))
                .hasContent("12345678\n0badf00d\nffffffff\n04030201\n");
    }

    @Test
    void verdictsComeInTheOrderOfTheProgramsAndGoIntoTheReport() throws IOException {
        List<Path> programs = List.of(reporting("a", 1), reporting("b", 5), reporting("c", 1));
        List<String> told = new ArrayList<>();
        List<Verdict> verdicts = runner(Duration.ofSeconds(20))
                .run(programs, v -> told.add(v.program().getFileName().toString()));
        assertThat(told).containsExactly("a", "b", "c");
        assertThat(verdicts).extracting(Verdict::outcome).containsExactly(Outcome.PASS, Outcome.FAIL, Outcome.PASS);
        Path report = folder.resolve("report.xml");
        JUnitReport.write(report, "suite", verdicts);
        assertThat(report)
                .content()
                .contains("tests=\"3\" failures=\"1\" errors=\"0\"")
                .contains("<failure type=\"FAIL\" message=\"test 2 failed\"");
    }
}
