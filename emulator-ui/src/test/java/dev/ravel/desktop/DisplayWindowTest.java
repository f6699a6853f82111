package dev.ravel.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.display.Picture;
import dev.ravel.guest.DebianGuest;
import dev.ravel.guest.Guest;
import dev.ravel.input.InputKind;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.DisplayConfig;
import dev.ravel.machine.config.InputConfig;
import dev.ravel.virtio.VirtioGpu;
import java.nio.file.Path;
import java.util.Arrays;
import javafx.scene.image.ImageView;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The display of a guest in the window: Linux shows its console there, and a robot sits in front of it. */
class DisplayWindowTest {
    /** Where pictures go: with -Dravel.pictures=docs/pictures into the documentation. */
    private static final Path PICTURES = Path.of(System.getProperty("ravel.pictures", "target/pictures"));

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

    @Test
    void keysAndThePointerReachTheGuestAndWhatItShowsIsInThePicture() throws Exception {
        Guest guest = DebianGuest.require();
        robot = WindowRobot.open(
                "debian",
                Machine.builder()
                        .kernel(guest.kernel())
                        .initrd(guest.initrd())
                        .append("console=tty0 " + guest.commandLine())
                        .add(new DisplayConfig(640, 480))
                        .add(new InputConfig(InputKind.KEYBOARD))
                        .add(new InputConfig(InputKind.TABLET)));
        robot.await("the shell", BOOT_SECONDS, () -> console().contains("root@ravel:~# "));
        command("until grep -q root@ravel /dev/vcs1; do sleep 1; done; echo shell''s there");
        robot.await("the other shell", BOOT_SECONDS, () -> console().contains("shells there"));

        robot.shortcut(KeyCode.Y);
        // Every character that there is a key for.
        command("uname -a; echo '`1234567890-=[];,./~!@#$%^&*()_+{}|:\"<>?' '\\\\' AbYz >/dev/ttyS0");
        robot.await(
                "what is typed at the display",
                BOOT_SECONDS,
                () -> console().contains("`1234567890-=[];,./~!@#$%^&*()_+{}|:\"<>? \\\\ AbYz"));
        // Its cursor would blink.
        command("printf '\\033[?25l'; echo '&'' more' >/dev/ttyS0");
        robot.await("the end", BOOT_SECONDS, () -> console().contains("& more"));
        WritableImage window = robot.picture(PICTURES.resolve("display.png"));
        assertThat(differentPixels(window)).isZero();

        robot.shortcut(KeyCode.O);
        command("clear; echo list''ens; dd if=/dev/input/event1 bs=24 count=12 2>/dev/null | od -An -v -t u2 -w24");
        robot.await("the guest to listen", BOOT_SECONDS, () -> console().contains("listens"));
        robot.shortcut(KeyCode.Y);
        // The guest says that it will listen before it does, so that it may miss the first clicks.
        robot.await("the click", BOOT_SECONDS, () -> {
            robot.click("#display");
            return console().matches("(?s).*\\s1\\s+272\\s+1\\s+0\\s.*\\s1\\s+272\\s+0\\s+0\\s.*");
        });
    }

    private String console() {
        return robot.consoleText();
    }

    private void command(String line) {
        robot.type(line);
        robot.press(KeyCode.ENTER);
    }

    /** Pixels of the guest that are not where they should be in a picture of the window. */
    private long differentPixels(WritableImage window) {
        Picture shown = robot.session()
                .machine()
                .virtio(VirtioGpu.class)
                .flatMap(gpu -> gpu.screen().picture())
                .orElseThrow();
        double[] place = HeadlessDesktop.call(() -> {
            ImageView view = (ImageView) robot.stage().getScene().lookup("#display .image-view");
            return new double[] {
                view.localToScene(view.getX(), view.getY()).getX(),
                view.localToScene(view.getX(), view.getY()).getY(),
                view.getFitWidth() / shown.width()
            };
        });
        assertThat(place[2]).as("how large a pixel is").isEqualTo(1);
        assertThat(Arrays.stream(shown.pixels()).distinct().count()).isGreaterThan(1);
        long different = 0;
        for (int y = 0; y < shown.height(); y++) {
            for (int x = 0; x < shown.width(); x++) {
                int seen = window.getPixelReader().getArgb((int) place[0] + x, (int) place[1] + y);
                different += seen == shown.pixel(x, y) ? 0 : 1;
            }
        }
        return different;
    }
}
