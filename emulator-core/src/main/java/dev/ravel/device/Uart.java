package dev.ravel.device;

import dev.ravel.fdt.Node;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.Clock;
import dev.ravel.time.EventQueue;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * An NS16550A serial port (National Semiconductor PC16550D). Bytes are sent in no time unless the host is far behind:
 * then the transmitter fills up, as with a line that is stopped, and what a guest writes although LSR says that it is not
 * empty pushes out the oldest byte. Received ones wait at the host until there is room, so overruns only happen in loopback. What is typed while
 * the guest still starts survives its setting up of the port, see {@link EarlyTyping}.
 */
public final class Uart implements Device {
    /** Receiver buffer (read), transmitter holding (write); with DLAB the low byte of the divisor. */
    public static final int RBR = 0;

    /** Interrupt enable; with DLAB the high byte of the divisor. */
    public static final int IER = 1;

    /** Interrupt identification (read), FIFO control (write). */
    public static final int IIR = 2;

    /** Line control. */
    public static final int LCR = 3;

    /** Modem control. */
    public static final int MCR = 4;

    /** Line status. */
    public static final int LSR = 5;

    /** Modem status. */
    public static final int MSR = 6;

    /** Scratch. */
    public static final int SCR = 7;

    /** Bytes of the window on the board. */
    public static final long SIZE = 0x100;

    /** Hertz of the clock that the divisor divides. */
    public static final int CLOCK_FREQUENCY = 3_686_400;

    private static final int IER_RECEIVED = 0x01;
    private static final int IER_TRANSMITTER_EMPTY = 0x02;
    private static final int IER_LINE_STATUS = 0x04;
    private static final int IER_MODEM_STATUS = 0x08;
    private static final int IER_MASK = 0x0f;

    private static final int IIR_NONE = 0x01;
    private static final int IIR_MODEM_STATUS = 0x00;
    private static final int IIR_TRANSMITTER_EMPTY = 0x02;
    private static final int IIR_RECEIVED = 0x04;
    private static final int IIR_LINE_STATUS = 0x06;
    private static final int IIR_TIMEOUT = 0x0c;
    private static final int IIR_FIFOS_ENABLED = 0xc0;

    private static final int FCR_ENABLE = 0x01;
    private static final int FCR_RESET_RECEIVER = 0x02;
    private static final int FCR_RESET_TRANSMITTER = 0x04;
    /** What of FCR stays: enable, DMA mode, trigger level; the resets clear themselves. */
    private static final int FCR_MASK = 0xc9;

    private static final int[] TRIGGER_LEVELS = {1, 4, 8, 14};

    private static final int LCR_WORD_LENGTH = 0x03;
    private static final int LCR_STOP = 0x04;
    private static final int LCR_PARITY = 0x08;
    private static final int LCR_DLAB = 0x80;

    private static final int MCR_DTR = 0x01;
    private static final int MCR_RTS = 0x02;
    private static final int MCR_OUT1 = 0x04;
    private static final int MCR_OUT2 = 0x08;
    private static final int MCR_LOOPBACK = 0x10;
    private static final int MCR_MASK = 0x1f;

    private static final int LSR_DATA_READY = 0x01;
    private static final int LSR_OVERRUN = 0x02;
    private static final int LSR_TRANSMITTER_EMPTY = 0x60;

    private static final int MSR_CTS = 0x10;
    private static final int MSR_DSR = 0x20;
    private static final int MSR_RI = 0x40;
    private static final int MSR_DCD = 0x80;
    private static final int MSR_LEVELS = 0xf0;
    private static final int MSR_DELTA_RI = 0x04;
    private static final int MSR_DELTAS = 0x0f;

    private static final int FIFO_SIZE = 16;
    /** The receiver times out when nothing moved for this many characters. */
    private static final int TIMEOUT_CHARACTERS = 4;

