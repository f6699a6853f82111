package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private String show(boolean terminal) {
        try (TerminalProgress progress =
                new TerminalProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal)) {
            progress.step("checking");
            progress.transferred("small", 5, 10);
            progress.transferred("a-very-long-name-of-a-package-that-is-cut-short.deb", 4_000_000, 12_000_000);
            progress.transferred("a-very-long-name-of-a-package-that-is-cut-short.deb", 12_000_000, 12_000_000);
            progress.transferred("a-very-long-name-of-a-package-that-is-cut-short.deb", 12_000_000, 12_000_000);
            progress.step("packing");
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void elsewhereThanOnATerminalOnlyStepsAreShown() {
        assertThat(show(false)).isEqualTo("checking\npacking\n");
    }

    @Test
    void onATerminalABarIsDrawnAndEndsItsLineOnce() {
        String[] lines = show(true).split("\n");
        assertThat(lines).hasSize(3);
        String[] drawings = lines[1].split("\r");
        assertThat(drawings).hasSize(3).allSatisfy(d -> assertThat(d).hasSizeLessThan(80));
        assertThat(drawings[1]).startsWith("a-very-long-name-of-a-package-t... ######-------------- ");
        assertThat(drawings[2]).contains("#################### 100% of  12 MB");
        assertThat(lines[2]).isEqualTo("packing");
    }
}
