package dev.ravel.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageLoader;
import dev.ravel.firmware.Kernel;
import dev.ravel.guest.DebianGuest;
import dev.ravel.guest.Guest;
import dev.ravel.hart.Hart;
import dev.ravel.inspect.MachineWatch;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.observe.Observer;
import dev.ravel.session.MachineSession;
import dev.ravel.session.StepTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The inspector beside the console, by keys and clicks of a robot, and what is then in its tables. */
class InspectorTest {
    private static final long BOOT_SECONDS = 120;

    /** Where pictures go: with -Dravel.pictures=docs/pictures into the documentation. */
    private static final Path PICTURES = Path.of(System.getProperty("ravel.pictures", "target/pictures"));

    /** Lets the serial port ask for attention, at the first line that is typed raises MEIP, at the second claims it. */
    private static final String GATES = """
            _start:
                la t0, handler
                csrw mtvec, t0
                li s0, 0x10000000
                li t0, 2
                sb t0, 1(s0)
                jal line
                li t0, 0xc000000
                li t1, 1
                sw t1, 40(t0)
                li t0, 0xc002000
                li t1, 1 << 10
                sw t1, (t0)
                jal line
                li t0, 1 << 11
                csrw mie, t0
                csrsi mstatus, 8
            end:
                j end
            line:
                lb t0, 5(s0)
                andi t0, t0, 1
                beqz t0, line
                lb t0, (s0)
                li t1, '\\n'
                bne t0, t1, line
                ret
            .balign 4
            handler:
                li t0, 0xc200000
                lw t0, 4(t0)
                j end
            """;

    /** A trap, a call, and then a loop without either. */
    private static final String CALLS = """
            _start:
                la t0, handler
                csrw mtvec, t0
                li a0, 42
            trap:
                ecall
            after_trap:
                jal twice
            after_call:
                li s1, 1
            end:
                j end
            twice:
                slli a0, a0, 1
            return:
                ret
                .balign 4
            handler:
                csrr t1, mepc
                addi t1, t1, 4
                csrw mepc, t1
                mret
            """;

    @TempDir
    private Path folder;

    private WindowRobot robot;

    @BeforeAll
    static void startToolkit() {
        HeadlessDesktop.start();
    }

    @AfterEach
    void close() {
        HeadlessDesktop.call(() -> {
            Appearance.setDark(false);
            return true;
        });
        if (robot != null) {
            robot.close();
        }
    }

    private void openHello() throws Exception {
        robot = WindowRobot.hello();
    }

    private void open(String name, MachineBuilder builder) {
        robot = WindowRobot.open(name, builder);
    }

    @Test
    void aStepShowsTheNextInstructionAndMarksWhatTheLastOneChanged() throws Exception {
        openHello();
        robot.shortcut(KeyCode.I);
        robot.await("registers", () -> robot.text("hart-summary").startsWith("hart 0, "));
        robot.click("#tool-pause");
        robot.await("the pause", () -> robot.enabled("#tool-step"));
        for (int i = 0; i < 3; i++) {
            long before = robot.session().machine().instructionsRetired();
            robot.shortcut(KeyCode.S);
            robot.await("a step", () -> robot.session().machine().instructionsRetired() == before + 1);
            long pc = robot.session().machine().harts().getFirst().pc;
            robot.await("its pc", () -> robot.text("hart-pc").startsWith("pc    0x" + Long.toHexString(pc)));
            long sp = robot.session().machine().harts().getFirst().x[2];
            assertThat(robot.text("register-sp")).isEqualTo("sp   " + String.format("%016x", sp));
        }
        assertThat(robot.text("hart-next")).matches("next  [a-z.]+.*");
        robot.click("#tool-run");
        robot.await("it to go on", () -> robot.session().state() == MachineSession.State.RUNNING);
    }

    private void openRecorded(String name, String source) throws Exception {
        robot = WindowRobot.openRecorded(
                name,
                Machine.builder()
                        .memory(64 << 20)
                        .bios(new Bios.None())
                        .kernel(ImageLoader.parse(name, ElfWriter.write(Assembler.assemble(name + ".s", source)))));
    }

    private Hart hart() {
        return robot.session().machine().harts().getFirst();
    }

    /** Steps, and waits until the hart's view shows the machine before the instruction at a symbol. */
    private void leads(Runnable step, String symbol) {
        step.run();
        robot.await(symbol, () -> robot.text("hart-pc").endsWith(" <" + symbol + ">"));
        assertThat(robot.text("hart-pc")).isEqualTo("pc    0x" + Long.toHexString(hart().pc) + " <" + symbol + ">");
    }