    private final EarlyTyping port;
    private final EventQueue events;
    private final Clock clock;
    private final InterruptLine line;
    private final ConsoleInput input;
    private final ConsoleOutput output;
    /** What the host was too far behind to take: the transmitter FIFO, or the one holding register. */
    private final Queue<Byte> transmitter = new ArrayDeque<>();

    private int divisor;
    private int interruptEnable;
    private int fifoControl;
    private int lineControl;
    private int modemControl;
    private int modemStatus;
    private int scratch;
    private boolean overrun;
    /** The transmitter became empty, or its interrupt was enabled, since IIR last said so. */
    private boolean transmitterEmptyPending;

    /** Leaves input to another device until the guest uses this one. */
    private boolean yielding;
    /** The guest has read or written a register since power-on or reset. */
    private boolean used;

    private boolean timedOut;
    private Optional<EventQueue.Scheduled> timeout = Optional.empty();
    /** The clock's ticks at which {@link #timeout} is due. */
    private long timeoutAt;

    private final byte[] fifo = new byte[FIFO_SIZE];
    /** Which bytes of the FIFO the guest sent to itself. */
    private final boolean[] looped = new boolean[FIFO_SIZE];

    private int head;
    private int count;

    /** A serial port; {@code line} is its interrupt. */
    public Uart(ConsolePort port, EventQueue events, Clock clock, InterruptLine line) {
        this.port = new EarlyTyping(port, events, clock);
        this.events = events;
        this.clock = clock;
        this.line = line;
        clearRegisters();
        this.input = new ConsoleInput(this.port, events, new Receiver());
        this.output = new ConsoleOutput(this.port, events, this::send);
    }

    /**
     * Another device reads the same console: from now on this one takes nothing before the guest has used a register of
     * it, so that a program that knows only the other device finds everything there.
     */
    public void yieldInput() {
        yielding = true;
    }

    /** Where input goes: into the FIFO, or the one receiver buffer. */
    private final class Receiver implements ConsoleInput.Receiver {
        @Override
        public boolean hasRoom() {
            return count < capacity() && !loopback() && (used || !yielding);
        }

        @Override
        public void receive(int value) {
            push(value, false);
        }

        @Override
        public void received() {
            restartTimeout();
            update();
        }
    }

    @Override
    public String name() {
        return "uart";
    }

    /** Registers are bytes; a wider access is one to the register at its address. */
    @Override
    public long read(long offset, int size) {
        if (offset > SCR) {
            return 0;
        }
        use();
        return switch ((int) offset) {
            case RBR -> divisorLatch() ? divisor & 0xff : readReceived();
            case IER -> divisorLatch() ? divisor >>> 8 : interruptEnable;
            case IIR -> readInterruptIdentification();
            case LCR -> lineControl;
            case MCR -> modemControl;
            case LSR -> readLineStatus();
            case MSR -> readModemStatus();
            default -> scratch;
        };
    }

    @Override
    public List<DeviceRegister> registers() {
        return List.of(
                register("RBR/THR/DLL", RBR, divisorLatch() ? divisor & 0xff : count == 0 ? 0 : fifo[head] & 0xff),
                register("IER/DLM", IER, divisorLatch() ? divisor >>> 8 : interruptEnable),
                register("IIR/FCR", IIR, interruptIdentification() | (fifosEnabled() ? IIR_FIFOS_ENABLED : 0)),
                register("LCR", LCR, lineControl),
                register("MCR", MCR, modemControl),
                register("LSR", LSR, lineStatus()),
                register("MSR", MSR, modemStatus),
                register("SCR", SCR, scratch));
    }

    private static DeviceRegister register(String name, int offset, int value) {
        return DeviceRegister.of(name, offset, 1, value);
    }

