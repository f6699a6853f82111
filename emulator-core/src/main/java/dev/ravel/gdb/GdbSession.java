package dev.ravel.gdb;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Privilege;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.memory.Ram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * One debugger's visit (GDB manual, E.2 to E.11). The machine is paused by it whenever {@link #running} is false; when it ends, the
 * machine is paused, and whoever began the visit lets it go.
 */
final class GdbSession {
    private static final int SIGNAL_INTERRUPT = 2;
    private static final int SIGNAL_TRAP = 5;

    private static final String OK = "OK";
    private static final String BAD_ARGUMENT = "E16";
    private static final String NO_MEMORY = "E0e";

    /** What GDB understands as "I don't know that". */
    private static final String UNKNOWN = "";

    private static final String FEATURES = "qXfer:features:read:target.xml:";

    private final Machine machine;
    private final Packets packets;
    private final CompletableFuture<End> end;
    private final List<Hart> harts;
    private final DebugMemory memory;
    private final Breakpoints breakpoints;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /** Whether the machine is held, or about to be: who comes to a breakpoint then has nothing to tell. */
    private final AtomicBoolean held = new AtomicBoolean(true);

    private boolean running;
    private volatile int runs;
    private boolean over;
    /** The hart that registers and memory are of, and the one that moves alone. */
    private Hart current;

    private Hart stepped;

    private sealed interface Event {}

    private record Packet(String content) implements Event {}

    /** In which of the stretches in which the machine ran; what is told too late is of none that matters. */
    private record Reached(Hart hart, int run) implements Event {}

    private record Ended(End end) implements Event {}

    /** The debugger has gone. */
    private record Gone() implements Event {}

    /** What a command asks for cannot be done; the answer says so. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final String answer;

        Refused(String answer) {
            super(answer, null, false, false);
            this.answer = answer;
        }
    }

    /** A visit to a machine that is paused. */
    GdbSession(Machine machine, CompletableFuture<End> end, Packets packets) {
        this.machine = machine;
        this.packets = packets;
        this.end = end;
        this.harts = machine.harts();
        this.memory = new DebugMemory(machine.ram());
        this.breakpoints = new Breakpoints(machine.ram(), memory, this::reached);
        this.current = harts.getFirst();
        this.stepped = current;
        harts.forEach(hart -> hart.setDebugger(breakpoints));
        var unused = end.thenAccept(how -> events.add(new Ended(how)));
    }

