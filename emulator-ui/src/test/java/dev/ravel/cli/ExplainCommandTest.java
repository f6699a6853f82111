package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ravel jit explain} as a shell sees it. */
class ExplainCommandTest {
    private static final String PROGRAM = """
            _start:
                la a0, from
                la a1, to
                li a2, 100
            loop:
                ld a3, 0(a0)
                ld a4, 8(a0)
                add a5, a3, a4
                sd a5, 0(a1)
                addi a0, a0, 16
                addi a1, a1, 8
                addi a2, a2, -1
                bnez a2, loop
            behind:
                beqz a2, end
            never:
                nop
                j never
            end:
                li a2, 10
                li a4, 0
            nest:
                li a3, 0
            inner:
                addi a3, a3, 1
                bne a3, a2, inner
                addi a4, a4, 1
                bne a4, a2, nest
            done:
                li t0, 0x100000
                li t1, 0x5555
                sw t1, (t0)
                j .
                .zero 8192
                .align 12
                .zero 4094
            across:
                add a0, a1, a2
            from:
                .zero 2048
            to:
                .zero 2048
            """;

    @TempDir
    private Path folder;

    private RavelProcess ravel = new RavelProcess(Path.of(""));
    private Path program = Path.of("");

    @BeforeEach
    void assemble() throws IOException {
        ravel = new RavelProcess(folder);
        program = Files.write(
                folder.resolve("program.elf"),
                ElfWriter.write(Assembler.assemble("program.s", ".option norvc\n" + PROGRAM)));
    }

