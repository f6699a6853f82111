package dev.ravel.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps at a rate, by a clock that is told. */
class PaceTest {
    private static final long SECOND = 1_000_000_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 10, 1_000, 999_983, 10_000_000})
    void overAnyTimeStepsAreAsManyAsTheRateSays(long rate) {
        Random random = new Random(1);
        long origin = -5 * SECOND / 2;
        Pace pace = new Pace(rate, origin);
        long now = origin;
        long made = 0;
        while (now < origin + 20 * SECOND) {
            now += rate == 1 ? random.nextLong(SECOND / 5) : random.nextLong(SECOND / 20);
            long due = pace.due(now);
            pace.made(due);
            made += due;
            assertThat(made)
                    .isEqualTo(BigInteger.valueOf(now - origin)
                            .multiply(BigInteger.valueOf(rate))
                            .divide(BigInteger.valueOf(SECOND))
                            .longValueExact());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 10, 1_000, 999_983})
    void theNextStepIsDueWhenItSaysAndNotBefore(long rate) {
        Pace pace = new Pace(rate, 17);
        long now = 17;
        for (int i = 0; i < 100; i++) {
            long wait = pace.untilNext(now);
            assertThat(pace.due(now + wait - 1)).isZero();
            now += wait;
            assertThat(pace.due(now)).isEqualTo(1);
            pace.made(1);
        }
        assertThat(now - 17).isEqualTo(Math.ceilDiv(100 * SECOND, rate));
    }

    @Test
    void whoWasHeldUpDoesNotRushAfter() {
        Pace pace = new Pace(1_000, 0);
        assertThat(pace.due(3600 * SECOND)).isEqualTo(250);
    }

    @Test
    void fewerStepsThanWereDueAreMadeUpForSoon() {
        Pace pace = new Pace(1_000, 0);
        assertThat(pace.due(SECOND / 10)).isEqualTo(100);
        pace.made(60);
        assertThat(pace.due(SECOND / 5)).isEqualTo(140);
    }
}
