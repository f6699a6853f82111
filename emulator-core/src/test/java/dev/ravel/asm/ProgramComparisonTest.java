package dev.ravel.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import dev.ravel.asm.program.SourceLocation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole programs against what GNU {@code as} and {@code ld} make of the same source at the same addresses. */
class ProgramComparisonTest {
    /** Below 2 GiB, where {@code lui} reaches every symbol. */
    private static final AssemblerOptions OPTIONS = AssemblerOptions.standard().base(0x4000_0000);

    private static final String EVERYTHING = resource("everything.s");

    @TempDir
    private Path directory;

    private GnuAssembler gnu;

    @BeforeEach
    void requireGnu() {
        GnuAssembler.require();
        gnu = new GnuAssembler(directory);
    }

    private static String resource(String name) {
        try (InputStream stream = ProgramComparisonTest.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everySectionOfAProgramWithEverythingHasTheSameBytes() {
        Program program = new Assembler(OPTIONS).assemble(List.of(new Source("everything.s", EVERYTHING)));
        compare(program, EVERYTHING, "-march=" + GnuAssembler.EVERYTHING);
        assertThat(gnu.section(".rodata")).hasSizeGreaterThan(200);
    }

    @Test
    void itIsTheSameWithoutCompressedInstructions() {
        String source =
                EVERYTHING.replace("c.nop", "nop").replace("c.beqz", "beqz").replace("c.j ", "j ");
        Program program =
                new Assembler(OPTIONS.compressed(false)).assemble(List.of(new Source("everything.s", source)));
        compare(program, source, "-march=" + GnuAssembler.EVERYTHING.replace("gc", "g"));
    }

    @Test
    void callsShrinkAsTheLinkerShrinksThem() {
        String source = """
                .globl _start
                _start: call near
                tail near
                call a0, near
                call far
                .rept 600
                call near
                addi a0, a0, 1
                .endr
                near: ret
                tail near
                tail _start
                .zero 0x180000
                far: call _start
                tail near
                ret
                """;
        Program program = Assembler.assemble("calls.s", source);
        gnu.link(source, List.of("-march=rv64gc"), "-Ttext=0x80000000");
        assertSameBytes(program.section(".text").orElseThrow(), program);
    }

    @Test
    void constantsTakeTheSameInstructions() {
        var source = new StringBuilder();
        var random = new Random(1);
        List<Long> values = new ArrayList<>();
        for (int bit = 0; bit < 64; bit++) {
            for (long around = -2; around <= 2; around++) {
                values.add((1L << bit) + around);
                values.add(-(1L << bit) + around);
            }
            values.add(0x800L << bit);
            values.add(0x7ffL << bit);
            values.add(0xfffff800L << bit);
            values.add(0x7fffffffL << bit);
            values.add(random.nextLong());
            values.add(random.nextLong() >> bit);
            values.add(random.nextLong() >>> bit);
            values.add(random.nextLong() << bit);
        }
        for (long value : values) {
            source.append("li a0, 0x").append(Long.toHexString(value)).append('\n');
            source.append("li x")
                    .append(random.nextInt(32))
                    .append(", ")
                    .append(value)
                    .append('\n');
        }
        Program program = Assembler.assemble("constants.s", source.toString());
        gnu.link(source.toString(), List.of("-march=rv64gc"), "-Ttext=0x80000000", "-e", "0");
        assertSameBytes(program.section(".text").orElseThrow(), program);
    }

    @Test
    void theToolsReadTheFileWithoutComplaint() throws IOException {
        Program program = new Assembler(OPTIONS).assemble(List.of(new Source("everything.s", EVERYTHING)));
        Files.write(directory.resolve("ravel.elf"), ElfWriter.write(program));
        List<String> headers = gnu.run(List.of("readelf", "-aW", "ravel.elf"));
        assertThat(headers).noneMatch(line -> line.contains("Warning") || line.contains("Error"));
        assertThat(String.join("\n", headers))
                .contains("Entry point address:               0x40000000")
                .containsPattern("LOAD .* 0x0000000040000000 .* R E 0x1000")
                .containsPattern("000000004000[0-9a-f]{4} +0 NOTYPE +GLOBAL DEFAULT +[0-9]+ table")
                .containsPattern("FUNC +GLOBAL DEFAULT +[0-9]+ _start")
                .contains("Tag_RISCV_arch: \"rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zihintpause1p0\"");
        List<String> listing = gnu.run(List.of("objdump", "-d", "ravel.elf"));
        assertThat(listing).noneMatch(line -> line.contains("arning"));
        assertThat(String.join("\n", listing)).contains("<function>:").contains("lr.d.aq\tt0,(a0)");
    }

    /** Links the source with every section where {@code program} has it, and compares. */
    private void compare(Program program, String source, String architecture) {
        var script = directory.resolve("script.ld");
        gnu.link(source, List.of(architecture, "-mno-relax"), scriptFor(program, script));
        for (Program.Section section : program.sections()) {
            if (section.hasContents()) {
                assertSameBytes(section, program);
            }
        }
    }

    private void assertSameBytes(Program.Section section, Program program) {
        byte[] expected = gnu.section(section.name());
        int difference = Arrays.mismatch(section.bytes(), expected);
        assertThat(difference)
                .as(
                        "first difference in %s, %s",
                        section.name(),
                        program.locate(section.address() + difference)
                                .map(SourceLocation::toString)
                                .orElse("in data"))
                .isEqualTo(-1);
    }

    private static String[] scriptFor(Program program, Path file) {
        var script = new StringBuilder("ENTRY(_start)\nSECTIONS {\n");
        for (Program.Section section : program.sections()) {
            script.append("  %s 0x%x : { *(%s) %s}\n"
                    .formatted(
                            section.name(),
                            section.address(),
                            section.name(),
                            section.name().equals(".bss") ? "*(COMMON) " : ""));
        }
        script.append("}\n");
        try {
            Files.writeString(file, script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new String[] {"--no-relax", "-T", file.toString()};
    }
}
