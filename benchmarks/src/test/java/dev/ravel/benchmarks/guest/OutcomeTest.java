package dev.ravel.benchmarks.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    @Test
    void linesOfProgramsAreFoundAmongOthers() {
        String console = """
                [    0.52] Run /bench/init as init process\r
                bench crc 00000000c4c6ab5a 1008643400\r
                [    1.61] a message of the kernelbench fib 200d78e844ae4500 5\r
                bench sha256 c4e6144c9b435ef4 0\r
                """;
        assertThat(Outcome.parse(console))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        GuestProgram.CRC, new Outcome("00000000c4c6ab5a", 1.0086434),
                        GuestProgram.SHA256, new Outcome("c4e6144c9b435ef4", 0)));
    }

    @Test
    void unknownProgramsAndBrokenLinesAreNone() {
        assertThat(Outcome.parse("bench nothing 0000000000000000 5\nbench crc 00 5\nbench crc 0000000000000000\n"))
                .isEmpty();
    }
}
