package dev.ravel.device;

import dev.ravel.fdt.Node;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.Clock;
import dev.ravel.time.EventQueue;
import java.util.List;
import java.util.Optional;

/**
 * The goldfish real-time clock: nanoseconds since 1970, and one alarm (Android goldfish virtual hardware, "Goldfish
 * timer"). Registers are 32 bits wide and only reached so.
 */
public final class GoldfishRtc implements Device {
    /** Low word of the time; reading it keeps the high word for {@link #TIME_HIGH}. */
    public static final int TIME_LOW = 0x00;

    /** High word of the time as of the last read of {@link #TIME_LOW}. */
    public static final int TIME_HIGH = 0x04;

    /** Low word of the alarm; writing it sets the alarm. */
    public static final int ALARM_LOW = 0x08;

    /** High word of the alarm; written first. */
    public static final int ALARM_HIGH = 0x0c;

    /** Bit 0 lets the alarm interrupt. */
    public static final int IRQ_ENABLED = 0x10;

    /** Any write takes the alarm back. */
    public static final int CLEAR_ALARM = 0x14;

    /** 1 while an alarm is set and has not gone off. */
    public static final int ALARM_STATUS = 0x18;

    /** Any write acknowledges the interrupt. */
    public static final int CLEAR_INTERRUPT = 0x1c;

    /** Bytes of the window on the board. */
    public static final long SIZE = 0x1000;

    private static final long NANOS_PER_TICK = 1_000_000_000 / Clock.TIMEBASE_HZ;
    private static final long LOW_WORD = 0xffff_ffffL;

    private final Clock clock;
    private final EventQueue events;
    private final InterruptLine line;

    /** What the guest set the time to, less the clock's. */
    private long offset;

    private long latchedHigh;
    private long alarm;
    private boolean interruptEnabled;
    private boolean interruptPending;
    private boolean alarmSet;
    private Optional<EventQueue.Scheduled> alarmEvent = Optional.empty();

    /** A clock that shows {@code clock}'s calendar; {@code line} is its interrupt. */
    public GoldfishRtc(Clock clock, EventQueue events, InterruptLine line) {
        this.clock = clock;
        this.events = events;
        this.line = line;
    }

    @Override
    public String name() {
        return "rtc";
    }

    private long now() {
        return clock.epochNanos() + offset;
    }

    @Override
    public long read(long register, int size) {
        if (size != 4) {
            return 0;
        }
        return switch ((int) register) {
            case TIME_LOW -> {
                long now = now();
                latchedHigh = now >>> 32;
                yield now & LOW_WORD;
            }
            case TIME_HIGH -> latchedHigh;
            case ALARM_LOW -> alarm & LOW_WORD;
            case ALARM_HIGH -> alarm >>> 32;
            case IRQ_ENABLED -> interruptEnabled ? 1 : 0;
            case ALARM_STATUS -> alarmSet ? 1 : 0;
            default -> 0;
        };
    }

    @Override
    public List<DeviceRegister> registers() {
        return List.of(
                DeviceRegister.of("TIME_LOW", TIME_LOW, 4, now() & LOW_WORD),
                DeviceRegister.of("TIME_HIGH", TIME_HIGH, 4, latchedHigh),
                DeviceRegister.of("ALARM_LOW", ALARM_LOW, 4, alarm & LOW_WORD),
                DeviceRegister.of("ALARM_HIGH", ALARM_HIGH, 4, alarm >>> 32),
                DeviceRegister.of("IRQ_ENABLED", IRQ_ENABLED, 4, interruptEnabled ? 1 : 0),
                DeviceRegister.writeOnly("CLEAR_ALARM", CLEAR_ALARM, 4),
                DeviceRegister.of("ALARM_STATUS", ALARM_STATUS, 4, alarmSet ? 1 : 0),
                DeviceRegister.writeOnly("CLEAR_INTERRUPT", CLEAR_INTERRUPT, 4));
    }

    @Override
    public void write(long register, int size, long value) {
        if (size != 4) {
            return;
        }
        long word = value & LOW_WORD;
        switch ((int) register) {
            case TIME_LOW -> setTime(now() & ~LOW_WORD | word);
            case TIME_HIGH -> setTime(now() & LOW_WORD | word << 32);
            case ALARM_LOW -> {
                alarm = alarm & ~LOW_WORD | word;
                alarmSet = true;
                evaluate();
            }
            case ALARM_HIGH -> alarm = alarm & LOW_WORD | word << 32;
            case IRQ_ENABLED -> interruptEnabled = (word & 1) != 0;
            case CLEAR_ALARM -> {
                alarmSet = false;
                evaluate();
            }
            case CLEAR_INTERRUPT -> interruptPending = false;
            default -> {}
        }
        update();
    }

    private void setTime(long nanos) {
        offset += nanos - now();
        evaluate();
    }

    /** Lets the alarm go off, or waits for it. */
    private void evaluate() {
        alarmEvent.ifPresent(EventQueue.Scheduled::cancel);
        alarmEvent = Optional.empty();
        if (!alarmSet) {
            return;
        }
        long remaining = alarm - now();
        if (remaining <= 0) {
            alarmSet = false;
            interruptPending = true;
            update();
        } else {
            long deadline = clock.ticks() + Math.ceilDiv(remaining, NANOS_PER_TICK);
            alarmEvent = Optional.of(events.schedule(deadline, this::evaluate));
        }
    }

    private void update() {
        line.set(interruptPending && interruptEnabled);
    }

    /** Keeps the time that the guest set: a real clock has a battery. */
    @Override
    public void reset() {
        latchedHigh = 0;
        alarm = 0;
        alarmSet = false;
        interruptEnabled = false;
        interruptPending = false;
        evaluate();
        update();
    }

    @Override
    public void describe(Node parent, Placement placement) {
        parent.child("rtc@" + Long.toHexString(placement.base()))
                .cells("interrupts", placement.interrupt())
                .cells("interrupt-parent", placement.interruptParent())
                .longs("reg", placement.base(), placement.size())
                .strings("compatible", "google,goldfish-rtc");
    }

    @Override
    public void save(StateWriter out) {
        out.put("offset", offset);
        out.put("latchedHigh", latchedHigh);
        out.put("alarm", alarm);
        out.put("alarmSet", alarmSet ? 1 : 0);
        out.put("interruptEnabled", interruptEnabled ? 1 : 0);
        out.put("interruptPending", interruptPending ? 1 : 0);
    }

    @Override
    public void restore(StateReader in) {
        offset = in.get("offset");
        latchedHigh = in.get("latchedHigh");
        alarm = in.get("alarm");
        alarmSet = in.get("alarmSet") != 0;
        interruptEnabled = in.get("interruptEnabled") != 0;
        interruptPending = in.get("interruptPending") != 0;
        evaluate();
        update();
    }
}
