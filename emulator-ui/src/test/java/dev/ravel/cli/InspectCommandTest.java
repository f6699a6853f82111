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

/** {@code ravel inspect} as a shell sees it. */
class InspectCommandTest {
    private static final String PROGRAM = """
            _start:
                li a0, 42
                li t0, 0x10000000
                li t1, 'x'
                sb t1, (t0)
            again:
                addi a0, a0, 1
                li t0, 1000
                bne a0, t0, again
                li t0, 0x100000
                li t1, 0x5555
                sw t1, (t0)
                j .
            """;

    @TempDir
    private Path folder;

    private RavelProcess ravel = new RavelProcess(Path.of(""));
    private Path program = Path.of("");

    @BeforeEach
    void assemble() throws IOException {
        ravel = new RavelProcess(folder);
        program = Files.write(folder.resolve("program.elf"), ElfWriter.write(Assembler.assemble("program.s", PROGRAM)));
    }

    private int inspect(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("inspect", "--bios", "none", "--kernel", program.toString()));
        arguments.addAll(List.of(options));
        return ravel.run(arguments.toArray(String[]::new));
    }

    private void complains(int status, String message) throws IOException {
        assertThat(ravel.errors().lines().filter(line -> line.startsWith("ravel: ")))
                .as("status " + status)
                .singleElement()
                .asString()
                .contains(message);
    }

    @Test
    void itStopsAtASymbolAndShowsWhatIsThere() throws Exception {
        assertThat(inspect("--at", "again", "--hart", "--exits", "--walk", "0x40000000"))
                .isZero();
        assertThat(ravel.output())
                .contains("<again>\n", "next addi a0,a0,1\n", "a0   000000000000002a", "1  uart write\n")
                .contains("load access fault: nothing is at this address");
        assertThat(ravel.output().lines()).allMatch(line -> line.length() <= 80);
        assertThat(ravel.errors()).as("the console").isEqualTo("x\n");
    }

    @Test
    void itStopsAfterAnExactNumberOfInstructions() throws Exception {
        assertThat(inspect("--after", "100", "--json")).isZero();
        JsonNode hart =
                JsonMapper.shared().readTree(ravel.output()).get("harts").get(0);
        assertThat(hart.get("instructionsRetired").asLong()).isEqualTo(100);
        assertThat(hart.get("privilege").asString()).isEqualTo("machine");
        assertThat(hart.get("csrs")
                        .get("misa")
                        .get("fields")
                        .get("Extensions")
                        .get("meaning")
                        .asString())
                .contains("IMSU");
    }

    @Test
    void theWiringOfInterruptsIsShownAsText() throws Exception {
        assertThat(inspect("--at", "again", "--interrupts")).isZero();
        assertThat(ravel.output().lines())
                .contains("  10  uart at 0x10000000           priority 0")
                .contains("hart 0: machine mode, mstatus.MIE 0, SIE 0")
                .contains("  MTIP 0  MTIE 0  to M  not pending              from CLINT mtimecmp")
                .allMatch(line -> line.length() <= 80);
        assertThat(ravel.output()).contains("mtimecmp never").doesNotContain("a0 ");
    }

    @Test
    void theWiringOfInterruptsIsShownAsJson() throws Exception {
        assertThat(inspect("--at", "again", "--interrupts", "--json")).isZero();
        JsonNode interrupts = JsonMapper.shared().readTree(ravel.output()).get("interrupts");
        JsonNode external = interrupts.get("harts").get(0).get("interrupts").get(0);
        assertThat(external.get("bit").asString()).isEqualTo("MEIP");
        assertThat(external.get("state").asString()).isEqualTo("not pending");
        assertThat(interrupts.get("sources")).hasSize(4);
    }

    @Test
    void withoutAPointItLooksAtTheEnd() throws Exception {
        assertThat(inspect("--hart")).isZero();
        assertThat(ravel.output()).contains("a0   00000000000003e8");
    }

    @Test
    void whatCannotBeDoneIsOneLineAndAStatus() throws Exception {
        assertThat(inspect("--at", "0x12345678")).isEqualTo(1);
        complains(1, "ended before it came to --at 0x12345678");
        assertThat(inspect("--walk", "nowhere")).isEqualTo(1);
        complains(1, "--walk nowhere: no such symbol");
        assertThat(inspect("--tasks")).isEqualTo(1);
        complains(1, "--tasks: no Linux kernel");
        assertThat(inspect("--at", "again", "--after", "1")).isEqualTo(2);
        complains(2, "one of --at, --after and --on");
        assertThat(inspect("--at", "again", "--cpus", "2")).isEqualTo(2);
        complains(2, "one hart");
        assertThat(inspect("--walk", "0x1000,read")).isEqualTo(2);
        complains(2, "'read' is neither");
    }
}