    @Override
    public void write(long offset, int size, long value) {
        if (offset > SCR) {
            return;
        }
        use();
        int b = (int) value & 0xff;
        switch ((int) offset) {
            case RBR -> {
                if (divisorLatch()) {
                    divisor = divisor & 0xff00 | b;
                } else {
                    transmit(b);
                }
            }
            case IER -> {
                if (divisorLatch()) {
                    divisor = divisor & 0x00ff | b << 8;
                } else {
                    writeInterruptEnable(b & IER_MASK);
                }
            }
            case IIR -> writeFifoControl(b);
            case LCR -> lineControl = b;
            case MCR -> writeModemControl(b & MCR_MASK);
            case SCR -> scratch = b;
            default -> {} // LSR is for factory tests only; MSR is read-only.
        }
        update();
    }

    private void use() {
        if (!used) {
            used = true;
            input.resume();
        }
    }

    private int readReceived() {
        if (count == 0) {
            return 0;
        }
        int value = fifo[head] & 0xff;
        if (!looped[head]) {
            port.taken();
        }
        head = (head + 1) % FIFO_SIZE;
        count--;
        timedOut = false;
        restartTimeout();
        update();
        input.resume();
        return value;
    }

    private int readInterruptIdentification() {
        int id = interruptIdentification();
        if (id == IIR_TRANSMITTER_EMPTY) {
            transmitterEmptyPending = false;
            update();
        }
        return id | (fifosEnabled() ? IIR_FIFOS_ENABLED : 0);
    }

    private int lineStatus() {
        return (transmitter.isEmpty() ? LSR_TRANSMITTER_EMPTY : 0)
                | (count > 0 ? LSR_DATA_READY : 0)
                | (overrun ? LSR_OVERRUN : 0);
    }

    private int readLineStatus() {
        int value = lineStatus();
        if (overrun) {
            overrun = false;
            update();
        }
        return value;
    }

    private int readModemStatus() {
        int value = modemStatus;
        if ((modemStatus & MSR_DELTAS) != 0) {
            modemStatus &= ~MSR_DELTAS;
            update();
        }
        return value;
    }

    private void transmit(int value) {
        transmitterEmptyPending = true;
        if (!loopback()) {
            if (transmitter.size() == capacity()) {
                transmitter.remove();
            }
            transmitter.add((byte) value);
            transmitterEmptyPending = false;
            send();
        } else if (count < capacity()) {
            push(value, true);
            restartTimeout();
        } else {
            overrun = true;
        }
    }

    /** Sends what the host has room for. */
    private void send() {
        if (transmitter.isEmpty()) {
            return;
        }
        while (!transmitter.isEmpty() && !port.congested()) {
            port.output(transmitter.remove() & 0xff);
        }
        transmitterEmptyPending = transmitter.isEmpty();
        update();
    }

    private void writeInterruptEnable(int value) {
        // Enabling the interrupt while the transmitter is empty raises it.
        if (((interruptEnable ^ value) & IER_TRANSMITTER_EMPTY) != 0) {
            transmitterEmptyPending = (value & IER_TRANSMITTER_EMPTY) != 0 && transmitter.isEmpty();
        }
        interruptEnable = value;
    }

    private void writeFifoControl(int value) {
        // Switching the FIFOs on or off clears them, and the byte in the receiver buffer too.
        boolean switched = ((fifoControl ^ value) & FCR_ENABLE) != 0;
        fifoControl = (value & FCR_ENABLE) == 0 ? 0 : value & FCR_MASK;
        if (switched || (value & FCR_RESET_RECEIVER) != 0) {
            port.cleared(fromHost());
            head = 0;
            count = 0;
            timedOut = false;
            restartTimeout();
            input.resume();
        }
        if ((switched || (value & FCR_RESET_TRANSMITTER) != 0) && !transmitter.isEmpty()) {
            transmitter.clear();
            transmitterEmptyPending = true;
        }
    }

