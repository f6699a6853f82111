package dev.ravel.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.desktop.settings.SettingsStore;
import dev.ravel.desktop.settings.WindowSettings;
import dev.ravel.desktop.settings.WindowSettings.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows that are closed, and opened again by another start of the program. */
class RememberedTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");
    private WindowRobot robot;

    @BeforeAll
    static void startToolkit() {
        HeadlessDesktop.start();
    }

    @BeforeEach
    void name() {
        file = folder.resolve("windows.json");
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

    private Remembered open() throws Exception {
        Remembered remembered = Remembered.of(new SettingsStore(file));
        robot = WindowRobot.hello(remembered);
        return remembered;
    }

    private Place place() {
        return HeadlessDesktop.call(() -> {
            Stage stage = robot.stage();
            return new Place(stage.getX(), stage.getY(), stage.getWidth(), stage.getHeight(), stage.isMaximized());
        });
    }

    @Test
    void aWindowIsAgainWhatItWasWhenItWasClosed() throws Exception {
        try (Remembered remembered = open()) {
            assertThat(robot.missing("#inspector")).isTrue();
            assertThat(robot.text("settings-notice")).isEmpty();
            robot.shortcut(KeyCode.I);
            robot.clickTab("Traps");
            robot.shortcut(KeyCode.D);
            robot.shortcut(KeyCode.PLUS);
            HeadlessDesktop.call(() -> {
                robot.stage().setX(40);
                robot.stage().setY(30);
                robot.stage().setWidth(777);
                robot.stage().setHeight(555);
                return true;
            });
            robot.await(
                    "the place",
                    () -> remembered.settings().machine().equals(Optional.of(new Place(40, 30, 777, 555, false))));
            robot.await("the theme", () -> remembered.settings().dark().equals(Optional.of(true)));
            robot.await("the size", () -> remembered.settings().textSize().equals(Optional.of(17.5)));
            robot.close();
            HeadlessDesktop.call(() -> {
                Appearance.setDark(false);
                return true;
            });
        }
        assertThat(new SettingsStore(file).load().settings())
                .isEqualTo(WindowSettings.DEFAULT
                        .withDark(true)
                        .withTextSize(17.5)
                        .withMachine(new Place(40, 30, 777, 555, false))
                        .withInspector(true)
                        .withView("traps"));
        try (Remembered remembered = open()) {
            robot.await("the view", () -> robot.text("traps-summary").contains("traps since"));
            assertThat(HeadlessDesktop.call(Appearance::dark)).isTrue();
            assertThat(place()).isEqualTo(new Place(40, 30, 777, 555, false));
            assertThat(HeadlessDesktop.call(
                            () -> robot.stage().getScene().getRoot().getStyle()))
                    .contains("17.5px");
            robot.shortcut(KeyCode.I);
            robot.await("the inspector to go", () -> !remembered.settings().inspector());
        }
    }

    @Test
    void aWindowOnAScreenThatIsGoneComesBackOnOneThatIsThere() throws Exception {
        new SettingsStore(file).save(WindowSettings.DEFAULT.withMachine(new Place(50_000, 50_000, 30_000, 10, false)));
        try (Remembered remembered = open()) {
            Place place = place();
            assertThat(place.x()).isLessThan(1_000);
            assertThat(place.width()).isBetween(320.0, 5_000.0);
            assertThat(place.height()).isEqualTo(240);
            assertThat(remembered.settings().view()).isEmpty();
        }
    }

    @Test
    void aDamagedFileIsSaidInTheWindowAndWindowsLookAsAtTheFirstStart() throws Exception {
        Files.writeString(file, "{");
        try (Remembered remembered = open()) {
            assertThat(robot.text("settings-notice"))
                    .startsWith(file + " is damaged (")
                    .endsWith("it is kept as windows.json.damaged-1, and windows look as at the first start");
            assertThat(remembered.settings().inspector()).isFalse();
            assertThat(folder.resolve("windows.json.damaged-1")).hasContent("{");
            assertThat(remembered.takeNotice()).as("said once").isEmpty();
        }
    }
}
