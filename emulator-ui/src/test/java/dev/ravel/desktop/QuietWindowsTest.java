package dev.ravel.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.manager.DefinitionStore;
import dev.ravel.manager.MachineManager;
import java.nio.file.Files;
import java.nio.file.Path;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who starts the desktop from a terminal sees nothing there: no window, view or theme has anything to complain of. */
class QuietWindowsTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void startToolkit() {
        HeadlessDesktop.start();
    }

    @Test
    void aMachinesWindowOpensWithInspectorAndLessonsInBothThemesAndSizesWithoutAComplaint() throws Exception {
        try (Complaints complaints = new Complaints();
                WindowRobot robot = WindowRobot.hello()) {
            robot.click("#tool-inspector");
            robot.await("registers", () -> robot.text("hart-summary").startsWith("hart 0, "));
            robot.click("#tool-lessons");
            robot.await("lessons", () -> robot.entries("lessons-list") > 0);
            double icon = robot.height("#tool-pause .ikonli-font-icon");
            robot.shortcut(KeyCode.T);
            robot.await("larger icons", () -> robot.height("#tool-pause .ikonli-font-icon") > 1.8 * icon);
            robot.shortcut(KeyCode.D);
            robot.await("the dark theme", () -> HeadlessDesktop.call(Appearance::dark));
            robot.shortcut(KeyCode.L);
            robot.await("the light theme", () -> !HeadlessDesktop.call(Appearance::dark));
            assertThat(robot.height("#tool-pause .ikonli-font-icon")).isGreaterThan(1.8 * icon);
            assertThat(complaints.lines()).isEmpty();
        }
    }

    @Test
    void thePageOfMachinesOpensWithoutAComplaint() throws Exception {
        Path file = folder.resolve("machines.json");
        Files.writeString(file, """
                {"version": 1, "machines": [
                  {"name": "first", "guest": "hello", "cpus": 1, "memory": "64M", "engine": "interp"}]}
                """);
        MachineManager manager = new MachineManager(new DefinitionStore(file));
        StageRobot robot = new StageRobot(HeadlessDesktop.call(Stage::new));
        try (manager;
                Complaints complaints = new Complaints()) {
            HeadlessDesktop.call(() -> {
                new ManagerWindow(manager, OwnKernels::configure, robot.stage(), Remembered.nothing(), () -> {})
                        .show(false);
                return true;
            });
            robot.await("the list", () -> robot.entries("machines") == 1);
            assertThat(complaints.lines()).isEmpty();
        } finally {
            HeadlessDesktop.call(() -> {
                robot.stage().hide();
                return true;
            });
        }
    }
}