    @Test
    void stepsLeadForwardAndBackToTheSameStates() throws Exception {
        openRecorded("calls", CALLS);
        robot.shortcut(KeyCode.I);
        robot.await("the loop", () -> hart().x[9] == 1);
        robot.click("#tool-pause");
        robot.await("the pause", () -> robot.enabled("#stepping-back"));
        // Back over all the time that it has run, to the one trap.
        leads(() -> robot.click("#stepping-last-trap"), "trap");
        assertThat(hart().x[10]).isEqualTo(42);
        robot.await("its words", () -> robot.text("stepping-result").endsWith(": environment call from M-mode"));
        String there = robot.text("hart-summary");
        leads(() -> robot.press(KeyCode.F11), "handler");
        assertThat(hart().csrs.mcause.value).isEqualTo(11);
        leads(() -> robot.press(KeyCode.F9), "trap");
        assertThat(hart().csrs.mcause.value).isZero();
        assertThat(robot.text("hart-summary")).isEqualTo(there);
        assertThat(robot.text("hart-next")).isEqualTo("next  ecall");
        leads(() -> robot.click("#stepping-next-trap"), "handler");
        leads(() -> robot.click("#stepping-out"), "after_trap");
        leads(() -> robot.press(KeyCode.F10), "after_call");
        assertThat(hart().x[10]).isEqualTo(84);
        robot.picture(Path.of("target", "pictures", "stepping.png"));
        leads(() -> robot.click("#stepping-back"), "return");
        leads(() -> robot.click("#stepping-out"), "after_call");
        robot.click("#stepping-last-trap");
        leads(() -> {}, "trap");
        robot.click("#stepping-last-trap");
        robot.await(
                "the beginning",
                () -> robot.text("stepping-result").equals("step 0: the earliest state that is known"));
        robot.click("#tool-run");
        robot.await("the loop again", () -> hart().x[9] == 1);
    }

    /** Types the number of a step, and waits until the machine is there. */
    private void goTo(String typed, long step) {
        robot.shortcut(KeyCode.J);
        robot.type(typed);
        robot.press(KeyCode.ENTER);
        // What is typed is the number already: the slider follows the machine.
        robot.await("step " + step, () -> robot.slider("history") == step);
        assertThat(robot.session().past().orElseThrow().position()).isEqualTo(step);
    }

    @Test
    void everyPlaceOfTheRunIsReachedByItsNumberAndByTheSlider() throws Exception {
        openRecorded("calls", CALLS);
        robot.await("the loop", () -> hart().x[9] == 1);
        robot.shortcut(KeyCode.P);
        robot.await("the pause", () -> robot.enabled("#tool-step"));
        robot.shortcut(KeyCode.I);
        leads(() -> robot.click("#stepping-last-trap"), "trap");
        long trap = robot.session().past().orElseThrow().position();
        robot.await("its number", () -> robot.text("history-position").equals(Long.toString(trap)));
        goTo("0", 0);
        goTo("+" + (trap + 1), trap + 1);
        assertThat(hart().csrs.mcause.value).isEqualTo(11);
        goTo("-1", trap);
        assertThat(hart().csrs.mcause.value).isZero();

        robot.focus("#history");
        robot.press(KeyCode.END);
        long latest = robot.session().past().orElseThrow().latest();
        robot.await("the present", () -> robot.text("history-position").equals(Long.toString(latest)));
        assertThat(hart().x[9]).isEqualTo(1);
        goTo("3000000", 3_000_000);
        robot.focus("#history");
        robot.press(KeyCode.LEFT);
        robot.await("a million steps back", () -> robot.text("history-position").equals("2000000"));
        robot.press(KeyCode.HOME);
        robot.await("the beginning", () -> robot.text("history-position").equals("0"));

        robot.shortcut(KeyCode.J);
        robot.type("soon");
        robot.press(KeyCode.ENTER);
        robot.await(
                "the line",
                () -> robot.text("stepping-result")
                        .equals("'soon' is no number of steps: write 1000000, or -1000000 for so many back"));
    }

