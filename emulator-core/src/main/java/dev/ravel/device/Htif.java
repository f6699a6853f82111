package dev.ravel.device;

import dev.ravel.fdt.Node;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.Clock;
import dev.ravel.time.EventQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * The host-target interface of Berkeley's tools, by which bare-metal programs end with a code and print: the
 * doublewords {@code tohost} and {@code fromhost} in RAM. A store to {@code tohost} is a command.
 *
 * <p>A command in {@code tohost} is a device in bits 63 to 56, a command in bits 55 to 48, and a payload. Device 0
 * command 0 with bit 0 set ends the program, the code in the bits above it; with bit 0 clear the payload is the
 * address of a system call's number and arguments, of which {@code write} and {@code exit} exist. Device 1 is the
 * console: command 0 reads a character, command 1 prints one.
 *
 * <p>Stores to {@code tohost} are watched, so that a command is carried out at once. A program that keeps data on the same
 * page, where the watch makes stores slow, is let go after {@value #STORES_BESIDE} of them: from then on {@code tohost} is
 * looked at as Spike does, every 100 microseconds. Both are at the same instruction in every run that counts its time in
 * instructions.
 */
public final class Htif implements StoreWatcher {
    /** Bytes of {@code tohost}. */
    public static final long SIZE = Long.BYTES;

    /** So many stores to the page of {@code tohost}, beside it, end the watch. */
    public static final int STORES_BESIDE = 1000;

    private static final int DEVICE_SYSTEM = 0;
    private static final int DEVICE_CONSOLE = 1;
    private static final int COMMAND_SYSTEM_CALL = 0;
    private static final int COMMAND_CONSOLE_READ = 0;
    private static final int COMMAND_CONSOLE_WRITE = 1;
    private static final long PAYLOAD = (1L << 48) - 1;

    private static final int CALL_WRITE = 64;
    private static final int CALL_EXIT = 93;
    private static final long ERROR_UNKNOWN_CALL = -38;
    private static final long ERROR_BAD_ADDRESS = -14;
    /** The most that one {@code write} takes; the caller sees how many bytes that were. */
    private static final int WRITE_LIMIT = 1 << 16;

    /** How long a 32-bit store to the low half may wait for the one to the high half: 100 microseconds. */
    private static final long HALF_TICKS = Clock.TIMEBASE_HZ / 10_000;

    /** From one look at {@code tohost} to the next where it is not watched: 100 microseconds. */
    private static final long LOOK_TICKS = Clock.TIMEBASE_HZ / 10_000;

    private final ConsolePort port;
    private final Memory memory;
    private final Places places;
    private final Clock clock;
    private final EventQueue events;
    private final LongConsumer exit;
    private final ConsoleInput input;
    private final ConsoleOutput output;
    private boolean reading;
    /** The program has ended; its last command is still in {@code tohost}. */
    private boolean ended;
    /** A command to print that waits for the host to catch up; it stays in {@code tohost} meanwhile. */
    private Optional<Runnable> held = Optional.empty();

    private Optional<EventQueue.Scheduled> half = Optional.empty();
    /** The clock's ticks at which {@link #half} is due. */
    private long halfAt;

    private int storesBeside;
    private volatile boolean watches = true;
    private Optional<EventQueue.Scheduled> look = Optional.empty();
    /** The clock's ticks at which {@link #look} is due. */
    private long lookAt;

    /**
     * Where a program has its two doublewords.
     *
     * @param tohost physical address
     * @param fromhost physical address, if it has one
     */
    public record Places(long tohost, OptionalLong fromhost) {}

    /** Guest memory. */
    public interface Memory {
        /** The bytes at a physical address; empty if not all of them are memory. */
        Optional<byte[]> read(long address, int length);

        /** Changes a little-endian doubleword; of no effect where no memory is. */
        void write(long address, long value);
    }

    /**
     * The interface of a program.
     *
     * @param exit takes the program's exit code when it ends, 0 for success: 0 to 2^47-1 by command, any number by
     *     system call; called with the device lock held
     */
    public Htif(ConsolePort port, Memory memory, Places places, Clock clock, EventQueue events, LongConsumer exit) {
        this.port = port;
        this.memory = memory;
        this.places = places;
        this.clock = clock;
        this.events = events;
        this.exit = exit;
        this.input = new ConsoleInput(port, events, new Receiver());
        this.output = new ConsoleOutput(port, events, this::goOn);
    }

    @Override
    public String name() {
        return "tohost";
    }

    // tohost and fromhost

    private long command() {
        return memory.read(places.tohost, Long.BYTES)
                .map(bytes ->
                        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong())
                .orElse(0L);
    }

    private void setCommand(long value) {
        memory.write(places.tohost, value);
    }

    private void answer(long value) {
        places.fromhost.ifPresent(address -> memory.write(address, value));
    }

    @Override
    public long read(long offset, int size) {
        return command() >>> offset * 8 & mask(size);
    }

    @Override
    public void write(long offset, int size, long written) {
        long mask = mask(size) << offset * 8;
        setCommand(command() & ~mask | written << offset * 8 & mask);
        forgetHalf();
        if (size == 8 || size == 4 && offset == 4) {
            perform();
        } else {
            // The low half of a command, or a whole one whose high half is zero already: time tells.
            waitForOtherHalf(HALF_TICKS);
        }
    }

    private static long mask(int size) {
        return -1L >>> 64 - size * 8;
    }

    @Override
    public boolean watches() {
        return watches;
    }

    @Override
    public void storedBeside() {
        storesBeside++;
        if (storesBeside == STORES_BESIDE) {
            watches = false;
            lookIn(LOOK_TICKS);
        }
    }

    private void lookIn(long ticks) {
        lookAt = clock.ticks() + ticks;
        look = Optional.of(events.schedule(lookAt, this::look));
    }

    private void look() {
        lookIn(LOOK_TICKS);
        if (ended || half.isPresent() || held.isPresent()) {
            return;
        }
        long command = command();
        if (command >>> 32 != 0) {
            perform();
        } else if (command != 0) {
            waitForOtherHalf(HALF_TICKS);
        }
    }

    // Commands

    private void waitForOtherHalf(long ticks) {
        halfAt = clock.ticks() + ticks;
        half = Optional.of(events.schedule(halfAt, this::perform));
    }

    private void forgetHalf() {
        half.ifPresent(EventQueue.Scheduled::cancel);
        half = Optional.empty();
    }

    private void perform() {
        half = Optional.empty();
        long command = command();
        if (command == 0) {
            return;
        }
        int device = (int) (command >>> 56);
        int number = (int) (command >>> 48) & 0xff;
        long payload = command & PAYLOAD;
        if (prints(device, number, payload) && port.congested()) {
            held = Optional.of(() -> carryOut(command, device, number, payload));
            return;
        }
        if (device == DEVICE_SYSTEM && number == COMMAND_SYSTEM_CALL && (payload & 1) != 0) {
            // What was printed before comes out before the end.
            held.ifPresent(Runnable::run);
        }
        held = Optional.empty();
        carryOut(command, device, number, payload);
    }

    private void goOn() {
        if (held.isPresent() && !port.congested()) {
            Runnable print = held.get();
            held = Optional.empty();
            print.run();
        }
    }

    private boolean prints(int device, int number, long payload) {
        return device == DEVICE_CONSOLE
                ? number == COMMAND_CONSOLE_WRITE
                : device == DEVICE_SYSTEM
                        && number == COMMAND_SYSTEM_CALL
                        && (payload & 1) == 0
                        && memory.read(payload, Long.BYTES)
                                .filter(call -> ByteBuffer.wrap(call)
                                                .order(ByteOrder.LITTLE_ENDIAN)
                                                .getLong()
                                        == CALL_WRITE)
                                .isPresent();
    }

    private void carryOut(long command, int device, int number, long payload) {
        setCommand(0);
        if (device == DEVICE_SYSTEM && number == COMMAND_SYSTEM_CALL) {
            if ((payload & 1) != 0) {
                // Kept visible, as a debugger or a test harness looks for it there.
                setCommand(command);
                ended = true;
                exit.accept(payload >>> 1);
            } else {
                systemCall(payload);
                answer(1);
            }
        } else if (device == DEVICE_CONSOLE && number == COMMAND_CONSOLE_WRITE) {
            port.output((int) payload & 0xff);
            answer(command & ~PAYLOAD);
        } else if (device == DEVICE_CONSOLE && number == COMMAND_CONSOLE_READ) {
            reading = true;
            input.resume();
        }
    }

    /** The result replaces the number of the call. */
    private void systemCall(long address) {
        long result = memory.read(address, 4 * Long.BYTES)
                .map(ByteBuffer::wrap)
                .map(b -> b.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer())
                .map(call -> switch (Math.clamp(call.get(0), 0, Integer.MAX_VALUE)) {
                    case CALL_WRITE -> print(call.get(2), call.get(3));
                    case CALL_EXIT -> {
                        exit.accept(call.get(1));
                        yield 0L;
                    }
                    default -> ERROR_UNKNOWN_CALL;
                })
                .orElse(ERROR_BAD_ADDRESS);
        memory.write(address, result);
    }

    private long print(long address, long length) {
        int count = Math.clamp(length, 0, WRITE_LIMIT);
        Optional<byte[]> bytes = memory.read(address, count);
        bytes.ifPresent(b -> port.output(b, 0, b.length));
        return bytes.isPresent() ? count : ERROR_BAD_ADDRESS;
    }

    /** A character is taken only when the guest asked for one. */
    private final class Receiver implements ConsoleInput.Receiver {
        @Override
        public boolean hasRoom() {
            return reading;
        }

        @Override
        public void receive(int value) {
            reading = false;
            answer((long) DEVICE_CONSOLE << 56 | (long) COMMAND_CONSOLE_READ << 48 | value);
        }
    }

    // Life

    @Override
    public void reset() {
        begin();
        setCommand(0);
        answer(0);
    }

    /** Leaves the doublewords alone: RAM comes back by itself. */
    @Override
    public void prepareRestore() {
        input.hold();
        begin();
    }

    private void begin() {
        reading = false;
        ended = false;
        held = Optional.empty();
        forgetHalf();
        storesBeside = 0;
        watches = true;
        look.ifPresent(EventQueue.Scheduled::cancel);
        look = Optional.empty();
    }

    @Override
    public void close() {
        input.close();
        output.close();
    }

    /** Programs that use HTIF know its addresses; there is no node. */
    @Override
    public void describe(Node parent, Placement placement) {}

    @Override
    public void save(StateWriter out) {
        out.put("reading", reading ? 1 : 0);
        out.put("ended", ended ? 1 : 0);
        out.put("held", held.isPresent() ? 1 : 0);
        out.put("halfIn", half.isPresent() ? Math.max(halfAt - clock.ticks(), 0) : -1);
        out.put("storesBeside", storesBeside);
        out.put("lookIn", look.isPresent() ? Math.max(lookAt - clock.ticks(), 0) : -1);
        input.save(out);
    }

    @Override
    public void restore(StateReader in) {
        begin();
        reading = in.get("reading") != 0;
        ended = in.get("ended") != 0;
        storesBeside = Math.clamp(in.get("storesBeside"), 0, STORES_BESIDE);
        watches = storesBeside < STORES_BESIDE;
        if (!watches) {
            lookIn(Math.clamp(in.get("lookIn"), 0, LOOK_TICKS));
        }
        if (in.get("halfIn") >= 0) {
            waitForOtherHalf(Math.min(in.get("halfIn"), HALF_TICKS));
        } else if (in.get("held") != 0) {
            perform();
        }
        input.restore(in);
    }
}
