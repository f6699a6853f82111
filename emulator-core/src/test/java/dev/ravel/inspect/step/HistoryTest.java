package dev.ravel.inspect.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.snapshot.MemoryImage;
import dev.ravel.snapshot.Snapshot;
import dev.ravel.state.StateTree;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Snapshot NOTHING = new Snapshot(Map.of(), new StateTree(), MemoryImage.zero(1));

    private static void add(History history, long position, long bytes) {
        history.add(new History.Moment(position, NOTHING, new ConsoleRecording.Mark(0, 0, 0, 0), bytes));
    }

    @Test
    void ofALongRunTheBeginningIsKeptAndWhatIsNearAndTheFartherTheFewer() {
        History history = new History(32, Long.MAX_VALUE);
        for (long position = 0; position <= 10_000; position++) {
            add(history, position, 1);
        }
        assertThat(history.size()).isEqualTo(32);
        assertThat(history.first().position()).isZero();
        assertThat(history.before(10_000).position()).isEqualTo(10_000);
        assertThat(history.before(9_999).position()).isEqualTo(9_999);
        for (long ago = 1; ago <= 10_000; ago *= 10) {
            long wanted = 10_000 - ago;
            assertThat(wanted - history.before(wanted).position())
                    .as("%d ago", ago)
                    .isLessThanOrEqualTo(ago * 2);
        }
    }

    @Test
    void bytesAreBoundedToo() {
        History history = new History(1000, 100);
        for (long position = 0; position < 500; position++) {
            add(history, position, 10);
        }
        assertThat(history.size()).isEqualTo(10);
        assertThat(history.first().position()).isZero();
        assertThat(history.before(499).position()).isEqualTo(499);
    }

    @Test
    void whatComesAfterIsForgotten() {
        History history = new History(10, Long.MAX_VALUE);
        for (long position : new long[] {0, 30, 10, 20}) {
            add(history, position, 1);
        }
        history.forgetAfter(20);
        assertThat(history.before(1000).position()).isEqualTo(20);
        assertThat(history.before(19).position()).isEqualTo(10);
    }
}