    @Test
    void debianGoesBackToTheEndOfItsBootAndBeyondAndForwardAgain() throws Exception {
        Guest guest = DebianGuest.require();
        robot = WindowRobot.openRecorded(
                "debian",
                Machine.builder().kernel(guest.kernel()).initrd(guest.initrd()).append(guest.commandLine()));
        robot.await("the shell", BOOT_SECONDS, () -> robot.consoleText().contains("root@ravel:~# "));
        robot.shortcut(KeyCode.I);
        robot.clickTab("Tasks");
        robot.await("the shell's task", () -> hasTask("sh"));
        robot.shortcut(KeyCode.P);
        robot.await("the pause", () -> robot.enabled("#tool-step"));
        robot.await("where", () -> !robot.text("history-position").isEmpty());
        long booted = Long.parseLong(robot.text("history-position"));

        robot.shortcut(KeyCode.G);
        robot.shortcut(KeyCode.O);
        robot.type("sleep 1000 &");
        robot.press(KeyCode.ENTER);
        robot.await("its task", () -> hasTask("sleep"));
        robot.shortcut(KeyCode.P);
        robot.await("the pause", () -> robot.enabled("#tool-step"));
        robot.await("where", () -> Long.parseLong(robot.text("history-position")) > booted);
        long later = Long.parseLong(robot.text("history-position"));

        robot.picture(PICTURES.resolve("history.png"));
        goTo(Long.toString(booted), booted);
        robot.await("no such task", () -> !hasTask("sleep") && hasTask("sh"));
        goTo(Long.toString(booted / 4), booted / 4);
        robot.await("no shell", () -> !hasTask("sh"));
        robot.press(KeyCode.F9);
        robot.await("a step back", () -> robot.text("history-position").equals(Long.toString(booted / 4 - 1)));

        robot.focus("#history");
        robot.press(KeyCode.END);
        robot.await("the present", () -> robot.text("history-position").equals(Long.toString(later)));
        robot.await("the task", () -> hasTask("sleep"));
        robot.shortcut(KeyCode.G);
        robot.shortcut(KeyCode.O);
        robot.type("echo still $((6*7)) here");
        robot.press(KeyCode.ENTER);
        robot.await("the answer", () -> robot.consoleText().contains("still 42 here"));
    }

    private boolean hasTask(String name) {
        return robot.rows("tasks").stream().anyMatch(row -> row.strip().startsWith(name + " |"));
    }

    @Test
    void aStepLeadsOnAndBackToWhatIsChosenAndTyped() throws Exception {
        openRecorded("goals", """
                _start:
                    la t0, user
                    csrw mepc, t0
                    la t0, handler
                    csrw mtvec, t0
                    li t0, -1
                    csrw pmpaddr0, t0
                    li t0, 0x1f
                    csrw pmpcfg0, t0
                    li t1, 0x10000000
                read:
                    lbu t2, 5(t1)
                enter:
                    mret
                user:
                    li a7, 93
                other:
                    ecall
                    li a7, 64
                write:
                    ecall
                    .balign 4
                handler:
                    csrr t2, mepc
                    addi t2, t2, 4
                    csrw mepc, t2
                    li t3, 64
                    bne a7, t3, enter
                    li s1, 1
                end:
                    j end
                """);
        robot.shortcut(KeyCode.I);
        robot.await("the loop", () -> hart().x[9] == 1);
        robot.click("#tool-pause");
        robot.await("the pause", () -> robot.enabled("#target-back"));
        robot.choose("target-kind", StepTarget.Kind.SYSTEM_CALL);
        robot.enter("target-which", "exit");
        leads(() -> robot.click("#target-back"), "other");
        robot.shortcut(KeyCode.U);
        robot.await("the field", () -> robot.focused("#target-which"));
        robot.enter("target-which", "write");
        // Right behind the call.
        leads(() -> robot.press(KeyCode.ENTER), "handler");
        assertThat(hart().x[17]).isEqualTo(64);
        robot.choose("target-kind", StepTarget.Kind.DEVICE);
        robot.enter("target-which", "uart");
        leads(() -> robot.click("#target-back"), "read");
        robot.choose("target-kind", StepTarget.Kind.PRIVILEGE);
        leads(() -> robot.press(KeyCode.F8), "user");
        robot.choose("target-kind", StepTarget.Kind.ADDRESS);
        robot.enter("target-which", "end");
        leads(() -> robot.click("#target-on"), "end");
        robot.enter("target-which", "nowhere");
        robot.click("#target-on");
        robot.await(
                "the complaint",
                () -> robot.text("stepping-result").equals("'nowhere' is no 0x address, and no symbol of what runs"));
        robot.choose("target-kind", StepTarget.Kind.DEVICE);
        robot.click("#target-on");
        robot.await("another", () -> robot.text("stepping-result").startsWith("there is no device 'nowhere', but "));
        robot.enter("target-which", "");
        robot.picture(PICTURES.resolve("target.png"));
    }