    private int explain(String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("jit", "explain", "--bios", "none", "--kernel", program.toString()));
        arguments.addAll(List.of(options));
        return ravel.run(arguments.toArray(String[]::new));
    }

    private void complains(String message) throws IOException {
        assertThat(ravel.errors().lines().toList()).singleElement().asString().contains(message);
    }

    @Test
    void aLoopIsShownWithItsRegistersItsGroupsAndItsBytecode() throws Exception {
        assertThat(explain("loop", "--after", "7")).as(ravel.errors()).isZero();
        List<String> lines = ravel.output().lines().map(String::strip).toList();
        assertThat(lines)
                .contains(
                        "unit at 0x80000014 <loop>",
                        "loop 0x80000014 <loop>",
                        "registers in local variables: a0 a1 a2 a3 a4 a5",
                        "8 rounds in a row",
                        "block 0x80000014 <loop>, in loop 0x80000014",
                        "goes on at 0x80000014 <loop>")
                .anyMatch(line -> line.startsWith("group around a0, 128 bytes from a0+0 on, loads only: 0x80000014"))
                .anyMatch(line -> line.startsWith("group around a0, 16 bytes from a0+0 on, loads only: 0x80000014"))
                .anyMatch(line -> line.startsWith("group around a1, 64 bytes from a1+0 on, some stores: 0x80000020"))
                .anyMatch(line ->
                        line.matches("8000001c +00e687b3 +add a5,a3,a4 +\\| lload a3; lload a4; ladd; lstore a5"))
                .anyMatch(line -> line.startsWith("<loop+0x8>"))
                .allMatch(line -> line.length() <= 100);
    }

    @Test
    void scriptsGetEachInstructionWithItsBytecodeAndAllSizes() throws Exception {
        assertThat(explain("loop", "behind", "--at", "end", "--json"))
                .as(ravel.errors())
                .isZero();
        JsonNode units = JsonMapper.shared().readTree(ravel.output()).get("units");
        assertThat(units.size()).isEqualTo(2);
        JsonNode unit = units.get(0);
        int bytes = 0;
        int instructions = 0;
        for (JsonNode block : unit.get("blocks")) {
            for (JsonNode instruction : block.get("code")) {
                instructions++;
                bytes += instruction.get("bytecodeBytes").asInt();
                assertThat(instruction.get("bytecode").get(0).get("lines").size())
                        .as(instruction.get("text").asString())
                        .isPositive();
            }
        }
        for (JsonNode code : unit.get("shared")) {
            bytes += code.get("bytes").asInt();
        }
        assertThat(instructions).isEqualTo(unit.get("instructions").asInt());
        assertThat(bytes).isEqualTo(unit.get("bytecodeBytes").asInt());
        assertThat(unit.get("loops").get(0).get("localRegisters").size()).isEqualTo(6);
    }

    @Test
    void whatWasNeverMetInAPageThatHasRunIsLeftOut() throws Exception {
        assertThat(explain("behind", "--at", "end")).as(ravel.errors()).isZero();
        assertThat(ravel.output())
                .contains("leaves the unit for 0x80000038 <never>")
                .doesNotContain("block 0x80000038");
        assertThat(explain("behind", "--after", "0")).as(ravel.errors()).isZero();
        assertThat(ravel.output()).contains("block 0x80000038");
    }

    @Test
    void whatCannotBeExplainedIsOneLineEachAndHidesNothingElse() throws Exception {
        assertThat(explain("nowhere", "0x80000001", "0xb000000", "0x10000000", "across", "loop", "--after", "0"))
                .isEqualTo(1);
        assertThat(ravel.output()).contains("unit at 0x80000014 <loop>");
        assertThat(ravel.errors().lines())
                .containsExactly(
                        "ravel: ADDRESS nowhere: no such symbol in what this machine runs",
                        "ravel: ADDRESS 0x80000001: instructions are at even addresses",
                        "ravel: ADDRESS 0xb000000: a fetch is an instruction access fault: nothing is at this address",
                        "ravel: ADDRESS 0x10000000: code is translated in RAM only, and this is uart",
                        "ravel: ADDRESS across: an instruction that goes on in the next page is left to the interpreter");
    }

    @Test
    void anEngineThatTranslatesNothingSaysSo() throws Exception {
        assertThat(explain("loop", "--after", "0", "--engine", "interp")).isEqualTo(1);
        complains("the engine interp translates nothing");
    }

    @Test
    void theHottestCodeIsListedWithItsShareAndItsState() throws Exception {
        String source = """
                _start:
                    li a0, 40000000
                hot:
                    addi a0, a0, -1
                    bnez a0, hot
                    li a0, 2000000
                warm:
                    addi a0, a0, -1
                    bnez a0, warm
                    li t0, 0x100000
                    li t1, 0x5555
                    sw t1, (t0)
                    j .
                """;
        Path loops = Files.write(folder.resolve("loops.elf"), ElfWriter.write(Assembler.assemble("loops.s", source)));
        assertThat(ravel.run("jit", "explain", "--bios", "none", "--kernel", loops.toString(), "--hot", "2"))
                .as(ravel.errors())
                .isZero();
        List<String> lines = ravel.output().lines().toList();
        assertThat(lines.get(0)).matches("hot code: 1[23]\\d\\d samples, one in about 65536 instructions");
        assertThat(lines.get(2)).matches(" +9\\d\\.\\d % +(compiled|translated) +\\d+ +\\d+ +0 +0x80000008 <hot>");
        assertThat(lines.get(3)).matches(" +\\d\\.\\d % .* <warm(\\+0x[24])?>");
        assertThat(lines).allMatch(line -> line.length() <= 80);

        // Each instruction is looked at on the way to --at.
        Path shorter = Files.write(
                folder.resolve("shorter.elf"),
                ElfWriter.write(Assembler.assemble("loops.s", source.replace("40000000", "4000000"))));
        assertThat(ravel.run(
                        "jit",
                        "explain",
                        "--bios",
                        "none",
                        "--kernel",
                        shorter.toString(),
                        "--hot",
                        "--json",
                        "hot",
                        "--at",
                        "warm"))
                .as(ravel.errors())
                .isZero();
        JsonNode found = JsonMapper.shared().readTree(ravel.output());
        assertThat(found.get("units").get(0).get("symbol").asString()).isEqualTo("hot");
        JsonNode first = found.get("hot").get("code").get(0);
        assertThat(first.get("samples").asLong())
                .isGreaterThan(found.get("hot").get("samples").asLong() * 9 / 10);
    }

    @Test
    void wrongUsageIsOneLine() throws Exception {
        assertThat(explain("12z")).isEqualTo(1);
        complains("no 64-bit number");
        assertThat(explain()).isEqualTo(2);
        complains("give an ADDRESS or SYMBOL, or --hot");
        assertThat(explain("--hot", "0")).isEqualTo(2);
        complains("--hot wants a number above 0");
        assertThat(explain("loop", "--guest", "debian")).isEqualTo(2);
        complains("give a guest or --kernel, not both");
    }

    @Test
    void aLoopThatKeepsRegistersTogetherWithThoseAroundItSaysSo() throws Exception {
        assertThat(explain("nest", "--at", "done")).as(ravel.errors()).isZero();
        assertThat(ravel.output().lines().map(String::strip))
                .contains(
                        "loop 0x8000004c <inner>",
                        "registers in local variables: a2 a3 a4",
                        "kept together with those of the loops around it, from 0x80000048 <nest> on",
                        "nest 0x80000048 <nest>",
                        "blocks 0x80000048, 0x8000004c, 0x80000054")
                .anyMatch(line -> line.contains("1 innermost loop;"));
    }

    @Test
    void aFunctionThatCallsItselfShowsTheRegistersThatItKeeps() throws Exception {
        String source = """
                _start:
                    la sp, stack
                    li a0, 10
                    call fib
                done:
                    li t0, 0x100000
                    li t1, 0x5555
                    sw t1, (t0)
                    j .
                fib:
                    li a5, 2
                    bltu a0, a5, small
                    addi sp, sp, -32
                    sd ra, 24(sp)
                    sd a0, 16(sp)
                    addi a0, a0, -1
                    call fib
                    sd a0, 8(sp)
                    ld a0, 16(sp)
                    addi a0, a0, -2
                    call fib
                    ld a5, 8(sp)
                    add a0, a0, a5
                    ld ra, 24(sp)
                    addi sp, sp, 32
                small:
                    ret
                    .balign 16
                    .zero 1024
                stack:
                """;
        Path file = Files.write(folder.resolve("fib.elf"), ElfWriter.write(Assembler.assemble("fib.s", source)));
        assertThat(ravel.run("jit", "explain", "fib", "--bios", "none", "--kernel", file.toString(), "--at", "done"))
                .as(ravel.errors())
                .isZero();
        assertThat(ravel.output().lines().map(String::strip))
                .anyMatch(line -> line.matches("nest 0x[0-9a-f]+ <fib>, calls itself"))
                .contains("registers in local variables: ra sp a0 a5");
    }
}
