package dev.ravel.desktop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageLoader;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import dev.ravel.session.Speed;
import java.nio.file.Path;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How fast a machine runs, by the keys of its window. */
class SpeedsTest {
    private static final String COUNTING = """
            _start:
                addi a0, a0, 1
                j _start
            """;

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

    private static MachineBuilder counting() throws Exception {
        return Machine.builder()
                .memory(4 << 20)
                .bios(new Bios.None())
                .kernel(ImageLoader.parse("counting", ElfWriter.write(Assembler.assemble("counting.s", COUNTING))));
    }

    private long count() {
        return robot.session()
                .whileStill(machine -> machine.harts().getFirst().x[10])
                .orElseThrow();
    }

    private void awaitSpeed(Speed speed) {
        robot.await(speed.label(), () -> robot.session().speed().equals(speed));
        robot.await("the label", () -> robot.text("speed-label").equals(speed.label()));
    }

    @Test
    void aMachineThatCanStepBackRunsAtARateOfSteps() throws Exception {
        robot = WindowRobot.openRecorded("counting", counting());
        robot.await("millions", () -> count() > 2_000_000);
        for (int i = 0; i < Speed.RATES.size(); i++) {
            robot.shortcut(KeyCode.COMMA);
        }
        awaitSpeed(new Speed.Rate(10));
        robot.picture(Path.of("target", "pictures", "speed.png"));
        long before = count();
        robot.await("the next round", () -> count() > before);
        // At full speed it would have made a million by now.
        assertThat(count() - before).isLessThan(1_000);
        robot.click("#tool-pause");
        robot.await("the pause", () -> robot.enabled("#tool-step"));
        robot.click("#tool-step");
        robot.click("#tool-run");
        long paused = count();
        robot.await("it to go on", () -> count() > paused);
        robot.shortcut(KeyCode.PERIOD);
        awaitSpeed(new Speed.Rate(100));
        robot.shortcut(KeyCode.F);
        awaitSpeed(Speed.FULL);
        robot.await("millions", () -> count() > paused + 2_000_000);
        assertThatThrownBy(() -> robot.session().setSpeed(new Speed.Share(0.5)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyOtherMachineRunsAndStandsStillInTurns() throws Exception {
        robot = WindowRobot.open("counting", counting());
        robot.await("millions", () -> count() > 2_000_000);
        for (int i = 0; i < Speed.SHARES.size(); i++) {
            robot.shortcut(KeyCode.COMMA);
        }
        awaitSpeed(new Speed.Share(0.001));
        assertThat(robot.text("speed-label")).isEqualTo("0.1 %");
        long before = count();
        robot.await("it to go on", () -> count() > before);
        robot.click("#tool-pause");
        robot.await("the pause", () -> robot.enabled("#tool-step"));
        robot.shortcut(KeyCode.PERIOD);
        awaitSpeed(new Speed.Share(0.01));
        long paused = count();
        robot.shortcut(KeyCode.F);
        awaitSpeed(Speed.FULL);
        assertThat(count()).as("paused at any speed").isEqualTo(paused);
        robot.click("#tool-run");
        robot.await("millions", () -> count() > paused + 2_000_000);
        assertThatThrownBy(() -> robot.session().setSpeed(new Speed.Rate(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
