package dev.ravel.virtio;

import dev.ravel.device.ConsoleInput;
import dev.ravel.device.ConsoleOutput;
import dev.ravel.device.ConsolePort;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.EventQueue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A console with one port (virtio 1.3, 5.3). */
public final class VirtioConsole implements VirtioDevice {
    /** Device ID (virtio 1.3, 5.3.1). */
    public static final int DEVICE_ID = 3;

    /** Feature: the size in characters is stated. */
    public static final int F_SIZE = 0;

    /** Feature: a driver that is not ready may write characters to the configuration space. */
    public static final int F_EMERG_WRITE = 2;

    /** Queue of the buffers for what is typed. */
    public static final int RECEIVE_QUEUE = 0;

    /** Queue of what is printed. */
    public static final int TRANSMIT_QUEUE = 1;

    private static final int QUEUE_SIZE = 128;

    // struct virtio_console_config (virtio 1.3, 5.3.4).
    private static final ConfigurationField COLS = ConfigurationField.le16(0);
    private static final ConfigurationField ROWS = ConfigurationField.le16(2);
    private static final ConfigurationField EMERG_WR = ConfigurationField.le32(8);

    /** Bytes that are copied at once. */
    private static final int STEP = 1 << 12;
    /** Bytes that are printed at one instruction boundary, about: a driver may offer many gigabytes. */
    private static final int BATCH = 1 << 18;

    private final ConsolePort port;
    private final EventQueue events;
    private final Receiver receiver = new Receiver();
    private final ConsoleInput input;
    private final ConsoleOutput output;
    /** The request that is being printed. */
    private Optional<Printing> printing = Optional.empty();
    /** Printing ended before the driver's requests did: because of the host, or because it was enough at once. */
    private boolean stalled;

    private Size size;
    private Optional<VirtioSession> session = Optional.empty();

    /** Size of the screen in characters; 0 by 0 if it is not known. */
    public record Size(int columns, int rows) {
        public Size {
            if (columns < 0 || columns > 0xffff || rows < 0 || rows > 0xffff) {
                throw new IllegalArgumentException("a console of " + columns + " by " + rows + " characters");
            }
        }
    }

    /** A request of which {@code done} bytes are printed. */
    private record Printing(DescriptorChain chain, long done) {}

    /** A console behind a port. */
    public VirtioConsole(ConsolePort port, EventQueue events, Size size) {
        this.port = port;
        this.events = events;
        this.size = size;
        this.input = new ConsoleInput(port, events, receiver);
        this.output = new ConsoleOutput(port, events, () -> session.ifPresent(s -> s.run(() -> transmit(s))));
    }

    /** Tells the guest that the screen has another size. Any thread. */
    public void resize(Size newSize) {
        events.post(() -> {
            if (!size.equals(newSize)) {
                size = newSize;
                session.ifPresent(VirtioSession::configurationChanged);
            }
        });
    }

    @Override
    public String name() {
        return "virtio-console";
    }

    @Override
    public int deviceId() {
        return DEVICE_ID;
    }

    @Override
    public long features() {
        return 1L << F_SIZE | 1L << F_EMERG_WRITE;
    }

    @Override
    public List<Integer> queueSizes() {
        return List.of(QUEUE_SIZE, QUEUE_SIZE);
    }

    /** {@code struct virtio_console_config} (virtio 1.3, 5.3.4). */
    @Override
    public byte[] configuration() {
        ByteBuffer c = EMERG_WR.spaceToEnd();
        COLS.put(c, size.columns());
        ROWS.put(c, size.rows());
        return c.array();
    }

    @Override
    public void configure(int offset, int width, long value) {
        // This one cannot be held back: while the host is far behind, it is lost.
        if (offset == EMERG_WR.offset() && !port.congested()) {
            port.output((int) value & 0xff);
        }
    }

    @Override
    public void start(VirtioSession fresh) throws DriverFaultException {
        session = Optional.of(fresh);
        input.resume();
        transmit(fresh);
    }

    @Override
    public void notified(VirtioSession current, int queue) throws DriverFaultException {
        if (queue == RECEIVE_QUEUE) {
            input.resume();
        } else {
            transmit(current);
        }
    }

