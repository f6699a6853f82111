package dev.ravel.inspect.device;

import dev.ravel.input.InputEvent;
import dev.ravel.inspect.Words;
import dev.ravel.inspect.device.RequestView.Buffer;
import dev.ravel.inspect.device.RequestView.Stage;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.RequestParser;
import dev.ravel.virtio.DriverFaultException;
import dev.ravel.virtio.GuestMemory;
import dev.ravel.virtio.Virtio9p;
import dev.ravel.virtio.VirtioBalloon;
import dev.ravel.virtio.VirtioBlock;
import dev.ravel.virtio.VirtioConsole;
import dev.ravel.virtio.VirtioEntropy;
import dev.ravel.virtio.VirtioInput;
import dev.ravel.virtio.VirtioNet;
import dev.ravel.virtio.VirtioState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Tells what a request asks, and once it was given back what became of it, from the memory that it points to. */
final class RequestReader {
    /** Bytes that are read of either part of a request: enough for headers and some text. */
    private static final int MOST = 128;

    private static final int BLOCK_HEADER = 16;
    private static final int SECTOR = 512;
    private static final int PAGE_NUMBER = 4;

    private RequestReader() {}

    /** What a queue is for (virtio 1.3, chapter 5). */
    static String purpose(int deviceId, int queue) {
        return switch (deviceId) {
            case VirtioConsole.DEVICE_ID -> queue == VirtioConsole.RECEIVE_QUEUE ? "receive" : "transmit";
            case VirtioNet.DEVICE_ID -> queue == VirtioNet.RECEIVE_QUEUE ? "receive" : "transmit";
            case VirtioBalloon.DEVICE_ID ->
                switch (queue) {
                    case 0 -> "inflate";
                    case 1 -> "deflate";
                    case 2 -> "statistics";
                    default -> "reporting";
                };
            case VirtioInput.DEVICE_ID -> queue == VirtioInput.EVENT_QUEUE ? "events" : "status";
            default -> "requests";
        };
    }

    static RequestView request(
            GuestMemory memory,
            int deviceId,
            int queue,
            int head,
            Stage stage,
            List<VirtioState.Buffer> buffers,
            Optional<String> broken) {
        List<Buffer> shown = buffers.stream()
                .map(buffer -> new Buffer(
                        buffer.address(),
                        buffer.length(),
                        buffer.written(),
                        bytes(read(memory, List.of(buffer), Buffer.CONTENT))))
                .toList();
        String words =
                broken.isPresent() ? "no request" : Words.printable(words(memory, deviceId, queue, stage, buffers));
        return new RequestView(head, stage, shown, words, broken);
    }

    private static List<Byte> bytes(byte[] array) {
        List<Byte> list = new ArrayList<>(array.length);
        for (byte b : array) {
            list.add(b);
        }
        return list;
    }

    private static String words(
            GuestMemory memory, int deviceId, int queue, Stage stage, List<VirtioState.Buffer> buffers) {
        List<VirtioState.Buffer> out =
                buffers.stream().filter(buffer -> !buffer.written()).toList();
        List<VirtioState.Buffer> in =
                buffers.stream().filter(VirtioState.Buffer::written).toList();
        byte[] asked = read(memory, out, MOST);
        return switch (deviceId) {
            case VirtioBlock.DEVICE_ID -> block(memory, asked, length(out), in, stage);
            case Virtio9p.DEVICE_ID -> ninep(asked, read(memory, in, MOST), stage);
            case VirtioConsole.DEVICE_ID -> console(queue, asked, read(memory, in, MOST), length(out), in, stage);
            case VirtioEntropy.DEVICE_ID -> length(in) + " random bytes";
            case VirtioBalloon.DEVICE_ID -> balloon(queue, out, in);
            case VirtioInput.DEVICE_ID -> input(queue, asked, read(memory, in, MOST), stage);
            default -> length(out) + " bytes to read, " + length(in) + " to write";
        };
    }

    private static long length(List<VirtioState.Buffer> buffers) {
        return buffers.stream().mapToLong(VirtioState.Buffer::length).sum();
    }

    /** The first bytes of buffers, fewer where they end or leave RAM. */
    private static byte[] read(GuestMemory memory, List<VirtioState.Buffer> buffers, int most) {
        byte[] bytes = new byte[(int) Math.min(most, length(buffers))];
        int done = 0;
        try {
            for (VirtioState.Buffer buffer : buffers) {
                int count = (int) Math.min(buffer.length(), bytes.length - done);
                memory.read(buffer.address(), bytes, done, count);
                done += count;
            }
        } catch (DriverFaultException e) {
            return Arrays.copyOf(bytes, done);
        }
        return bytes;
    }

