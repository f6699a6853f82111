package dev.ravel.device;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.Clock;
import dev.ravel.time.EventQueue;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * The host's end of a serial line, which keeps what is typed or piped in while the guest still starts. Firmware and
 * kernels clear the receiver FIFO when they set the port up, and read the receiver buffer once more to be sure. What
 * they throw away is sent again, after the line was quiet for a moment. The guest sees nothing but bytes that come
 * later: the port's registers always tell the truth.
 *
 * <p>This ends when the guest reads its first byte, or when the machine has been on for {@link #EARLY_TICKS}. From then
 * on what a guest throws away is gone.
 */
final class EarlyTyping implements ConsolePort {
    /** How long after power-on or reset bytes are sent again, at most: two minutes. */
    static final long EARLY_TICKS = 120 * Clock.TIMEBASE_HZ;

    /** How long the line is quiet after the FIFO was cleared, in which a driver ends its set-up: a quarter of a second. */
    static final long QUIET_TICKS = Clock.TIMEBASE_HZ / 4;

    private final ConsolePort port;
    private final EventQueue events;
    private final Clock clock;
    private final Queue<Byte> again = new ArrayDeque<>();
    private boolean early = true;
    private long earlyUntil;
    private long quietUntil;
    private Optional<EventQueue.Scheduled> quietEnd = Optional.empty();
    private final ConsoleListeners quietEnded = new ConsoleListeners();

    EarlyTyping(ConsolePort port, EventQueue events, Clock clock) {
        this.port = port;
        this.events = events;
        this.clock = clock;
        restart();
    }

    /** The machine was switched on or reset. What waits to be sent again still is. */
    void restart() {
        long now = clock.ticks();
        endQuiet();
        early = true;
        earlyUntil = now + EARLY_TICKS;
        quietUntil = now;
    }

    /** The guest has read a byte that came from here. */
    void taken() {
        early = false;
    }

    /** The guest cleared its receiver, with these bytes from here in it. */
    void cleared(byte[] lost) {
        long now = clock.ticks();
        if (!early || now >= earlyUntil) {
            return;
        }
        Queue<Byte> later = new ArrayDeque<>(again);
        again.clear();
        for (byte b : lost) {
            again.add(b);
        }
        again.addAll(later);
        beQuietUntil(now + QUIET_TICKS);
    }

    private void beQuietUntil(long ticks) {
        endQuiet();
        quietUntil = ticks;
        quietEnd = Optional.of(events.schedule(quietUntil, () -> {
            quietEnd = Optional.empty();
            quietEnded.tell();
        }));
    }

    private void endQuiet() {
        quietEnd.ifPresent(EventQueue.Scheduled::cancel);
        quietEnd = Optional.empty();
    }

    @Override
    public int input() {
        if (clock.ticks() < quietUntil) {
            return NOTHING;
        }
        Byte next = again.poll();
        return next == null ? port.input() : next & 0xff;
    }

    @Override
    public Subscription onInput(Runnable listener) {
        Subscription here = quietEnded.add(listener);
        Subscription there = port.onInput(listener);
        return () -> {
            here.close();
            there.close();
        };
    }

    @Override
    public boolean congested() {
        return port.congested();
    }

    @Override
    public Subscription onRoom(Runnable listener) {
        return port.onRoom(listener);
    }

    @Override
    public void output(int value) {
        port.output(value);
    }

    @Override
    public void output(byte[] bytes, int offset, int length) {
        port.output(bytes, offset, length);
    }

    /** What is to be sent again belongs to the line, not to the port at its other end; it is kept all the same. */
    void save(StateWriter out) {
        byte[] waiting = new byte[again.size()];
        int i = 0;
        for (byte b : again) {
            waiting[i++] = b;
        }
        out.put("again", waiting);
        long now = clock.ticks();
        out.put("early", early ? 1 : 0);
        out.put("earlyFor", Math.max(earlyUntil - now, 0));
        out.put("quietFor", Math.max(quietUntil - now, 0));
    }

    /** Reads back what {@link #save} wrote. */
    void restore(StateReader in) {
        long now = clock.ticks();
        early = in.get("early") != 0;
        earlyUntil = now + Math.clamp(in.get("earlyFor"), 0, EARLY_TICKS);
        long quietFor = Math.clamp(in.get("quietFor"), 0, QUIET_TICKS);
        if (quietFor > 0) {
            beQuietUntil(now + quietFor);
        } else {
            endQuiet();
            quietUntil = now;
        }
        again.clear();
        for (byte b : in.getBytes("again")) {
            again.add(b);
        }
    }
}