    @Test
    void pauseGivesAMovementUpThatFindsNothing() throws Exception {
        openRecorded("calls", CALLS);
        robot.shortcut(KeyCode.I);
        robot.await("the loop", () -> hart().x[9] == 1);
        robot.click("#tool-pause");
        robot.click("#stepping-next-trap");
        robot.await("the line", () -> robot.text("stepping-result").equals("on the way; Pause gives up"));
        robot.click("#tool-pause");
        robot.await("the end of it", () -> robot.text("stepping-result").endsWith(": given up on the way"));
        robot.await("the pause", () -> robot.enabled("#stepping-back"));
    }

    @Test
    void aMachineWithTheHostsTimeStepsForwardAndSaysWhyNotBack() throws Exception {
        open(
                "calls",
                Machine.builder()
                        .memory(64 << 20)
                        .bios(new Bios.None())
                        .kernel(ImageLoader.parse("calls", ElfWriter.write(Assembler.assemble("calls.s", CALLS)))));
        robot.shortcut(KeyCode.I);
        robot.await("the loop", () -> hart().x[9] == 1);
        robot.click("#tool-pause");
        robot.await("the pause", () -> robot.enabled("#stepping-over"));
        assertThat(robot.enabled("#stepping-back")).isFalse();
        assertThat(robot.enabled("#stepping-last-trap")).isFalse();
        assertThat(robot.text("stepping-no-way-back"))
                .isEqualTo("No way back: only a machine whose time is the count of instructions can step back"
                        + " (ravel run --deterministic, or its settings).");
        String before = robot.text("hart-summary");
        robot.press(KeyCode.F10);
        robot.await("a step", () -> !robot.text("hart-summary").equals(before));
        assertThat(robot.session().state()).isEqualTo(MachineSession.State.PAUSED);
    }

    @Test
    void csrsAreTakenApartIntoFields() throws Exception {
        openHello();
        robot.shortcut(KeyCode.I);
        robot.await("CSRs", () -> !robot.rows("csrs").isEmpty());
        assertThat(robot.rows("csrs")).anySatisfy(row -> assertThat(row).startsWith("misa | 80000000"));
        assertThat(robot.rows("csrs")).anySatisfy(row -> assertThat(row).contains("MXL [63:62] | 2"));
    }

    @Test
    void aGuestThatIsNotLinuxIsToldInOneLine() throws Exception {
        openHello();
        robot.shortcut(KeyCode.I);
        robot.clickTab("Tasks");
        robot.await("the line", () -> robot.text("tasks-notice").startsWith("no Linux kernel"));
        assertThat(robot.text("tasks-notice")).doesNotContain("\n");
        assertThat(robot.rows("tasks")).isEmpty();
    }

    @Test
    void exitsAreCountedWhileTheirTabIsOpenAndNobodyObservesTheHartsAfterwards() throws Exception {
        openHello();
        robot.shortcut(KeyCode.I);
        robot.clickTab("Exits");
        robot.await("the count", () -> robot.text("exits-summary").contains("exits since"));
        robot.typeLine("echo counted");
        robot.await(
                "accesses to the UART",
                () -> robot.rows("exits").stream()
                        .anyMatch(row -> row.matches("  uart@?\\w* write \\| [1-9]\\d* \\| .*")));
        assertThat(robot.rows("exits"))
                .anySatisfy(row -> assertThat(row)
                        .startsWith("SBI call | ")
                        .endsWith("| the supervisor calls the firmware, in whose place a hypervisor stands"));
        robot.shortcut(KeyCode.I);
        robot.await("the pane to go", () -> robot.missing("#inspector"));
        robot.await(
                "no observer",
                () -> robot.session().machine().harts().getFirst().observer() == Observer.NONE);
        // The console has the keyboard again.
        robot.type("echo back");
        robot.press(KeyCode.ENTER);
        robot.await(
                "the answer",
                () -> robot.consoleText().lines().anyMatch(l -> l.strip().equals("back")));
    }

    @Test
    void devicesComeWithTheirRegistersAndWithEachAccessToThem() throws Exception {
        openHello();
        robot.shortcut(KeyCode.I);
        robot.clickTab("Devices");
        robot.await("the serial port", () -> robot.rows("devices").contains("uart | 0x10000000 | interrupt 10"));
        assertThat(robot.rows("devices")).contains("    LCR | +0x3 | 0x3");
        assertThat(robot.rows("devices"))
                .anySatisfy(row -> assertThat(row).matches("  queue 1, transmit \\|  \\| not in use, at most \\d+ .*"));
        robot.typeLine("echo seen");
        robot.await(
                "accesses, of which the latest are kept",
                () -> robot.rows("device-accesses").stream()
                        .anyMatch(row ->
                                row.matches("hart 0 \\| (reads|writes) uart \\| (RBR/THR/DLL|LSR) \\| 0x[0-9a-f]+")));
        robot.clickTab("Exits");
        robot.await(
                "the next view, which watches too",
                () -> robot.text("exits-summary").contains("exits since"));
    }

