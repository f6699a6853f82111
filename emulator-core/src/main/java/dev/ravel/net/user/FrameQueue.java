package dev.ravel.net.user;

import dev.ravel.net.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** Frames that wait to be taken, of bounded number and size. Safe for any thread. */
final class FrameQueue {
    /** The most that wait. */
    static final int CAPACITY = 256;

    /** There is room for one more while less bytes wait. */
    private static final int BYTES = 1 << 20;

    private final Queue<Frame> frames = new ArrayDeque<>();
    private int bytes;
    private long added;

    /** Adds a frame, or drops it if the queue is full. */
    synchronized void offer(Frame frame) {
        if (!isFull()) {
            frames.add(frame);
            bytes += frame.bytes().length;
            added++;
        }
    }

    /** Takes the first. */
    synchronized Optional<Frame> poll() {
        Optional<Frame> first = Optional.ofNullable(frames.poll());
        first.ifPresent(frame -> bytes -= frame.bytes().length);
        return first;
    }

    /** Takes all. */
    synchronized List<Frame> drain() {
        List<Frame> all = new ArrayList<>(frames);
        frames.clear();
        bytes = 0;
        return all;
    }

    synchronized boolean isFull() {
        return !isBelow(1, 1);
    }

    /** Whether it is less full than a part of what it holds. */
    synchronized boolean isBelow(int numerator, int denominator) {
        return frames.size() < CAPACITY * numerator / denominator && bytes < BYTES / denominator * numerator;
    }

    /** Frames that were added, ever. */
    synchronized long added() {
        return added;
    }

    /** Frames that were added and taken, ever. */
    synchronized long taken() {
        return added - frames.size();
    }
}
