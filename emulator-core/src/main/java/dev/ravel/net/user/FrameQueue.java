package dev.ravel.net.user;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** Frames that wait to be taken, a bounded number. Safe for any thread. */
final class FrameQueue {
    /** The most that wait: not 400 KB. */
    static final int CAPACITY = 256;

    private final Queue<byte[]> frames = new ArrayDeque<>();
    private long added;

    /** Adds a frame, or drops it if the queue is full. */
    synchronized void offer(byte[] frame) {
        if (frames.size() < CAPACITY) {
            frames.add(frame);
            added++;
        }
    }

    /** Takes the first. */
    synchronized Optional<byte[]> poll() {
        return Optional.ofNullable(frames.poll());
    }

    /** Takes all. */
    synchronized List<byte[]> drain() {
        List<byte[]> all = new ArrayList<>(frames);
        frames.clear();
        return all;
    }

    synchronized boolean isFull() {
        return frames.size() == CAPACITY;
    }

    synchronized int size() {
        return frames.size();
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
