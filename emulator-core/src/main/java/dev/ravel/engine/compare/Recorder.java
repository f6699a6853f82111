package dev.ravel.engine.compare;

import dev.ravel.engine.compare.Slice.Patch;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import dev.ravel.time.TimeCounter;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands around the machine while the reference runs, and writes down what comes from outside: what devices answer, what
 * they write to RAM, what the time is. Between runs it keeps the copy of RAM up to date with whatever is written.
 */
final class Recorder implements Bus.Access, TimeCounter.Witness, Ram.Watcher {
    /** So many bytes at once are not written down: rather a new interval is begun. */
    private static final long LARGE = 1 << 18;

    private final Bus.Access devices;
    private final Ram ram;
    private final Ram copy;
    private final Hart hart;
    private final Runnable tooMuch;

    private Interval interval;
    private Slice slice = new Slice();

    /** The thread that executes a slice, this object's own class at other times. */
    private volatile Object running = Recorder.class;

    private boolean inDevice;
    private final List<Patch> patches = new ArrayList<>();

    /**
     * @param tooMuch is called when something was written to RAM that is not written down, and the interval has to end
     */
    Recorder(Bus bus, Ram copy, Hart hart, Interval interval, Runnable tooMuch) {
        this.devices = bus.devices();
        this.ram = bus.ram();
        this.copy = copy;
        this.hart = hart;
        this.interval = interval;
        this.tooMuch = tooMuch;
    }

    /** From now on old pages are kept for this interval, and what was written before belongs to the past. */
    void begin(Interval newInterval) {
        interval = newInterval;
        slice.before.clear();
    }

    /** The slice that is about to be executed. */
    Slice slice() {
        return slice;
    }

    /** The calling thread executes the slice now. */
    void start() {
        running = Thread.currentThread();
    }

    /** The slice is executed; another begins. */
    Slice stop() {
        running = Recorder.class;
        Slice done = slice;
        slice = new Slice();
        return done;
    }

    private boolean executing() {
        return running == Thread.currentThread();
    }

    // Devices

    @Override
    public long read(Bus.Window window, long address, int size) {
        if (!executing()) {
            return devices.read(window, address, size);
        }
        inDevice = true;
        long value;
        try {
            value = devices.read(window, address, size);
        } finally {
            inDevice = false;
        }
        note(false, address, size, value);
        return value;
    }

    @Override
    public void write(Bus.Window window, long address, int size, long value) {
        if (!executing()) {
            devices.write(window, address, size, value);
            return;
        }
        inDevice = true;
        try {
            devices.write(window, address, size, value);
        } finally {
            inDevice = false;
        }
        note(true, address, size, value);
    }

    private void note(boolean write, long address, int size, long value) {
        slice.accesses.add(
                new Slice.Access(write, address, size, value, hart.csrs.interrupts.lines(), List.copyOf(patches)));
        patches.clear();
    }

    // Time

    @Override
    public void seen(long now) {
        if (executing() && !inDevice) {
            slice.addTime(now);
        }
    }

    // RAM

    @Override
    public void storing(int page) {
        if (executing()) {
            interval.keep(ram, page);
        }
    }

    @Override
    public void written(long offset, long length) {
        if (executing()) {
            if (inDevice) {
                // The copy is behind: it has what was here before.
                interval.keep(copy, offset, length);
                patches.add(new Patch(offset, bytes(offset, length)));
            }
            return;
        }
        if (length > LARGE) {
            tooMuch.run();
            copy.segment().asSlice(offset, length).copyFrom(ram.segment().asSlice(offset, length));
            copy.written(offset, length);
            return;
        }
        Patch patch = new Patch(offset, bytes(offset, length));
        synchronized (slice.before) {
            interval.keep(copy, offset, length);
            slice.before.add(patch);
        }
        Interval.apply(patch, copy);
    }

    private byte[] bytes(long offset, long length) {
        return ram.segment().asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }
}
