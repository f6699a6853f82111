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

/** {@code --do} and {@code --interactive} of {@code ravel inspect} as a shell sees them. */
class StepCommandTest {
    /** A function, a program in U-mode with one system call, and its handler, which prints; then nothing happens. */
    private static final String PROGRAM = """
            _start:
                lla t0, handler
                csrw mtvec, t0
                li t0, -1
                csrw pmpaddr0, t0
                li t0, 0x1f
                csrw pmpcfg0, t0
                lla sp, stack_end
                li a0, 42
            call_twice:
                jal twice
            after_twice:
                li t0, 0x1800
                csrc mstatus, t0
                lla t0, user
                csrw mepc, t0
            to_user:
                mret
            user:
                li a7, 64
            write:
                ecall
            after_write:
                j .
                .balign 4
            handler:
                csrr t1, mepc
                addi t1, t1, 4
                csrw mepc, t1
                li t1, 0x10000000
                li t2, 'x'
            store:
                sb t2, (t1)
            stored:
                mret
            twice:
                slli a0, a0, 1
            return:
                ret
                .bss
                .balign 16
                .space 128
            stack_end:
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

    private int inspect(String input, List<String> options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("inspect", "--bios", "none", "--kernel", program.toString()));
        arguments.addAll(options);
        return ravel.runWithInput(input, arguments.toArray(String[]::new));
    }

    private static List<String> lines(String... lines) {
        List<String> options = new ArrayList<>();
        for (String line : lines) {
            options.add("--do");
            options.add(line);
        }
        return options;
    }

    private List<String> places(String... lines) throws Exception {
        List<String> options = lines(lines);
        options.add("--json");
        assertThat(inspect("", options)).as(() -> lines[0]).isZero();
        return steps().valueStream()
                .filter(step -> step.has("symbol"))
                .map(step -> step.get("symbol").asString() + " "
                        + step.get("outcome").asString())
                .toList();
    }

    private JsonNode steps() throws IOException {
        return JsonMapper.shared().readTree(ravel.output()).get("steps");
    }

    private List<String> complaints() throws IOException {
        return ravel.errors()
                .lines()
                .filter(line -> line.startsWith("ravel: "))
                .map(line -> line.substring(7))
                .toList();
    }

    @Test
    void eachKindOfStepLeadsForwardToItsPlace() throws Exception {
        assertThat(places(
                        "to call_twice",
                        "over",
                        "goto 0",
                        "to twice",
                        "out",
                        "privilege",
                        "syscall write",
                        "device uart",
                        "out",
                        "step"))
                .containsExactly(
                        "call_twice found",
                        "after_twice there",
                        "twice found",
                        "after_twice there",
                        "user found",
                        "handler found",
                        "stored found",
                        "after_write there",
                        "after_write there");
        assertThat(steps().get(6).get("event").asString()).isEqualTo("system call 64 (write in Linux)");
        assertThat(steps().get(7).get("event").asString()).isEqualTo("store to uart at 0x10000000: 0x78");
    }

    @Test
    void eachKindOfStepLeadsBackToItsPlace() throws Exception {
        assertThat(places(
                        "device uart",
                        "back trap",
                        "trap",
                        "device uart",
                        "back device uart",
                        "back syscall 64",
                        "back privilege",
                        "back to twice",
                        "back"))
                .containsExactly(
                        "stored found",
                        "write found",
                        "handler found",
                        "stored found",
                        "store found",
                        "write found",
                        "to_user found",
                        "twice found",
                        "call_twice there");
    }

    @Test
    void whatHasChangedInRegistersIsShownForwardAndBack() throws Exception {
        List<String> options = lines("to twice", "step", "back");
        options.add("--json");
        assertThat(inspect("", options)).isZero();
        JsonNode forward = steps().get(1).get("changed");
        assertThat(forward.propertyNames()).containsExactly("a0");
        assertThat(forward.get("a0").get("before").asString()).isEqualTo("0x2a");
        assertThat(forward.get("a0").get("after").asString()).isEqualTo("0x54");
        assertThat(steps().get(2).get("changed").get("a0").get("after").asString())
                .isEqualTo("0x2a");
    }

    @Test
    void fromWhatTheConsoleShowsThereIsAWayBackToWhatPrintedIt() throws Exception {
        List<String> options = new ArrayList<>(List.of("--on", "x", "--do", "back device", "--do", "back 10000"));
        assertThat(inspect("", options)).isEqualTo(1);
        assertThat(ravel.output())
                .contains("  at store to uart at 0x10000000: 0x78\n", "<store>\n", "step 0, machine mode\n");
        assertThat(ravel.errors()).as("printed once").startsWith("x\n");
        assertThat(complaints()).containsExactly("--do 'back 10000': this is the earliest state that is known");
    }

    @Test
    void aScriptThroughAPipeIsCarriedOutLineByLine() throws Exception {
        assertThat(inspect("# a comment\n\nto twice\nstep\nregs\nwalk write\nquit\nstep 77\n", List.of("-i")))
                .isZero();
        assertThat(ravel.output())
                .containsSubsequence(
                        "step 0, machine mode\n",
                        "(ravel) to twice\n",
                        "<twice>\n",
                        "(ravel) step\n",
                        "<return>\n  next ret\n  a0   0x2a -> 0x54\n",
                        "(ravel) regs\n",
                        "  a0   0000000000000054",
                        "(ravel) walk write\n",
                        "  succeeds: addresses are not translated\n",
                        "(ravel) quit\n")
                .doesNotContain("step 77");
        assertThat(ravel.output().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void devicesAndTheLastAccessesToThemAreShownAtTheLatestStep() throws Exception {
        List<String> options = lines(
                "to handler", "accesses", "device uart", "accesses", "back to handler", "device uart", "accesses 5");
        options.addAll(List.of("--do", "devices uart", "--do", "requests"));
        assertThat(inspect("", options)).isZero();
        assertThat(ravel.output())
                .containsSubsequence(
                        "accesses to registers: the last 2 of 2\n",
                        "accesses to registers: the last 3 of 3\n",
                        "  2  hart 0 writes uart",
                        "accesses to registers: the last 3 of 3\n",
                        "uart at 0x10000000\n",
                        "requests: the last 0 of 0\n");
        assertThat(inspect("", lines("devices toaster"))).isEqualTo(1);
        assertThat(complaints().getFirst())
                .startsWith("--do 'devices toaster': device toaster: this machine has none of that name, but clint,");
    }

    @Test
    void aBadLineIsAnsweredByOneLineAndTheNextIsReadAllTheSame() throws Exception {
        String bad = """
                jump
                step x
                step -1
                to nowhere
                trap now
                device toaster
                syscall brew
                back sideways
                walk
                type \\q
                goto 99999999999999999999
                """;
        assertThat(inspect(bad + "to twice\n", List.of("--interactive"))).isEqualTo(1);
        assertThat(complaints()).hasSize((int) bad.lines().count());
        assertThat(complaints().get(0)).startsWith("there is no 'jump'");
        assertThat(complaints().get(3)).isEqualTo("to nowhere: no such symbol in what this machine runs");
        assertThat(complaints().get(5)).startsWith("device toaster: this machine has none of that name, but clint,");
        assertThat(ravel.output()).contains("<twice>\n");
    }

    @Test
    void whatIsNotFoundIsSaidAndNothingMoreIsDone() throws Exception {
        List<String> options = lines("limit 1000", "syscall exit", "to twice");
        options.add("--json");
        assertThat(inspect("", options)).isEqualTo(1);
        assertThat(complaints()).containsExactly("--do 'syscall exit': not within 1000 steps");
        assertThat(steps()).hasSize(2);
        assertThat(steps().get(1).get("step").asLong()).isEqualTo(1000);
    }

    @Test
    void aSearchWithoutEndIsEndedByTheTimeout() throws Exception {
        List<String> options = lines("limit 1000000000000000", "to 0x12345678");
        options.addAll(List.of("--timeout", "0.5"));
        assertThat(inspect("", options)).isEqualTo(124);
        assertThat(complaints()).containsExactly("--do 'to 0x12345678': given up on the way");
        assertThat(ravel.output()).contains("<after_write>\n");
    }

    @Test
    void whatIsTypedReachesTheGuestAtItsPlace() throws Exception {
        program = Files.write(folder.resolve("echo.elf"), ElfWriter.write(Assembler.assemble("echo.s", """
                _start:
                    li t0, 0x10000000
                wait:
                    lb t1, 5(t0)
                    andi t1, t1, 1
                    beqz t1, wait
                    lb t1, (t0)
                got:
                    sb t1, (t0)
                    j wait
                """)));
        assertThat(places("step 100", "type ab", "to got", "step", "to got", "back to got", "goto 100")
                        .getLast())
                .startsWith("wait");
        assertThat(steps().get(2).get("changed").get("t1").get("after").asString())
                .isEqualTo("0x61");
        assertThat(ravel.errors()).as("the console").isEqualTo("a\n");
    }

    @Test
    void optionsThatDoNotGoTogetherAreWrongUsage() throws Exception {
        Path disk = Files.write(folder.resolve("disk"), new byte[512]);
        assertThat(inspect("", List.of("--do", "step", "-i"))).isEqualTo(2);
        assertThat(complaints().getFirst()).startsWith("give --do or --interactive, not both");
        assertThat(inspect("", List.of("--do", "step", "--cpus", "2"))).isEqualTo(2);
        assertThat(complaints().getFirst()).startsWith("--do needs a machine with one hart");
        assertThat(inspect("", List.of("-i", "--json"))).isEqualTo(2);
        assertThat(inspect("", List.of("-i", "--timeout", "1"))).isEqualTo(2);
        assertThat(inspect("", List.of("--do", "jump"))).isEqualTo(2);
        assertThat(complaints().getFirst()).startsWith("--do 'jump': there is no 'jump'");
        assertThat(inspect("", List.of("--disk", disk.toString(), "--do", "step")))
                .isEqualTo(1);
        assertThat(complaints())
                .containsExactly("--do: the disk disk does not go back with the machine: it must be read-only,"
                        + " or temporary, or not there");
    }
}
