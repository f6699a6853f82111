package dev.ravel.learn;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All that a guest has printed, as plain text: no carriage returns, no control sequences. */
final class Transcript {
    private static final int ESCAPE = 0x1b;
    private static final int BACKSPACE = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final StringBuilder text = new StringBuilder();
    private final byte[] undecoded = new byte[4];
    private int undecodedLength;
    private boolean escaped;
    private boolean inSequence;
    private long taken;

    /** Reads a console to its end, on a thread of its own. */
    void follow(InputStream console) {
        Thread.ofVirtual().name("lesson-console").start(() -> {
            byte[] buffer = new byte[8192];
            try {
                for (int n = console.read(buffer); n >= 0; n = console.read(buffer)) {
                    append(buffer, n);
                }
            } catch (IOException e) {
                // The console was closed: nothing more to read.
            }
        });
    }

    private void append(byte[] bytes, int length) {
        lock.lock();
        try {
            for (int i = 0; i < length; i++) {
                take(bytes[i] & 0xff);
            }
            taken += length;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void take(int b) {
        if (escaped) {
            // ESC [ parameters final, or ESC and one byte (ECMA-48, 5.4).
            if (inSequence ? b >= 0x40 && b <= 0x7e : b != '[') {
                escaped = false;
                inSequence = false;
            } else {
                inSequence = true;
            }
        } else if (b == ESCAPE) {
            escaped = true;
        } else if (b == BACKSPACE && !text.isEmpty()) {
            text.setLength(text.length() - 1);
        } else if (b >= 0x80) {
            takeUtf8((byte) b);
        } else if (b >= ' ' || b == '\n' || b == '\t') {
            text.append((char) b);
        }
    }

    private void takeUtf8(byte b) {
        if ((b & 0x40) != 0) {
            undecodedLength = 0;
        }
        if (undecodedLength < undecoded.length) {
            undecoded[undecodedLength++] = b;
        }
        int first = undecoded[0] & 0xff;
        int wanted = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (undecodedLength == wanted) {
            text.append(new String(undecoded, 0, wanted, StandardCharsets.UTF_8));
            undecodedLength = 0;
        }
    }

    /** Waits until it has so many of the console's bytes. */
    void awaitBytes(long count) throws InterruptedException {
        lock.lock();
        try {
            while (taken < count) {
                grown.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what was printed from a place on. */
    void cut(int length) {
        lock.lock();
        try {
            text.setLength(Math.min(length, text.length()));
            escaped = false;
            inSequence = false;
            undecodedLength = 0;
        } finally {
            lock.unlock();
        }
    }

    /** How much there is. */
    int length() {
        lock.lock();
        try {
            return text.length();
        } finally {
            lock.unlock();
        }
    }

    /** What was printed from a place on. */
    String from(int start) {
        lock.lock();
        try {
            return text.substring(Math.min(start, text.length()));
        } finally {
            lock.unlock();
        }
    }

    /** Where the line begins that a place is in. */
    int lineStart(int place) {
        lock.lock();
        try {
            return text.lastIndexOf("\n", place - 1) + 1;
        } finally {
            lock.unlock();
        }
    }

    /** Waits a moment, or until more is printed; whether more was. */
    boolean grows(long patienceMillis) throws InterruptedException {
        lock.lock();
        try {
            long before = taken;
            grown.await(patienceMillis, TimeUnit.MILLISECONDS);
            return taken != before;
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@code pattern} is the last in the last line. */
    boolean endsWith(Pattern pattern) {
        lock.lock();
        try {
            Matcher matcher = pattern.matcher(text).region(text.lastIndexOf("\n") + 1, text.length());
            boolean last = false;
            while (matcher.find()) {
                last = matcher.end() == text.length();
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Where the line ends that a place is in: behind its line feed, or what there is of it. */
    int lineEnd(int place) {
        lock.lock();
        try {
            int feed = text.indexOf("\n", place);
            return feed < 0 ? text.length() : feed + 1;
        } finally {
            lock.unlock();
        }
    }

    /** Waits a moment, or until more is printed, unless {@code pattern} is in the text from {@code start} on. */
    boolean seen(Pattern pattern, int start, long patienceMillis) throws InterruptedException {
        lock.lock();
        try {
            if (pattern.matcher(text)
                    .region(Math.min(start, text.length()), text.length())
                    .find()) {
                return true;
            }
            grown.await(patienceMillis, TimeUnit.MILLISECONDS);
            return false;
        } finally {
            lock.unlock();
        }
    }
}
