package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LessonLogTest {
    private static final System.Logger LOG = System.getLogger("dev.ravel.virtio.LessonLogTest");

    @Test
    void theLogIsNoWiderThanTheTerminalAndAsBeforeAfterwards() {
        List<Object> before = List.of((Object[]) Logger.getLogger("").getHandlers());
        StringWriter text = new StringWriter();
        try (LessonLog _ = LessonLog.open(new PrintWriter(text), () -> 40)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "virtio-console: {0} bytes at {1} are not in memory",
                    "0x40",
                    "0x7fffffc0");
            LOG.log(System.Logger.Level.DEBUG, "not for a learner");
        }
        assertThat(text.toString().lines())
                .containsExactly("Ravel's log: virtio-console: 0x40 bytes", "  at 0x7fffffc0 are not in memory");
        assertThat(List.of((Object[]) Logger.getLogger("").getHandlers())).isEqualTo(before);
    }
}
