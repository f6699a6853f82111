package dev.ravel.session;

import dev.ravel.device.ConsoleListeners;
import dev.ravel.device.ConsolePort;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A guest's console between the machine and whoever looks at it. Output goes to every {@link Output} that is open; what is
 * typed waits here until the guest takes it. All methods may be called from any thread.
 */
public final class GuestConsole implements ConsolePort {
    /** With so many bytes unread an output is congested: the guest's devices then hold back what comes. */
    private static final int OUTPUT_LIMIT = 1 << 20;

    /** With less than so many it no longer is. */
    private static final int OUTPUT_RESUMES = OUTPUT_LIMIT / 2;

    /**
     * How long a reader that had to wait for the first byte waits for more, in milliseconds. A guest prints byte by byte, and
     * to wake a thread for each of them takes longer than to print it. Nobody sees a thousandth of a second.
     */
    private static final int GATHER_MILLIS = 1;

    /** With so many bytes it waits no longer. */
    private static final int GATHER_BYTES = 4096;

    /** Pieces of input that may wait for the guest before {@link #typePatiently} waits too. */
    private static final int PATIENCE = 4;

    private final List<Output> outputs = new CopyOnWriteArrayList<>();
    private final Object typedLock = new Object();
    private final Queue<byte[]> typed = new ArrayDeque<>();
    private int typedOffset;

    /** A line was typed that answers of terminals would come behind. */
    private boolean answersLate;

    private boolean closed;
    private final ConsoleListeners onRoom = new ConsoleListeners();
    private final ConsoleListeners onTyped = new ConsoleListeners();

    /** What the guest prints from now on, as a stream that ends when it is closed. */
    public Output openOutput() {
        Output output = new Output();
        outputs.add(output);
        return output;
    }

    /** Types bytes into the guest. */
    public void type(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        synchronized (typedLock) {
            typed.add(bytes.clone());
        }
        onTyped.tell();
    }

    /**
     * Types bytes into the guest as {@link #type} does, for a script, which sees a prompt before a terminal has answered the
     * query that comes with it. Such an answer would go to what the line starts, and be echoed into its output: none is taken
     * until {@link #takeAnswers}.
     */
    public void typeUnanswered(byte[] bytes) {
        synchronized (typedLock) {
            answersLate = true;
        }
        type(bytes);
    }

    /** What the script typed is done: terminals may answer the guest again. */
    public void takeAnswers() {
        synchronized (typedLock) {
            answersLate = false;
        }
    }

    /** Types what a terminal answers to a query of the guest, such as where its cursor is (ECMA-48, 8.3.35), unless it is late. */
    public void answer(byte[] bytes) {
        synchronized (typedLock) {
            if (answersLate) {
                return;
            }
            typed.add(bytes.clone());
        }
        onTyped.tell();
    }

    /** Types bytes into the guest, and waits until it has taken all but a few that were typed before: for long input. */
    public void typePatiently(byte[] bytes) throws InterruptedException {
        synchronized (typedLock) {
            while (typed.size() > PATIENCE && !closed) {
                typedLock.wait();
            }
        }
        type(bytes);
    }

    /** Throws away what was typed and the guest has not taken. */
    public void discardTyped() {
        synchronized (typedLock) {
            typed.clear();
            typedOffset = 0;
            answersLate = false;
            typedLock.notifyAll();
        }
    }

    /** Whether something was typed that the guest has not taken. */
    public boolean hasTyped() {
        synchronized (typedLock) {
            return !typed.isEmpty();
        }
    }

    /** The next typed byte. */
    @Override
    public int input() {
        synchronized (typedLock) {
            byte[] head = typed.peek();
            if (head == null) {
                return NOTHING;
            }
            int b = head[typedOffset++] & 0xff;
            if (typedOffset == head.length) {
                typed.remove();
                typedOffset = 0;
            }
            typedLock.notifyAll();
            return b;
        }
    }

    @Override
    public Subscription onInput(Runnable listener) {
        return onTyped.add(listener);
    }

    /** Whether a reader is far behind: the guest is not to outrun its terminal. */
    @Override
    public boolean congested() {
        for (Output output : outputs) {
            if (output.full) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Subscription onRoom(Runnable listener) {
        return onRoom.add(listener);
    }

    /** The guest has printed a byte. */
    @Override
    public void output(int value) {
        for (Output output : outputs) {
            output.put((byte) value);
        }
    }

    /** Ends every output. */
    public void close() {
        synchronized (typedLock) {
            closed = true;
            typedLock.notifyAll();
        }
        outputs.forEach(Output::close);
    }

    /** A reader's own copy of what the guest prints. */
    public final class Output extends InputStream {
        private byte[] buffer = new byte[8192];
        private int head;
        private int count;
        private long total;
        private boolean closed;
        private volatile boolean full;

        private Output() {}

        private synchronized void put(byte value) {
            if (closed) {
                return;
            }
            if (count == buffer.length) {
                byte[] larger = new byte[buffer.length * 2];
                for (int i = 0; i < count; i++) {
                    larger[i] = buffer[(head + i) % buffer.length];
                }
                buffer = larger;
                head = 0;
            }
            buffer[(head + count++) % buffer.length] = value;
            total++;
            if (count >= OUTPUT_LIMIT) {
                full = true;
            }
            if (count == 1 || count == GATHER_BYTES) {
                notifyAll();
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n;
            boolean room;
            synchronized (this) {
                n = take(bytes, offset, length);
                room = full && count < OUTPUT_RESUMES;
                full &= !room;
            }
            if (room) {
                onRoom.tell();
            }
            return n;
        }

        private int take(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            try {
                if (count == 0 && awaitFirst() && length > 1) {
                    gather();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
            if (count == 0) {
                return -1;
            }
            int n = Math.min(length, count);
            for (int i = 0; i < n; i++) {
                bytes[offset + i] = buffer[head];
                head = (head + 1) % buffer.length;
            }
            count -= n;
            return n;
        }

        /** Whether a byte came before the stream ended. */
        private boolean awaitFirst() throws InterruptedException {
            while (count == 0 && !closed) {
                wait();
            }
            return count != 0;
        }

        private void gather() throws InterruptedException {
            if (count < GATHER_BYTES && !closed) {
                // A spurious wakeup gathers less, and no byte is lost by that.
                wait(GATHER_MILLIS);
            }
        }

        @Override
        public synchronized int available() {
            return count;
        }

        /** How many bytes have come, those that were read included. */
        public synchronized long total() {
            return total;
        }

        /** Whether nothing more will come. */
        public synchronized boolean closed() {
            return closed;
        }

        /** Waits until it is closed. */
        public synchronized void awaitClosed() throws InterruptedException {
            while (!closed) {
                wait();
            }
        }

        /** Ends the stream: what it holds can still be read. */
        @Override
        public void close() {
            synchronized (this) {
                closed = true;
                notifyAll();
            }
            outputs.remove(this);
            onRoom.tell();
        }
    }
}