    @Test
    void aMachineThatSomebodyElseObservesIsWatchedAllTheSame() throws Exception {
        openHello();
        robot.session().whileStill(machine -> MachineWatch.of(machine, 0));
        robot.shortcut(KeyCode.I);
        robot.clickTab("Exits");
        robot.await("the view", () -> robot.text("exits-summary").contains("exits since"));
    }

    @Test
    void trapsComeWithCauseAndModesAndTheTimelineDrawsThem() throws Exception {
        openHello();
        robot.shortcut(KeyCode.I);
        robot.clickTab("Traps");
        robot.await("the view", () -> robot.text("traps-summary").contains("traps since"));
        robot.typeLine("echo trapped");
        robot.await(
                "a call of the firmware",
                () -> robot.rows("traps").stream()
                        .anyMatch(
                                row -> row.matches(
                                        ".* \\| S \u2192 M \\| environment call from S-mode: .*medeleg bit 9 is clear \\| mepc=0x.* mcause=0x9 .*MPP=1 .* \\| 0x.*")));
        robot.await("lines", () -> robot.count("#timeline .exception") > 0);
        assertThat(robot.count("#timeline .exception") + robot.count("#timeline .interrupt"))
                .isLessThanOrEqualTo(32);
        robot.await("as many as are shown at first", () -> robot.rows("traps").size() == 32);
        robot.turnWheel("#timeline");
        robot.await("fewer, drawn larger", () -> robot.rows("traps").size() == 25);
        robot.focus("#traps-zoom");
        robot.press(KeyCode.HOME);
        robot.await("the fewest", () -> robot.rows("traps").size() == 4);
    }

    @Test
    void ofSeveralHartsEachIsWalkedAndDrawn() throws Exception {
        open(
                "hello",
                Machine.builder()
                        .memory(64 << 20)
                        .cpus(2)
                        .kernel(ImageLoader.parse("hello", ElfWriter.write(Kernel.HELLO.assemble()))));
        robot.await("the prompt", () -> robot.consoleText().contains("hello> "));
        robot.shortcut(KeyCode.I);
        robot.clickTab("Page walk");
        robot.await("hart 0", () -> robot.text("walk-access").contains("in supervisor mode"));
        robot.choose("walk-hart", 1);
        robot.await(
                "hart 1, which waits in the firmware",
                () -> robot.text("walk-access").contains("in machine mode"));
        robot.clickTab("Traps");
        robot.typeLine("echo trapped");
        robot.await("traps of hart 0", () -> robot.count("#timeline .exception") > 0);
        robot.choose("traps-hart", 1);
        robot.await("none of hart 1", () -> robot.count("#timeline .exception") == 0);
    }

    @Test
    void wiresAreLitAsFarAsAnInterruptHasCome() throws Exception {
        open(
                "gates",
                Machine.builder()
                        .memory(64 << 20)
                        .bios(new Bios.None())
                        .kernel(ImageLoader.parse("gates", ElfWriter.write(Assembler.assemble("gates.s", GATES)))));
        robot.shortcut(KeyCode.I);
        robot.clickTab("Interrupts");
        robot.await("the gate", () -> robot.text("source-10-fate").equals("enabled for nobody"));
        assertThat(robot.count("#source-10 .dot")).isZero();
        robot.typeLine("1");
        robot.await("the wire to MEIP", () -> robot.text("source-10-fate").equals("raises MEIP of hart 0"));
        robot.await("the bit", () -> robot.text("interrupt-MEIP-fate").equals("its bit in mie is clear"));
        assertThat(robot.count("#source-10 .dot.lit")).isEqualTo(1);
        // From the device, and over both contexts' wires, of which the first is lit.
        assertThat(robot.count("#source-10 .across.lit")).isEqualTo(3);
        assertThat(robot.count("#source-10 .down.lit")).isEqualTo(1);
        assertThat(robot.count("#interrupt-MEIP .across.lit")).isEqualTo(2);
        assertThat(robot.count("#interrupt-SEIP .across.lit")).isZero();
        robot.picture(Path.of("target", "pictures", "wires.png"));
        robot.typeLine("2");
        robot.await("the claim", () -> robot.text("source-10-fate").equals("claimed, not completed"));
        assertThat(robot.count("#source-10 .down.lit")).isZero();
        assertThat(robot.text("interrupts-summary")).isEqualTo("hart 0, machine mode: no interrupt is taken next");
        assertThat(robot.text("interrupts-timer")).contains("mtimecmp never").endsWith("msip 0");
    }

