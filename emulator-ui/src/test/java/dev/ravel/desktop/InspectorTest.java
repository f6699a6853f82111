package dev.ravel.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageLoader;
import dev.ravel.firmware.Kernel;
import dev.ravel.guest.DebianGuest;
import dev.ravel.guest.Guest;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.observe.Observer;
import dev.ravel.session.GuestConsole;
import dev.ravel.session.MachineSession;
import java.nio.file.Path;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The inspector beside the console, by keys and clicks of a robot, and what is then in its tables. */
class InspectorTest {
    private static final long BOOT_SECONDS = 120;

    private WindowRobot robot;

    @BeforeAll
    static void startToolkit() {
        HeadlessDesktop.start();
    }

    @AfterEach
    void close() {
        if (robot != null) {
            robot.close();
        }
    }

    private void openHello() throws Exception {
        open(
                "hello",
                Machine.builder()
                        .memory(64 << 20)
                        .kernel(ImageLoader.parse("hello", ElfWriter.write(Kernel.HELLO.assemble()))));
        robot.await("the prompt", () -> robot.consoleText().contains("hello> "));
    }

    private void open(String name, MachineBuilder builder) {
        GuestConsole console = new GuestConsole();
        robot = new WindowRobot(new MachineSession(name, builder.console(console).build(), console));
    }

    @Test
    void aStepShowsTheNextInstructionAndMarksWhatTheLastOneChanged() throws Exception {
        openHello();
        robot.shortcut(KeyCode.I);
        robot.await("registers", () -> robot.text("hart-summary").startsWith("hart 0, "));
        robot.click("#tool-pause");
        robot.await("the pause", () -> robot.session().state() == MachineSession.State.PAUSED);
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
    void nobodyObservesTheHartsWhenTheInspectorIsClosed() throws Exception {
        openHello();
        robot.shortcut(KeyCode.I);
        robot.await("registers", () -> robot.text("hart-summary").startsWith("hart 0, "));
        robot.shortcut(KeyCode.I);
        robot.await("the pane to go", () -> robot.missing("#inspector"));
        robot.await(
                "no observer",
                () -> robot.session().machine().harts().getFirst().observer() == Observer.NONE);
        // The console has the keyboard again.
        robot.type("echo back");
        robot.press(KeyCode.ENTER);
        robot.await("the answer", () -> robot.consoleText().lines().anyMatch(l -> l.strip().equals("back")));
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
        robot.await("the answer", () -> robot.consoleText().lines().anyMatch(l -> l.strip().equals("clean")));
    }

    @Test
    void aboutTellsTheVersions() throws Exception {
        openHello();
        robot.shortcut(KeyCode.A);
        robot.await("the dialog", () -> robot.dialogText().contains("Ravel 0.1.0"));
        assertThat(robot.dialogText()).contains("JavaFX 26", "Java " + System.getProperty("java.version"));
    }

    @Test
    void tasksOfDebianAreATreeWithTheirNumbersInEachNamespace() throws Exception {
        Guest guest = DebianGuest.require();
        open("debian", Machine.builder().kernel(guest.kernel()).initrd(guest.initrd()).append(guest.commandLine()));
        robot.await("the shell", BOOT_SECONDS, () -> robot.consoleText().contains("root@ravel:~# "));
        robot.typeLine("unshare -p -f -u sleep 777 &");
        robot.shortcut(KeyCode.I);
        robot.clickTab("Tasks");
        robot.await("the task inside", () -> robot.rows("tasks").stream()
                .anyMatch(row -> row.matches("  +sleep \\| \\d+ \\| 1 \\| S sleeping \\| 0 .* \\| pid uts")));
        assertThat(robot.rows("tasks")).anySatisfy(row -> assertThat(row).matches(" *\\[kthreadd] \\| 2 \\|.*"));
        assertThat(robot.text("tasks-summary")).contains("Linux version " + guest.kernelVersion());
        robot.selectRow("tasks", "sleep");
        robot.await("details", () -> robot.text("task-details").contains("PID 1 in pid:["));
        robot.picture(Path.of("target", "pictures", "tasks.png"));
    }
}
