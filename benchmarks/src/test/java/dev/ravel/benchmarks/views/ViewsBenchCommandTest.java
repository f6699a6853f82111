package dev.ravel.benchmarks.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.benchmarks.BenchException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ViewsBenchCommandTest {
    private static final int USAGE = 2;

    @Test
    void countsMustBePositiveAndAnUnknownEngineOrLoadIsWrongUsageBeforeAnythingIsStarted() {
        assertThat(complaint("--runs", "0")).contains("--runs wants a positive number");
        assertThat(complaint("--seconds", "-1")).contains("--seconds wants a positive number");
        assertThat(complaint("--engine", "steam")).contains("there is no engine steam; there are compare, interp, jit");
        assertThat(complaint("--load", "sleep"))
                .contains("COMPUTE, CALLS, DISK")
                .contains("sleep");
    }

    @Test
    void theCostIsThePartOfItsInstructionsThatAGuestLostAgainstTheTurnsBeforeAndAfter() {
        List<Rate> without = List.of(
                new Rate(100, 200, 0, 0.01),
                new Rate(100, 200, 0, 0.01),
                new Rate(50, 100, 0, 0.02),
                new Rate(10, 50, 0, 0.01));
        // The host became slower and slower; the turn in the middle met the change.
        List<Rate> with =
                List.of(new Rate(97, 199, 0.01, 0.03), new Rate(90, 150, 0.4, 0.04), new Rate(29, 71.25, 0.02, 0.05));
        assertThat(new Cost("Hart", without, with).line())
                .isEqualTo("Hart              3.0 %   -8.5 .. 3.2 %     0.5 %                     2.0 %   3.0 %");
    }

    @Test
    void theFramesOfAWindowAreCountedByTheTimeBetweenThem() {
        Frames frames = new Frames(List.of(10_000_000L, 20_000_000L, 20_000_000L, 50_000_000L));
        assertThat(frames.perSecond()).isEqualTo(40);
        assertThat(frames.longestMillis()).isEqualTo(50);
        assertThat(frames.mostMillis()).isBetween(20.0, 50.0);
        assertThat(frames.line("Hart", 1_500_000)).startsWith("Hart ").endsWith("50.0 ms   1.50 MB/s");
    }

    @Test
    void viewsAreChosenByTheirTitlesAndAnUnknownOneIsToldWithThoseThatThereAre() {
        List<String> views = List.of("Hart", "Page walk", "Traps");
        assertThat(ViewsBench.chosen(views, List.of())).isEqualTo(views);
        assertThat(ViewsBench.chosen(views, List.of("traps", "page walk"))).containsExactly("Page walk", "Traps");
        assertThatThrownBy(() -> ViewsBench.chosen(views, List.of("Kitchen")))
                .isInstanceOf(BenchException.class)
                .hasMessage("--only Kitchen: there is no such view; there are Hart, Page walk, Traps");
    }

    private static String complaint(String... options) {
        StringWriter errors = new StringWriter();
        CommandLine command = new CommandLine(new ViewsBenchCommand());
        command.setErr(new PrintWriter(errors, true));
        assertThat(command.setCaseInsensitiveEnumValuesAllowed(true).execute(options))
                .isEqualTo(USAGE);
        return errors.toString();
    }
}