    /** Serves the debugger until it leaves or the machine has ended. */
    void run() throws IOException {
        Thread.ofVirtual().name("gdb-packets").start(this::readPackets);
        try {
            while (!over) {
                handle(events.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (running) {
                halt();
            }
            breakpoints.removeAll();
        }
    }

    private void readPackets() {
        try {
            while (true) {
                events.add(new Packet(packets.read()));
            }
        } catch (IOException e) {
            events.add(new Gone());
        }
    }

    /** On a hart's thread. */
    private void reached(Hart hart) {
        if (held.compareAndSet(false, true)) {
            machine.beginPause();
            events.add(new Reached(hart, runs));
        }
    }

    private void handle(Event event) throws IOException {
        switch (event) {
            case Packet(String content)
            when content.equals(Packets.INTERRUPT) -> {
                if (running) {
                    halt();
                    packets.write(stopped(SIGNAL_INTERRUPT, current));
                }
            }
            case Packet(String content) -> answer(content);
            case Reached(Hart hart, int run) -> {
                if (running && run == runs) {
                    machine.awaitPause();
                    running = false;
                    current = hart;
                    stepped = hart;
                    packets.write(stopped(SIGNAL_TRAP, hart));
                }
            }
            case Ended(End how) -> {
                if (running) {
                    packets.write(exited(how));
                }
                over = true;
            }
            case Gone() -> over = true;
        }
    }

    /** Holds the machine, whether or not a hart was about to. */
    private void halt() {
        if (held.compareAndSet(false, true)) {
            machine.pause();
        } else {
            machine.awaitPause();
        }
        running = false;
    }

    private void go() {
        for (Hart hart : harts) {
            if (breakpoints.isBeforeUnknown(hart)) {
                breakpoints.without(() -> machine.stepAlone(hart));
            }
        }
        running = true;
        runs++;
        held.set(false);
        machine.resume();
    }

    private void answer(String command) throws IOException {
        if (running) {
            // Nothing but an interrupt may come now.
            return;
        }
        String answer;
        try {
            answer = carryOut(command);
        } catch (Refused e) {
            answer = e.answer;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            answer = BAD_ARGUMENT;
        }
        if (!running) {
            packets.write(answer);
        }
        if (command.equals("QStartNoAckMode")) {
            packets.stopAcknowledging();
        }
    }

    private String carryOut(String command) throws Refused {
        if (command.isEmpty()) {
            return UNKNOWN;
        }
        String rest = command.substring(1);
        return switch (command.charAt(0)) {
            case '?' -> stopped(SIGNAL_TRAP, current);
            case 'g' -> registers();
            case 'G' -> setRegisters(HexFormat.of().parseHex(rest));
            case 'p' -> register(Integer.parseInt(rest, 16));
            case 'P' -> setRegister(rest.split("=", 2));
            case 'm' -> read(rest.split(",", 2));
            case 'M' -> write(rest.split("[,:]", 3));
            case 'X' -> writeBinary(rest);
            case 'Z' -> breakpoint(rest.split("[,;]"), true);
            case 'z' -> breakpoint(rest.split("[,;]"), false);
            case 'c' -> {
                moveTo(rest);
                go();
                yield OK;
            }
            case 's' -> {
                moveTo(rest);
                yield step(stepped);
            }
            case 'H' -> select(rest);
            case 'T' -> {
                hart(rest);
                yield OK;
            }
            case 'D' -> {
                over = true;
                yield OK;
            }
            case 'k' -> {
                machine.stop();
                over = true;
                yield OK;
            }
            case 'v' -> verbose(command);
            case 'q', 'Q' -> query(command);
            default -> UNKNOWN;
        };
    }

    private String verbose(String command) throws Refused {
        if (command.equals("vCont?")) {
            return "vCont;c;C;s;S";
        }
        if (command.startsWith("vCont;")) {
            for (String action : command.substring("vCont;".length()).split(";")) {
                String[] parts = action.split(":", 2);
                if (action.startsWith("s") || action.startsWith("S")) {
                    return step(parts.length == 2 ? hart(parts[1]) : stepped);
                }
            }
            go();
            return OK;
        }
        if (command.startsWith("vKill")) {
            machine.stop();
            over = true;
            return OK;
        }
        return UNKNOWN;
    }

    private String query(String command) throws Refused {
        String name = command.split("[:,]", 2)[0];
        return switch (name) {
            case "qSupported" ->
                "PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;vContSupported+".formatted(Packets.MOST);
            case "QStartNoAckMode" -> OK;
            case "qXfer" -> description(command);
            case "qC" -> "QC%x".formatted(current.id() + 1);
            case "qfThreadInfo" ->
                "m" + harts.stream().map(h -> "%x".formatted(h.id() + 1)).collect(Collectors.joining(","));
            case "qsThreadInfo" -> "l";
            case "qThreadExtraInfo" -> hex(about(hart(command.split(",", 2)[1])));
            case "qAttached" -> "1";
            case "qRcmd" ->
                monitor(new String(HexFormat.of().parseHex(command.split(",", 2)[1]), StandardCharsets.UTF_8));
            default -> UNKNOWN;
        };
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String about(Hart hart) {
        String mode = switch (hart.privilege()) {
            case Privilege.MACHINE -> "M";
            case Privilege.SUPERVISOR -> "S";
            default -> "U";
        };
        return "hart " + hart.id() + ", " + mode + "-mode";
    }

    /** {@code monitor ...}: what is of the machine and not of GDB. */
    private String monitor(String command) {
        switch (command.strip()) {
            case "reset" -> {
                machine.reset();
                return OK;
            }
            case "quit" -> {
                machine.stop();
                return OK;
            }
            default -> {
                return hex(
                        "monitor reset: presses the machine's reset button\nmonitor quit: switches the machine off\n");
            }
        }
    }

    private String description(String command) throws Refused {
        if (!command.startsWith(FEATURES)) {
            return UNKNOWN;
        }
        String[] range = command.substring(FEATURES.length()).split(",", 2);
        String xml = TargetRegisters.description(current);
        int start = Math.min(length(range[0]), xml.length());
        int end = Math.min(start + Math.min(length(range[1]), Packets.MOST / 2), xml.length());
        return (end == xml.length() ? "l" : "m") + xml.substring(start, end);
    }

    private static String stopped(int signal, Hart hart) {
        return "T%02xthread:%x;".formatted(signal, hart.id() + 1);
    }

    /** A thread's number; 0 and -1 mean any. */
    private Hart hart(String thread) throws Refused {
        int number = thread.equals("-1") ? 0 : Integer.parseInt(thread, 16);
        if (number < 0 || number > harts.size()) {
            throw new Refused(BAD_ARGUMENT);
        }
        return number == 0 ? current : harts.get(number - 1);
    }

    private String select(String rest) throws Refused {
        Hart hart = hart(rest.substring(1));
        if (rest.charAt(0) == 'c') {
            stepped = hart;
        } else {
            current = hart;
        }
        return OK;
    }

    // Registers.

    private static String hex(long value, int bytes) {
        byte[] all = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, value)
                .array();
        return HexFormat.of().formatHex(all, 0, bytes);
    }

    private static long number(byte[] bytes, int at, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return buffer.put(0, bytes, at, length).getLong(0);
    }

    private String registers() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < TargetRegisters.GENERAL; i++) {
            all.append(hex(TargetRegisters.read(current, i).orElse(0), Long.BYTES));
        }
        return all.toString();
    }