    /** The bytes in the FIFO that the guest did not send to itself. */
    private byte[] fromHost() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            int at = (head + i) % FIFO_SIZE;
            if (!looped[at]) {
                bytes.write(fifo[at]);
            }
        }
        return bytes.toByteArray();
    }

    private void writeModemControl(int value) {
        modemControl = value;
        int levels = MSR_DCD | MSR_DSR | MSR_CTS;
        if (loopback()) {
            levels = ((value & MCR_RTS) != 0 ? MSR_CTS : 0)
                    | ((value & MCR_DTR) != 0 ? MSR_DSR : 0)
                    | ((value & MCR_OUT1) != 0 ? MSR_RI : 0)
                    | ((value & MCR_OUT2) != 0 ? MSR_DCD : 0);
        } else {
            input.resume();
        }
        int changed = (levels ^ modemStatus) >>> 4 & MSR_DELTAS;
        // The ring indicator only counts its trailing edge.
        if ((levels & MSR_RI) != 0) {
            changed &= ~MSR_DELTA_RI;
        }
        modemStatus = levels | modemStatus & MSR_DELTAS | changed;
    }

    private void push(int value, boolean loop) {
        int at = (head + count) % FIFO_SIZE;
        fifo[at] = (byte) value;
        looped[at] = loop;
        count++;
    }

    private int interruptIdentification() {
        if ((interruptEnable & IER_LINE_STATUS) != 0 && overrun) {
            return IIR_LINE_STATUS;
        }
        if ((interruptEnable & IER_RECEIVED) != 0) {
            if (count >= trigger()) {
                return IIR_RECEIVED;
            }
            if (timedOut) {
                return IIR_TIMEOUT;
            }
        }
        if ((interruptEnable & IER_TRANSMITTER_EMPTY) != 0 && transmitterEmptyPending) {
            return IIR_TRANSMITTER_EMPTY;
        }
        if ((interruptEnable & IER_MODEM_STATUS) != 0 && (modemStatus & MSR_DELTAS) != 0) {
            return IIR_MODEM_STATUS;
        }
        return IIR_NONE;
    }

    /**
     * Drives the wire. The board's PLIC takes each call with an interrupt pending for one more request, so this is called
     * when something changed that interrupts depend on, not by every access: xv6 reads LSR but not IIR, so the
     * transmitter's interrupt stays pending.
     */
    private void update() {
        line.set(interruptIdentification() != IIR_NONE);
    }

    /** Starts to wait for the receiver's timeout if some characters, but too few for an interrupt, are there. */
    private void restartTimeout() {
        stopTimeout();
        if (count > 0 && count < trigger()) {
            startTimeout(TIMEOUT_CHARACTERS * characterTicks());
        }
    }

    private void stopTimeout() {
        timeout.ifPresent(EventQueue.Scheduled::cancel);
        timeout = Optional.empty();
    }

    private void startTimeout(long ticks) {
        timeoutAt = clock.ticks() + ticks;
        timeout = Optional.of(events.schedule(timeoutAt, this::receiverTimedOut));
    }

    private void receiverTimedOut() {
        timeout = Optional.empty();
        timedOut = count > 0;
        update();
    }

    /** How long a character takes: a start bit, 5 to 8 data bits, parity, one or two stop bits. */
    private long characterTicks() {
        int bits = 1
                + 5
                + (lineControl & LCR_WORD_LENGTH)
                + ((lineControl & LCR_PARITY) != 0 ? 1 : 0)
                + ((lineControl & LCR_STOP) != 0 ? 2 : 1);
        return bits * 16L * Math.max(divisor, 1) * Clock.TIMEBASE_HZ / CLOCK_FREQUENCY;
    }

    private boolean divisorLatch() {
        return (lineControl & LCR_DLAB) != 0;
    }

    private boolean loopback() {
        return (modemControl & MCR_LOOPBACK) != 0;
    }

    private boolean fifosEnabled() {
        return (fifoControl & FCR_ENABLE) != 0;
    }

    private int capacity() {
        return fifosEnabled() ? FIFO_SIZE : 1;
    }

    private int trigger() {
        return fifosEnabled() ? TRIGGER_LEVELS[fifoControl >>> 6] : 1;
    }

    private void clearRegisters() {
        divisor = 0x0c;
        interruptEnable = 0;
        fifoControl = 0;
        lineControl = 0;
        modemControl = 0;
        modemStatus = MSR_DCD | MSR_DSR | MSR_CTS;
        scratch = 0;
        used = false;
        transmitter.clear();
        overrun = false;
        transmitterEmptyPending = false;
        timedOut = false;
        head = 0;
        count = 0;
    }

    @Override
    public void reset() {
        clearRegisters();
        port.restart();
        restartTimeout();
        input.resume();
        update();
    }

    @Override
    public void prepareRestore() {
        input.hold();
        reset();
    }

    @Override
    public void close() {
        input.close();
        output.close();
    }

    @Override
    public void describe(Node parent, Placement placement) {
        parent.child("serial@" + Long.toHexString(placement.base()))
                .cells("interrupts", placement.interrupt())
                .cells("interrupt-parent", placement.interruptParent())
                .cells("clock-frequency", CLOCK_FREQUENCY)
                .longs("reg", placement.base(), placement.size())
                .strings("compatible", "ns16550a");
    }

    @Override
    public void save(StateWriter out) {
        out.put("divisor", divisor);
        out.put("ier", interruptEnable);
        out.put("fcr", fifoControl);
        out.put("lcr", lineControl);
        out.put("mcr", modemControl);
        out.put("msr", modemStatus);
        out.put("scr", scratch);
        out.put("used", used ? 1 : 0);
        out.put("overrun", overrun ? 1 : 0);
        out.put("transmitterEmptyPending", transmitterEmptyPending ? 1 : 0);
        out.put("timedOut", timedOut ? 1 : 0);
        out.put("timeoutIn", timeout.isPresent() ? Math.max(timeoutAt - clock.ticks(), 0) : -1);
        byte[] received = new byte[count];
        byte[] fromItself = new byte[count];
        for (int i = 0; i < count; i++) {
            int at = (head + i) % FIFO_SIZE;
            received[i] = fifo[at];
            fromItself[i] = (byte) (looped[at] ? 1 : 0);
        }
        out.put("received", received);
        out.put("looped", fromItself);
        byte[] sending = new byte[transmitter.size()];
        int i = 0;
        for (byte b : transmitter) {
            sending[i++] = b;
        }
        out.put("sending", sending);
        port.save(out);
        input.save(out);
    }

    @Override
    public void restore(StateReader in) {
        divisor = (int) in.get("divisor") & 0xffff;
        interruptEnable = (int) in.get("ier") & IER_MASK;
        fifoControl = (int) in.get("fcr") & 0xff;
        lineControl = (int) in.get("lcr") & 0xff;
        modemControl = (int) in.get("mcr") & MCR_MASK;
        modemStatus = (int) in.get("msr") & (MSR_LEVELS | MSR_DELTAS);
        scratch = (int) in.get("scr") & 0xff;
        used = in.get("used") != 0;
        overrun = in.get("overrun") != 0;
        transmitterEmptyPending = in.get("transmitterEmptyPending") != 0;
        timedOut = in.get("timedOut") != 0;
        byte[] received = in.getBytes("received");
        head = 0;
        count = Math.min(received.length, FIFO_SIZE);
        System.arraycopy(received, 0, fifo, 0, count);
        byte[] fromItself = Arrays.copyOf(in.getBytes("looped"), FIFO_SIZE);
        for (int at = 0; at < FIFO_SIZE; at++) {
            looped[at] = fromItself[at] != 0;
        }
        port.restore(in);
        transmitter.clear();
        for (byte b : in.getBytes("sending")) {
            transmitter.add(b);
        }
        output.wake();
        stopTimeout();
        long timeoutIn = in.get("timeoutIn");
        if (timeoutIn >= 0) {
            startTimeout(timeoutIn);
        }
        input.restore(in);
        update();
    }
}