    private static final String COUNTING = """
            _start:
                li a0, -1
            count:
                addi a0, a0, -1
                bnez a0, count
                call count
            """;

    @Test
    void hotCodeIsListedAndShownBesideItsBytecode() throws Exception {
        open(
                "counting",
                Machine.builder()
                        .memory(64 << 20)
                        .bios(new Bios.None())
                        .kernel(ImageLoader.parse(
                                "counting", ElfWriter.write(Assembler.assemble("counting.s", COUNTING)))));
        robot.shortcut(KeyCode.I);
        robot.clickTab("Code");
        robot.await(
                "the loop",
                () -> robot.rows("translation-places").stream()
                        .anyMatch(
                                row -> row.matches(
                                        "count \\| 0x80000002 \\| 100\\.0 % \\| (compiled|translated) \\| \\d+ \\| \\d+ \\| 0")));
        robot.selectRow("translation-places", "count");
        robot.await("its text", () -> robot.lines("translation-code").contains("unit at 0x80000002 <count>"));
        assertThat(robot.lines("translation-code"))
                .anyMatch(line -> line.startsWith("80000002  157d      addi a0,a0,-1 "))
                .anyMatch(line -> line.endsWith("| lload a0; bipush -1; i2l; ladd; lstore a0"));
        int way = robot.lines("translation-code").indexOf("    goes on at 0x80000002 <count>");
        robot.selectEntry("translation-code", way);
        robot.focus("#translation-code");
        robot.press(KeyCode.ENTER);
        robot.await("the address", () -> robot.text("translation-address").equals("0x80000002"));
        robot.enter("translation-address", "nowhere");
        robot.await("the line", () -> robot.text("translation-notice").startsWith("'nowhere' is no number"));
        robot.enter("translation-address", "0x10000000");
        robot.await(
                "another line",
                () -> robot.text("translation-notice").equals("code is translated in RAM only, and this is uart"));
        robot.shortcut(KeyCode.I);
        robot.await(
                "no observer",
                () -> robot.session().machine().harts().getFirst().observer() == Observer.NONE);
    }

    @Test
    void aWalkIsThatOfTheAddressThatIsTyped() throws Exception {
        openHello();
        robot.session().pause();
        robot.shortcut(KeyCode.I);
        robot.clickTab("Page walk");
        robot.await("the walk of pc", () -> robot.text("walk-access").startsWith("load of 0x"));
        robot.enter("walk-address", "0x10000000");
        robot.await("the walk", () -> robot.text("walk-access").startsWith("load of 0x10000000 in "));
        robot.enter("walk-address", "nonsense");
        robot.await("the line", () -> robot.text("walk-notice").startsWith("'nonsense' is no number"));
        robot.enter("walk-address", "sp");
        long sp = robot.session().machine().harts().getFirst().x[2];
        robot.await("the register", () -> robot.text("walk-access").startsWith("load of 0x" + Long.toHexString(sp)));
        assertThat(robot.text("walk-notice")).isEmpty();
    }

    @Test
    void registersAndConsoleGrowWithTheText() throws Exception {
        openHello();
        robot.shortcut(KeyCode.I);
        robot.await("registers", () -> robot.text("register-a0").startsWith("a0 "));
        double before = robot.height("#register-a0");
        long lines = robot.consoleText().lines().count();
        robot.shortcut(KeyCode.T);
        robot.await("larger registers", () -> robot.height("#register-a0") > 1.8 * before);
        robot.await("fewer lines", () -> robot.consoleText().lines().count() < 0.7 * lines);
        robot.picture(Path.of("target", "pictures", "twice.png"));
        robot.shortcut(KeyCode.DIGIT0);
        robot.await("the old size", () -> robot.height("#register-a0") == before);
    }

