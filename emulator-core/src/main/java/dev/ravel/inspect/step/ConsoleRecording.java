package dev.ravel.inspect.step;

import dev.ravel.device.ConsoleListeners;
import dev.ravel.device.ConsolePort;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A console between a machine and another port, which a {@link Stepper} can turn back. Until one does, everything goes
 * through. From then on what is typed reaches the guest between two instructions that are remembered, and again between the
 * same two whenever these are executed again; what the guest prints then for the second time goes nowhere.
 *
 * <p>From then on it is never congested: the other port gets what the guest prints however far behind it is.
 */
public final class ConsoleRecording implements ConsolePort {
    /** Bytes that the guest has not taken before no more are asked for. */
    private static final int AHEAD = 256;

    private final ConsolePort host;
    private final ConsoleListeners listeners = new ConsoleListeners();

    /** What was typed since {@link #begin}, and before which steps; in order. */
    private final List<Typed> typed = new ArrayList<>();

    private boolean recording;

    /** How many of {@link #typed} were given to the machine. */
    private int delivered;

    /** Bytes that the guest has taken. */
    private long taken;

    /** Bytes that it could have. */
    private long available;

    private long printed;

    /** Bytes that went to the other port. */
    private long shown;

    /** Bytes, before which step they came, and how many came before them. */
    private record Typed(long position, byte[] bytes, long start) {
        long end() {
            return start + bytes.length;
        }
    }

    /** Where in the recording the machine is. */
    record Mark(int delivered, long taken, long available, long printed) {}

    /** A recording of what goes through to {@code host}. */
    public ConsoleRecording(ConsolePort host) {
        this.host = host;
        // For as long as both live: nothing else holds this object but the port that it is for.
        host.onInput(this::hostHasInput);
    }

    private void hostHasInput() {
        boolean through;
        synchronized (this) {
            through = !recording;
        }
        if (through) {
            listeners.tell();
        }
    }

    /** Begins to record, while the machine stands still. */
    synchronized void begin() {
        recording = true;
    }

    /** Gives the machine what was typed before the step that is next. */
    void deliver(long position) {
        synchronized (this) {
            if (delivered == typed.size() || typed.get(delivered).position > position) {
                return;
            }
            while (delivered < typed.size() && typed.get(delivered).position <= position) {
                available = typed.get(delivered++).end();
            }
        }
        listeners.tell();
    }

    /** The step before which something was typed next. */
    synchronized long nextPosition() {
        return delivered == typed.size() ? Long.MAX_VALUE : typed.get(delivered).position;
    }

    /** Records bytes that come before the step that is next; nothing later was recorded. */
    synchronized void record(long position, byte[] bytes) {
        if (bytes.length > 0) {
            long start = typed.isEmpty() ? 0 : typed.getLast().end();
            typed.add(new Typed(position, bytes.clone(), start));
        }
    }

    /** As {@link #record}, of what is there at the other port and the guest is likely to take soon. */
    void listen(long position) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long ahead;
        synchronized (this) {
            ahead = available - taken;
        }
        while (ahead + bytes.size() < AHEAD) {
            int value = host.input();
            if (value == NOTHING) {
                break;
            }
            bytes.write(value);
        }
        record(position, bytes.toByteArray());
    }

    synchronized Mark mark() {
        return new Mark(delivered, taken, available, printed);
    }

    synchronized void rewind(Mark to) {
        delivered = to.delivered;
        taken = to.taken;
        available = to.available;
        printed = to.printed;
    }

    /** What was typed and printed later than now has not happened. */
    synchronized void forgetFuture() {
        typed.subList(delivered, typed.size()).clear();
        shown = printed;
    }

    /** How many bytes the guest has printed up to now since recording began; fewer after a step back. */
    public synchronized long printed() {
        return printed;
    }

    @Override
    public boolean congested() {
        synchronized (this) {
            if (recording) {
                return false;
            }
        }
        return host.congested();
    }

    @Override
    public Subscription onRoom(Runnable listener) {
        return host.onRoom(listener);
    }

    @Override
    public void output(int value) {
        synchronized (this) {
            if (recording && ++printed <= shown) {
                return;
            }
            shown = printed;
        }
        host.output(value);
    }

    @Override
    public int input() {
        synchronized (this) {
            if (recording) {
                return taken == available ? NOTHING : next();
            }
        }
        return host.input();
    }

    private int next() {
        int i = delivered - 1;
        while (typed.get(i).start > taken) {
            i--;
        }
        Typed from = typed.get(i);
        return from.bytes[(int) (taken++ - from.start)] & 0xff;
    }

    @Override
    public Subscription onInput(Runnable listener) {
        return listeners.add(listener);
    }
}
