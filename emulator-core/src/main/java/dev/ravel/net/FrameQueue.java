package dev.ravel.net;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** Frames that wait to be taken, of bounded number and size. Safe for any thread. */
public final class FrameQueue {
    /** The most that wait. */
    public static final int CAPACITY = 256;

    /** There is room for one more while less bytes wait. */
    private static final int BYTES = 1 << 20;

    /**
     * What waited.
     *
     * @param full whether that was all that can: somebody may have seen it
     */
    public record Drained(List<Frame> frames, boolean full) {}

    private final Queue<Frame> frames = new ArrayDeque<>();
    private int bytes;
    private long added;

    /** Adds a frame, or drops it if the queue is full. */
    public synchronized void offer(Frame frame) {
        if (!isFull()) {
            frames.add(frame);
            bytes += frame.bytes().length;
            added++;
        }
    }

    /** Takes the first. */
    public synchronized Optional<Frame> poll() {
        Optional<Frame> first = Optional.ofNullable(frames.poll());
        first.ifPresent(frame -> bytes -= frame.bytes().length);
        return first;
    }

    /** Takes all. */
    public synchronized Drained drain() {
        Drained all = new Drained(List.copyOf(frames), isFull());
        frames.clear();
        bytes = 0;
        return all;
    }

    /** Whether one more would be dropped. */
    public synchronized boolean isFull() {
        return !isBelow(1, 1);
    }

    /** Whether it is less full than a part of what it holds. */
    public synchronized boolean isBelow(int numerator, int denominator) {
        return frames.size() < CAPACITY * numerator / denominator && bytes < BYTES / denominator * numerator;
    }

    /** Frames that were added, ever. */
    public synchronized long added() {
        return added;
    }

    /** Frames that were added and taken, ever. */
    public synchronized long taken() {
        return added - frames.size();
    }
}