    @Test
    void keysMoveTheDividerBesideWhatHasTheKeyboard() throws Exception {
        openHello();
        robot.shortcut(KeyCode.I);
        robot.await("registers", () -> robot.text("hart-summary").startsWith("hart 0, "));
        robot.await("a layout", () -> robot.width("#inspector") > 100);
        double width = robot.width("#inspector");
        robot.shortcut(KeyCode.O);
        robot.shortcut(KeyCode.RIGHT);
        robot.await("a narrower inspector", () -> robot.width("#inspector") < width - 10);
        robot.shortcut(KeyCode.LEFT);
        robot.shortcut(KeyCode.LEFT);
        robot.await("a wider inspector", () -> robot.width("#inspector") > width + 10);
        double height = robot.height("#csrs");
        robot.focus("#csrs");
        robot.shortcut(KeyCode.UP);
        robot.await("a higher table", () -> robot.height("#csrs") > height + 5);
        assertThat(robot.width("#inspector")).as("the other divider").isGreaterThan(width + 10);
        for (int i = 0; i < 40; i++) {
            robot.shortcut(KeyCode.DOWN);
        }
        robot.await("a low table", () -> robot.height("#csrs") < height);
        assertThat(robot.height("#csrs")).isPositive();
    }

    @Test
    void whereTabsDoNotFitEveryViewIsFoundInAListByMouseAndByKeys() throws Exception {
        openHello();
        robot.shortcut(KeyCode.I);
        List<String> views = robot.tabs("inspector");
        assertThat(views).hasSize(9);
        assertThat(robot.shown("#inspector-chooser"))
                .as("the list where tabs fit")
                .isFalse();

        robot.shortcut(KeyCode.T);
        robot.await("the list", () -> robot.shown("#inspector-chooser"));
        for (String view : views.reversed()) {
            robot.click("#inspector-chooser");
            robot.clickText(".combo-box-popup .list-cell", view);
            robot.await(view, () -> robot.tab("inspector").equals(view));
        }
        robot.picture(Path.of("target", "pictures", "twice-list.png"));
        for (String view : views.subList(1, views.size())) {
            robot.press(KeyCode.DOWN);
            robot.await(view, () -> robot.tab("inspector").equals(view));
        }
        for (int i = 0; i < views.size(); i++) {
            String view = views.get(i);
            robot.shortcut(KeyCode.valueOf("DIGIT" + (i + 1)));
            robot.await(view, () -> robot.tab("inspector").equals(view));
        }
        assertThat(robot.text("inspector-chooser")).isEqualTo("Cgroups");

        robot.shortcut(KeyCode.DIGIT0);
        robot.await("the tabs", () -> !robot.shown("#inspector-chooser"));
        robot.clickTab("Hart");
        robot.press(KeyCode.RIGHT);
        robot.await("the next tab", () -> robot.tab("inspector").equals("Page walk"));
    }

    @Test
    void theMenusKeysDoNotReachTheGuest() throws Exception {
        openHello();
        robot.shortcut(KeyCode.D);
        robot.await("the dark theme", () -> HeadlessDesktop.call(Appearance::dark));
        robot.shortcut(KeyCode.L);
        robot.await("the light theme", () -> !HeadlessDesktop.call(Appearance::dark));
        robot.type("echo clean");
        robot.press(KeyCode.ENTER);
        robot.await(
                "the answer",
                () -> robot.consoleText().lines().anyMatch(l -> l.strip().equals("clean")));
    }

    @Test
    void aboutTellsTheVersions() throws Exception {
        openHello();
        robot.shortcut(KeyCode.A);
        robot.await("the dialog", () -> robot.dialogText().contains("Ravel 0.1.0"));
        assertThat(robot.dialogText()).contains("JavaFX 26", "Java " + System.getProperty("java.version"));
    }

    /** Opens a row, while the table is filled anew now and then. */
    private void expandDevice(String row, String child) {
        robot.await(child, () -> {
            robot.selectRow("devices", row);
            robot.press(KeyCode.RIGHT);
            return robot.hasRow("devices", child);
        });
    }

