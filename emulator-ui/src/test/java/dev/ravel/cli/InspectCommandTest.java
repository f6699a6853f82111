package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    /** Reads the first sector of the disk in the first slot with a split ring of 4. */
    private static final String READ = """
            _start:
                li s0, 0x10001000
                sw zero, 0x70(s0)
                li t0, 3
                sw t0, 0x70(s0)
                li t0, 1
                sw t0, 0x24(s0)
                sw t0, 0x20(s0)
                li t0, 11
                sw t0, 0x70(s0)
                sw zero, 0x30(s0)
                li t0, 4
                sw t0, 0x38(s0)
                la t0, descriptors
                sw t0, 0x80(s0)
                la s1, available
                sw s1, 0x90(s0)
                la s2, used
                sw s2, 0xa0(s0)
                li t1, 1
                sw t1, 0x44(s0)
                li t0, 15
                sw t0, 0x70(s0)
                la t0, descriptors
                la t1, header
                sd t1, (t0)
                la t1, data
                sd t1, 16(t0)
                la t1, status
                sd t1, 32(t0)
                li t0, 1
                sh t0, 2(s1)
                sw zero, 0x50(s0)
            waits:
                lhu t0, 2(s2)
                beqz t0, waits
            done:
                j done
                .balign 16
            header:
                .word 0, 0
                .dword 0
            descriptors:
                .dword 0
                .word 16
                .half 1, 1
                .dword 0
                .word 512
                .half 3, 2
                .dword 0
                .word 1
                .half 2, 0
                .dword 0, 0
            available:
                .half 0, 0, 0, 0, 0, 0, 0
                .balign 4
            used:
                .half 0, 0
                .zero 32
                .half 0
            status:
                .byte 0xff
                .balign 8
            data:
                .zero 512
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
        assertThat(inspect("--at", "again", "--hart", "--exits", "--walk", "0xb000000"))
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
    void devicesAreShownWithWhatHartsDidToThem() throws Exception {
        assertThat(inspect("--at", "again", "--devices", "--accesses", "1", "--requests", "1"))
                .isZero();
        assertThat(ravel.output())
                .containsSubsequence(
                        "uart at 0x10000000\n  interrupt 10\n",
                        "LSR",
                        "requests: the last 0 of 0\n",
                        "accesses to registers: the last 1 of 3\n  2  hart 0 writes uart",
                        "RBR/THR/DLL",
                        "0x78\n");
        assertThat(ravel.output().lines()).allMatch(line -> line.length() <= 80);
        assertThat(ravel.output()).doesNotContain("a0 ");
    }

    @Test
    void aRequestIsShownWithItsBuffersAsTextAndAsJson() throws Exception {
        Path disk = Files.write(folder.resolve("disk"), "Hello, disk!".getBytes(StandardCharsets.US_ASCII));
        Files.write(disk, new byte[1012], StandardOpenOption.APPEND);
        program = Files.write(folder.resolve("read.elf"), ElfWriter.write(Assembler.assemble("read.s", READ)));
        String option = disk + ",readonly";
        assertThat(inspect("--disk", option, "--at", "done", "--device", "virtio-blk", "--requests", "9"))
                .isZero();
        assertThat(ravel.output())
                .containsSubsequence(
                        "virtio-blk at 0x10001000\n",
                        "queue 0, requests: split, 4 descriptors, 0 in the device, 0 waiting\n",
                        "16 bytes NEXT, then 1\n",
                        "the device took up to index 1\n",
                        "request 0, 513 bytes written\n",
                        "requests: the last 1 of 1\n",
                        "IN sector 0, 1 sector (512 bytes): OK; given back,\n",
                        "device writes 512 bytes at ",
                        "48 65 6c 6c 6f 2c 20 64 69 73 6b 21 00 00 00 00  Hello, disk!....\n")
                .doesNotContain("uart");
        assertThat(ravel.output().lines()).allMatch(line -> line.length() <= 80);

        assertThat(inspect("--disk", option, "--at", "done", "--device", "virtio-blk", "--requests", "9", "--json"))
                .isZero();
        JsonNode json = JsonMapper.shared().readTree(ravel.output());
        JsonNode queue = json.get("devices").get(0).get("queues").get(0);
        assertThat(queue.get("descriptors").get("entries")).hasSize(3);
        assertThat(queue.get("used").get("entries").get(0).get("written").asLong())
                .isEqualTo(513);
        assertThat(json.get("requests")
                        .get(0)
                        .get("buffers")
                        .get(1)
                        .get("begins")
                        .asString())
                .endsWith("Hello, disk!....");
    }

    @Test
    void aGuestThatResetsTheMachineBeforeItHasRetiredSoManyIsToldInOneLine() throws Exception {
        program = Files.write(folder.resolve("reset.elf"), ElfWriter.write(Assembler.assemble("reset.s", """
                _start:
                    li t0, 0x100000
                    li t1, 0x7777
                    sw t1, (t0)
                    j .
                """)));
        assertThat(inspect("--after", "1000000")).isEqualTo(1);
        complains(1, "the guest reset the machine before it came to --after 1000000");
        assertThat(inspect("--after", "1000000", "--do", "step")).isEqualTo(1);
        complains(1, "the guest reset the machine before it came to --after 1000000");
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
        assertThat(inspect("--device", "toaster")).isEqualTo(1);
        complains(1, "--device toaster: this machine has none of that name, but clint,");
        assertThat(inspect("--accesses", "0")).isEqualTo(2);
        complains(2, "--accesses wants a positive number");
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