    private void transmit(VirtioSession current) throws DriverFaultException {
        byte[] bytes = new byte[STEP];
        int batch = BATCH;
        stalled = true;
        while (!port.congested()) {
            if (batch <= 0) {
                output.wake();
                break;
            }
            if (printing.isEmpty()) {
                printing = current.take(TRANSMIT_QUEUE).map(chain -> new Printing(chain, 0));
            }
            if (printing.isEmpty()) {
                stalled = false;
                break;
            }
            DescriptorChain chain = printing.get().chain();
            long done = printing.get().done();
            int count = (int) Math.min(STEP, chain.readableLength() - done);
            if (count > 0) {
                chain.read(done, bytes, count);
                port.output(bytes, 0, count);
                batch -= count;
            }
            if (done + count < chain.readableLength()) {
                printing = Optional.of(new Printing(chain, done + count));
            } else {
                printing = Optional.empty();
                current.give(TRANSMIT_QUEUE, chain, 0);
            }
        }
        current.interrupt(TRANSMIT_QUEUE);
    }

    /** Collects what was typed in the driver's next buffer, and gives it back when it is full or nothing more comes. */
    private final class Receiver implements ConsoleInput.Receiver {
        private final ByteArrayOutputStream typed = new ByteArrayOutputStream();
        private Optional<DescriptorChain> buffer = Optional.empty();

        @Override
        public boolean hasRoom() {
            if (buffer.isPresent() && typed.size() >= Math.min(buffer.get().writableLength(), STEP)) {
                received();
            }
            boolean[] room = {false};
            session.ifPresent(s -> s.run(() -> room[0] = buffer.isPresent() || s.hasNext(RECEIVE_QUEUE)));
            return room[0];
        }

        @Override
        public void receive(int value) {
            session.ifPresent(s -> s.run(() -> {
                if (buffer.isEmpty()) {
                    buffer = s.take(RECEIVE_QUEUE);
                    if (buffer.isPresent() && buffer.get().writableLength() == 0) {
                        throw new DriverFaultException("a receive buffer of the console cannot be written");
                    }
                }
                typed.write(value);
            }));
        }

        @Override
        public void received() {
            session.ifPresent(s -> s.run(() -> {
                if (buffer.isPresent()) {
                    buffer.get().write(0, typed.toByteArray(), typed.size());
                    s.give(RECEIVE_QUEUE, buffer.get(), typed.size());
                    s.interrupt(RECEIVE_QUEUE);
                }
            }));
            forget();
        }

        private void forget() {
            buffer = Optional.empty();
            typed.reset();
        }
    }

    @Override
    public void reset() {
        session = Optional.empty();
        printing = Optional.empty();
        stalled = false;
        receiver.forget();
    }

    @Override
    public void prepareRestore() {
        input.hold();
    }

    @Override
    public void close() {
        input.close();
        output.close();
    }

    @Override
    public void save(StateWriter out) {
        out.put("columns", size.columns());
        out.put("rows", size.rows());
        out.put("printing", printing.map(p -> (long) p.chain().head()).orElse(-1L));
        out.put("printed", printing.map(Printing::done).orElse(0L));
        out.put("stalled", stalled ? 1 : 0);
        input.save(out);
    }

    /** The size is the host's; the guest is told if it is another one than when the snapshot was taken. */
    @Override
    public void restore(StateReader in, Optional<VirtioSession> restored) throws DriverFaultException {
        reset();
        session = restored;
        if (restored.isPresent()) {
            if (in.get("columns") != size.columns() || in.get("rows") != size.rows()) {
                restored.get().configurationChanged();
            }
            if (in.get("printing") >= 0) {
                DescriptorChain chain = restored.get().takeAgain(TRANSMIT_QUEUE, (int) in.get("printing"));
                printing = Optional.of(new Printing(chain, Math.clamp(in.get("printed"), 0, chain.readableLength())));
            }
            stalled = in.get("stalled") != 0;
            if (stalled) {
                output.wake();
            }
        }
        input.restore(in);
    }
}