    private String setRegisters(byte[] values) {
        for (int i = 0; i < TargetRegisters.GENERAL && (i + 1) * Long.BYTES <= values.length; i++) {
            TargetRegisters.write(current, i, number(values, i * Long.BYTES, Long.BYTES));
        }
        return OK;
    }

    private String register(int number) {
        OptionalLong value = TargetRegisters.read(current, number);
        return value.isPresent() ? hex(value.getAsLong(), TargetRegisters.size(number)) : BAD_ARGUMENT;
    }

    private String setRegister(String[] numberAndValue) {
        byte[] value = HexFormat.of().parseHex(numberAndValue[1]);
        int number = Integer.parseInt(numberAndValue[0], 16);
        return value.length <= Long.BYTES && TargetRegisters.write(current, number, number(value, 0, value.length))
                ? OK
                : BAD_ARGUMENT;
    }

    // Memory.

    private static int length(String text) throws Refused {
        long length = Long.parseLong(text, 16);
        if (length < 0 || length > Packets.MOST) {
            throw new Refused(BAD_ARGUMENT);
        }
        return (int) length;
    }

    /** How much of so many bytes from an address on is in its page. */
    private static int inPage(long address, int length) {
        return (int) Math.min(length, Ram.PAGE_SIZE - (address & Ram.PAGE_SIZE - 1));
    }

    /** As much as there is. */
    private String read(String[] range) throws Refused {
        long address = Long.parseUnsignedLong(range[0], 16);
        int length = Math.min(length(range[1]), Packets.MOST / 2 - 1);
        StringBuilder content = new StringBuilder();
        for (int done = 0; done < length; ) {
            int piece = inPage(address + done, length - done);
            OptionalLong offset = memory.offset(current, address + done);
            if (offset.isEmpty()) {
                break;
            }
            content.append(HexFormat.of().formatHex(memory.read(offset.getAsLong(), piece)));
            done += piece;
        }
        return content.isEmpty() && length > 0 ? NO_MEMORY : content.toString();
    }

    private String write(String[] parts) throws Refused {
        return write(
                Long.parseUnsignedLong(parts[0], 16),
                length(parts[1]),
                HexFormat.of().parseHex(parts[2]));
    }

    private String writeBinary(String rest) throws Refused {
        int colon = rest.indexOf(':');
        String[] range = rest.substring(0, colon).split(",", 2);
        byte[] bytes = rest.substring(colon + 1).getBytes(StandardCharsets.ISO_8859_1);
        return write(Long.parseUnsignedLong(range[0], 16), length(range[1]), bytes);
    }

    private String write(long address, int length, byte[] bytes) throws Refused {
        if (bytes.length != length) {
            throw new Refused(BAD_ARGUMENT);
        }
        // All or nothing.
        for (int done = 0; done < length; done += inPage(address + done, length - done)) {
            if (memory.offset(current, address + done).isEmpty()) {
                throw new Refused(NO_MEMORY);
            }
        }
        for (int done = 0; done < length; ) {
            int piece = inPage(address + done, length - done);
            byte[] part = new byte[piece];
            System.arraycopy(bytes, done, part, 0, piece);
            memory.write(memory.offset(current, address + done).orElseThrow(), part);
            done += piece;
        }
        return OK;
    }

    // Moving.

    private void moveTo(String address) {
        if (!address.isEmpty()) {
            stepped.pc = Long.parseUnsignedLong(address, 16);
        }
    }

    /** Breakpoints of software and of hardware are the same here. */
    private String breakpoint(String[] parts, boolean add) throws Refused {
        if (!parts[0].equals("0") && !parts[0].equals("1")) {
            return UNKNOWN;
        }
        long address = Long.parseUnsignedLong(parts[1], 16);
        int length = Integer.parseInt(parts[2], 16);
        if (length != 2 && length != 4 || (address & 1) != 0) {
            throw new Refused(BAD_ARGUMENT);
        }
        if (add) {
            breakpoints.add(current, address);
        } else {
            breakpoints.remove(address);
        }
        return OK;
    }

    private static String exited(End how) {
        return how instanceof End.Failed failed ? "W%02x".formatted(failed.code() & 0xff) : "W00";
    }

    private String step(Hart hart) {
        machine.stepAlone(hart);
        if (end.isDone()) {
            return exited(end.join());
        }
        current = hart;
        stepped = hart;
        return stopped(SIGNAL_TRAP, hart);
    }
}
