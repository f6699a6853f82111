package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ComplaintsTest {
    @Test
    void aHostThatFailsAgainAndAgainIsALineInAWhile() {
        List<String> said = new ArrayList<>();
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
        Complaints complaints = new Complaints("disk D", said::add, now::get);
        for (int i = 0; i < 1000; i++) {
            complaints.say("no space left");
        }
        assertThat(said).containsExactly("disk D: I/O error: no space left; the guest is told");
        now.addAndGet(Complaints.QUIET_NANOS);
        complaints.say("the image has become shorter");
        complaints.say("the image has become shorter");
        assertThat(said)
                .hasSize(2)
                .last()
                .isEqualTo("disk D: I/O error: the image has become shorter; the guest is told, as of 999 before");
    }
}