    @Test
    void debianIsShownInEveryView() throws Exception {
        Guest guest = DebianGuest.require();
        open(
                "debian",
                Machine.builder()
                        .kernel(guest.kernel())
                        .initrd(guest.initrd())
                        .append(guest.commandLine())
                        .add(new DiskConfig(Files.write(folder.resolve("disk.img"), new byte[1 << 16]), true)));
        robot.await("the shell", BOOT_SECONDS, () -> robot.consoleText().contains("root@ravel:~# "));
        robot.typeLine(
                "clear; mount -t cgroup2 none /sys/fs/cgroup; cd /sys/fs/cgroup; echo +memory +pids +cpu >cgroup.subtree_control");
        robot.typeLine("mkdir box; cd box; echo 64M >memory.max; echo 8 >pids.max; echo '20000 100000' >cpu.max; cd");
        robot.typeLine(
                "(echo 0 >/sys/fs/cgroup/box/cgroup.procs; exec unshare -p -f -u sh -c 'while :; do :; done') &");
        robot.shortcut(KeyCode.I);

        robot.clickTab("Tasks");
        robot.await(
                "the task inside",
                () -> robot.rows("tasks").stream()
                        .anyMatch(row -> row.matches(" +sh \\| \\d+ \\| 1 \\| . \\w+ \\| 0 .* \\| pid uts")));
        assertThat(robot.rows("tasks")).anySatisfy(row -> assertThat(row).matches(" *\\[kthreadd] \\| 2 \\|.*"));
        assertThat(robot.text("tasks-summary")).contains("Linux version " + guest.kernelVersion());
        robot.selectRow("tasks", "unshare");
        robot.await("details", () -> robot.text("task-details").contains("control group /box"));
        robot.press(KeyCode.DOWN);
        robot.await("the next one's details", () -> robot.text("task-details").contains("PID 1 in pid:["));
        robot.picture(PICTURES.resolve("tasks.png"));

        robot.clickTab("Cgroups");
        robot.await(
                "the group's limits",
                () -> robot.rows("cgroups").stream()
                        .anyMatch(row ->
                                row.matches("  box \\| 2 \\| \\d+ % of 20 % \\| .* of 64.0 MiB \\| 2 of 8 \\|.*")));
        robot.await(
                "throttling",
                () -> robot.rows("cgroups").stream()
                        .anyMatch(row -> row.matches("  box .*throttled in \\d+ of \\d+ periods.*")));
        robot.await(
                "its load",
                () -> robot.rows("cgroups").stream()
                        .anyMatch(row -> row.matches("  box \\| 2 \\| (1\\d|2\\d) % of 20 % .*")));
        robot.picture(PICTURES.resolve("cgroups.png"));

        robot.clickTab("Page walk");
        robot.enter("walk-address", "init_task");
        robot.choose("walk-mode", "supervisor");
        // What is shown until then is an answer to less: the hart's own place, or the mode that it happened to be in.
        robot.await("the answer", () -> robot.text("walk-access").contains("<init_task> in supervisor mode, Sv"));
        robot.await("the levels", () -> robot.text("walk-leads-1").contains("page at 0x"));
        robot.await("the verdict", () -> robot.text("walk-verdict").startsWith("succeeds: "));
        robot.picture(PICTURES.resolve("page-walk.png"));

        robot.clickTab("Traps");
        robot.await("system calls and interrupts", () -> robot.rows("traps").size() == 32);
        robot.picture(PICTURES.resolve("traps.png"));

        robot.clickTab("Interrupts");
        robot.await("the port", () -> robot.text("source-10-fate").equals("nothing is pending"));
        robot.await("Linux's timer", () -> robot.text("interrupts-timer").matches(".*stimecmp in \\d+ ticks.*"));
        robot.picture(PICTURES.resolve("interrupts.png"));

        robot.typeLine("while echo 3 >/proc/sys/vm/drop_caches; do cat /dev/vda >/dev/null; sleep 1; done &");
        robot.clickTab("Devices");
        robot.await(
                "a sector",
                () -> robot.rows("device-requests").stream()
                        .anyMatch(row ->
                                row.matches("virtio-blk, requests \\| IN sector \\d+, \\d+ sectors? \\(.*\\): OK \\| "
                                        + "given back, \\d+ bytes written")));
        expandDevice("virtio-blk", "queue 0, requests");
        expandDevice("queue 0, requests", "descriptors");
        robot.selectRow("devices", "descriptors");
        robot.press(KeyCode.RIGHT);
        robot.picture(PICTURES.resolve("devices.png"));

        robot.clickTab("Exits");
        robot.await("timer", () -> robot.rows("exits").stream().anyMatch(row -> row.startsWith("timer | ")));
        robot.picture(PICTURES.resolve("exits.png"));

        robot.clickTab("Code");
        robot.await("samples", () -> robot.text("translation-summary").matches("\\d{3,} samples .*"));
        assertThat(robot.rows("translation-places"))
                .anyMatch(row -> row.matches(".* % \\| (compiled|translated) \\| [1-9].*"));
        robot.enter("translation-address", "handle_exception");
        robot.await(
                "its code",
                () -> robot.lines("translation-code").stream()
                        .anyMatch(line -> line.matches("unit at 0x[0-9a-f]+ <handle_exception>")));
        robot.picture(PICTURES.resolve("translation.png"));

        robot.shortcut(KeyCode.D);
        robot.clickTab("Hart");
        robot.await("registers", () -> robot.text("hart-pc").contains("0x"));
        robot.picture(PICTURES.resolve("hart.png"));
    }
}
