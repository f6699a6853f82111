package dev.ravel.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.ManualClock;
import org.junit.jupiter.api.Test;

class GoldfishRtcTest {
    private static final long START = 1_700_000_000_000_000_000L;

    private final ManualClock clock = new ManualClock();
    private final BoundaryQueue events = new BoundaryQueue();
    private final Wire wire = new Wire();
    private final GoldfishRtc rtc = new GoldfishRtc(clock, events, wire);

    private long time() {
        return rtc.read(GoldfishRtc.TIME_LOW, 4) | rtc.read(GoldfishRtc.TIME_HIGH, 4) << 32;
    }

    private void setAlarm(long nanos) {
        rtc.write(GoldfishRtc.ALARM_HIGH, 4, nanos >>> 32);
        rtc.write(GoldfishRtc.ALARM_LOW, 4, nanos & 0xffff_ffffL);
        rtc.write(GoldfishRtc.IRQ_ENABLED, 4, 1);
    }

    private void pass(long ticks) {
        clock.ticks += ticks;
        events.runDue(clock.ticks);
    }

    @Test
    void timeIsNanosecondsSince1970() {
        assertThat(time()).isEqualTo(START);
        pass(10_000_000);
        assertThat(time()).isEqualTo(START + 1_000_000_000L);
    }

    @Test
    void theHighWordBelongsToTheLowWordReadBefore() {
        clock.epochStart = 0x1_ffff_ffffL;
        assertThat(rtc.read(GoldfishRtc.TIME_LOW, 4)).isEqualTo(0xffff_ffffL);
        pass(1);
        assertThat(rtc.read(GoldfishRtc.TIME_HIGH, 4)).isEqualTo(1);
        assertThat(time()).isEqualTo(0x1_ffff_ffffL + 100);
    }

    @Test
    void theGuestSetsTheTime() {
        rtc.write(GoldfishRtc.TIME_HIGH, 4, 0x100);
        rtc.write(GoldfishRtc.TIME_LOW, 4, 0x42);
        assertThat(time()).isEqualTo(0x100_0000_0042L);
        pass(2);
        assertThat(time()).isEqualTo(0x100_0000_0042L + 200);
    }

    @Test
    void theAlarmInterruptsWhenItIsTimeAndUntilAcknowledged() {
        setAlarm(START + 1_000_050);
        assertThat(rtc.read(GoldfishRtc.ALARM_STATUS, 4)).isEqualTo(1);
        pass(10_000);
        assertThat(wire.asserted).isFalse();
        pass(1);
        assertThat(wire.asserted).isTrue();
        assertThat(rtc.read(GoldfishRtc.ALARM_STATUS, 4)).isZero();
        rtc.write(GoldfishRtc.CLEAR_INTERRUPT, 4, 1);
        assertThat(wire.asserted).isFalse();
        pass(100_000);
        assertThat(wire.rises).isEqualTo(1);
    }

    @Test
    void anAlarmInThePastGoesOffAtOnceAndAClearedOneNever() {
        setAlarm(START + 500);
        rtc.write(GoldfishRtc.CLEAR_ALARM, 4, 1);
        pass(1000);
        assertThat(wire.asserted).isFalse();
        setAlarm(START);
        assertThat(wire.asserted).isTrue();
    }

    @Test
    void aDisabledInterruptWaitsToBeEnabled() {
        setAlarm(START);
        rtc.write(GoldfishRtc.IRQ_ENABLED, 4, 0);
        assertThat(wire.asserted).isFalse();
        rtc.write(GoldfishRtc.IRQ_ENABLED, 4, 1);
        assertThat(wire.asserted).isTrue();
    }

    @Test
    void stateSurvivesWithAnAlarmSet() {
        rtc.write(GoldfishRtc.TIME_HIGH, 4, 0x100);
        rtc.write(GoldfishRtc.TIME_LOW, 4, 0);
        setAlarm(0x100_0000_0000L + 1000);
        SavedState state = SavedState.of(rtc);
        rtc.reset();
        assertThat(rtc.read(GoldfishRtc.ALARM_STATUS, 4)).isZero();
        rtc.restore(state);
        pass(9);
        assertThat(wire.asserted).isFalse();
        pass(1);
        assertThat(wire.asserted).isTrue();
    }
}