    /** Virtio 1.3, 5.2.6: header, data, and a status in the last byte. */
    private static String block(
            GuestMemory memory, byte[] asked, long outLength, List<VirtioState.Buffer> in, Stage stage) {
        if (asked.length < BLOCK_HEADER) {
            return "a header of " + asked.length + " bytes";
        }
        ByteBuffer header = ByteBuffer.wrap(asked).order(ByteOrder.LITTLE_ENDIAN);
        int type = header.getInt(0);
        String sector = " sector " + Long.toUnsignedString(header.getLong(8)) + ", ";
        long data = outLength - BLOCK_HEADER;
        String request = switch (type) {
            case 0 -> "IN" + sector + sectors(length(in) - 1);
            case 1 -> "OUT" + sector + sectors(data);
            case 4 -> "FLUSH";
            case 8 -> "GET_ID";
            case 11 -> "DISCARD, " + data / 16 + " ranges";
            case 13 -> "WRITE_ZEROES, " + data / 16 + " ranges";
            default -> "type " + Integer.toUnsignedString(type);
        };
        if (!(stage instanceof Stage.Used) || in.isEmpty()) {
            return request;
        }
        VirtioState.Buffer last = in.getLast();
        byte[] status = read(memory, List.of(new VirtioState.Buffer(last.address() + last.length() - 1, 1, true)), 1);
        return request
                + (status.length == 0
                        ? ""
                        : switch (status[0]) {
                            case 0 -> ": OK";
                            case 1 -> ": IOERR";
                            case 2 -> ": UNSUPP";
                            default -> ": status " + (status[0] & 0xff);
                        });
    }

    private static String sectors(long bytes) {
        return bytes >= 0 && bytes % SECTOR == 0
                ? bytes / SECTOR + (bytes == SECTOR ? " sector" : " sectors") + " (" + Words.size(bytes) + ")"
                : bytes + " bytes";
    }

    /** Size, type and tag before either message (intro(5)). */
    private static String ninep(byte[] asked, byte[] answered, Stage stage) {
        if (asked.length < RequestParser.HEADER_SIZE) {
            return "a message of " + asked.length + " bytes";
        }
        ByteBuffer message = ByteBuffer.wrap(asked).order(ByteOrder.LITTLE_ENDIAN);
        int type = message.get(4) & 0xff;
        String request = "T" + MessageType.name(type) + ", tag " + (message.getShort(5) & 0xffff) + ", "
                + Integer.toUnsignedString(message.getInt(0)) + " bytes";
        if (!(stage instanceof Stage.Used(long written))
                || written < RequestParser.HEADER_SIZE
                || answered.length < RequestParser.HEADER_SIZE) {
            return request;
        }
        ByteBuffer reply = ByteBuffer.wrap(answered).order(ByteOrder.LITTLE_ENDIAN);
        int answer = reply.get(4) & 0xff;
        String name = ": R" + MessageType.name(answer - 1);
        return request
                + (answer == MessageType.RLERROR && answered.length >= RequestParser.HEADER_SIZE + PAGE_NUMBER
                        ? name + ", errno " + reply.getInt(RequestParser.HEADER_SIZE)
                        : name);
    }

    /** Virtio 1.3, 5.3.6: text without more around it. */
    private static String console(
            int queue, byte[] sent, byte[] received, long outLength, List<VirtioState.Buffer> in, Stage stage) {
        if (queue != VirtioConsole.RECEIVE_QUEUE) {
            return text(sent, outLength);
        }
        return stage instanceof Stage.Used(long written)
                ? text(Arrays.copyOf(received, (int) Math.min(received.length, written)), written)
                : "room for " + length(in) + " bytes";
    }

    private static String text(byte[] bytes, long length) {
        String text =
                new String(bytes, StandardCharsets.UTF_8).replace("\r", "\\r").replace("\n", "\\n");
        return "'" + text + "'" + (length > bytes.length ? " and " + (length - bytes.length) + " bytes more" : "");
    }

    /** Virtio 1.3, 5.5.6: numbers of pages, statistics, or the free memory itself. */
    private static String balloon(int queue, List<VirtioState.Buffer> out, List<VirtioState.Buffer> in) {
        return switch (queue) {
            case 0 -> length(out) / PAGE_NUMBER + " pages for the host";
            case 1 -> length(out) / PAGE_NUMBER + " pages back to the guest";
            case 2 -> "statistics, " + length(out) + " bytes";
            default -> "free memory, " + Words.size(length(in));
        };
    }

    /** Virtio 1.3, 5.8.6: an event of evdev either way. */
    private static String input(int queue, byte[] sent, byte[] received, Stage stage) {
        boolean fromGuest = queue != VirtioInput.EVENT_QUEUE;
        byte[] bytes = fromGuest ? sent : received;
        if (!fromGuest && !(stage instanceof Stage.Used)) {
            return "room for an event";
        }
        if (bytes.length < VirtioInput.EVENT_SIZE) {
            return "an event of " + bytes.length + " bytes";
        }
        ByteBuffer event = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int type = event.getShort(0) & 0xffff;
        String name = switch (type) {
            case InputEvent.EV_SYN -> "SYN";
            case InputEvent.EV_KEY -> "KEY";
            case InputEvent.EV_REL -> "REL";
            case InputEvent.EV_ABS -> "ABS";
            case InputEvent.EV_LED -> "LED";
            default -> "type " + type;
        };
        return name + " " + (event.getShort(2) & 0xffff) + ", value " + event.getInt(4);
    }
}
