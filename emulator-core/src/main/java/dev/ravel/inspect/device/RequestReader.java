package dev.ravel.inspect.device;

import dev.ravel.input.InputEvent;
import dev.ravel.inspect.Words;
import dev.ravel.inspect.device.RequestView.Buffer;
import dev.ravel.inspect.device.RequestView.Stage;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.RequestParser;
import dev.ravel.virtio.GpuCommand;
import dev.ravel.virtio.Virtio9p;
import dev.ravel.virtio.VirtioBalloon;
import dev.ravel.virtio.VirtioBlock;
import dev.ravel.virtio.VirtioConsole;
import dev.ravel.virtio.VirtioEntropy;
import dev.ravel.virtio.VirtioGpu;
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
            case VirtioGpu.DEVICE_ID -> queue == VirtioGpu.CONTROL_QUEUE ? "control" : "cursor";
            default -> "requests";
        };
    }

    static RequestView request(
            int deviceId, int queue, int head, Stage stage, Excerpt excerpt, Optional<String> broken) {
        List<Buffer> shown = new ArrayList<>();
        for (int i = 0; i < excerpt.buffers().size(); i++) {
            VirtioState.Buffer buffer = excerpt.buffers().get(i);
            shown.add(new Buffer(
                    buffer.address(),
                    buffer.length(),
                    buffer.written(),
                    bytes(excerpt.begins().get(i), Buffer.CONTENT)));
        }
        String words = broken.isPresent() ? "no request" : Words.printable(words(deviceId, queue, stage, excerpt));
        return new RequestView(head, stage, shown, words, broken);
    }

    private static List<Byte> bytes(byte[] array, int most) {
        List<Byte> list = new ArrayList<>();
        for (int i = 0; i < Math.min(most, array.length); i++) {
            list.add(array[i]);
        }
        return list;
    }

    private static String words(int deviceId, int queue, Stage stage, Excerpt excerpt) {
        long out = excerpt.length(false);
        long in = excerpt.length(true);
        return switch (deviceId) {
            case VirtioBlock.DEVICE_ID -> block(excerpt, stage);
            case Virtio9p.DEVICE_ID -> ninep(excerpt.first(false), excerpt.first(true), stage);
            case VirtioConsole.DEVICE_ID -> console(queue, excerpt, stage);
            case VirtioEntropy.DEVICE_ID -> in + " random bytes";
            case VirtioBalloon.DEVICE_ID -> balloon(queue, out, in);
            case VirtioInput.DEVICE_ID -> input(queue, excerpt.first(false), excerpt.first(true), stage);
            case VirtioGpu.DEVICE_ID -> gpu(excerpt.first(false), excerpt.first(true), stage);
            default -> out + " bytes to read, " + in + " to write";
        };
    }

    /** Virtio 1.3, 5.2.6: header, data, and a status in the last byte. */
    private static String block(Excerpt excerpt, Stage stage) {
        byte[] asked = excerpt.first(false);
        if (asked.length < BLOCK_HEADER) {
            return "a header of " + asked.length + " bytes";
        }
        ByteBuffer header = ByteBuffer.wrap(asked).order(ByteOrder.LITTLE_ENDIAN);
        int type = header.getInt(0);
        String sector = " sector " + Long.toUnsignedString(header.getLong(8)) + ", ";
        long data = excerpt.length(false) - BLOCK_HEADER;
        String request = switch (type) {
            case 0 -> "IN" + sector + sectors(excerpt.length(true) - 1);
            case 1 -> "OUT" + sector + sectors(data);
            case 4 -> "FLUSH";
            case 8 -> "GET_ID";
            case 11 -> "DISCARD, " + data / 16 + " ranges";
            case 13 -> "WRITE_ZEROES, " + data / 16 + " ranges";
            default -> "type " + Integer.toUnsignedString(type);
        };
        byte[] status = excerpt.end();
        if (!(stage instanceof Stage.Used)) {
            return request;
        }
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
    private static String console(int queue, Excerpt excerpt, Stage stage) {
        if (queue != VirtioConsole.RECEIVE_QUEUE) {
            return text(excerpt.first(false), excerpt.length(false));
        }
        byte[] received = excerpt.first(true);
        return stage instanceof Stage.Used(long written)
                ? text(Arrays.copyOf(received, (int) Math.min(received.length, written)), written)
                : "room for " + excerpt.length(true) + " bytes";
    }

    private static String text(byte[] bytes, long length) {
        String text =
                new String(bytes, StandardCharsets.UTF_8).replace("\r", "\\r").replace("\n", "\\n");
        return "'" + text + "'" + (length > bytes.length ? " and " + (length - bytes.length) + " bytes more" : "");
    }

    /** Virtio 1.3, 5.5.6: numbers of pages, statistics, or the free memory itself. */
    private static String balloon(int queue, long out, long in) {
        return switch (queue) {
            case 0 -> out / PAGE_NUMBER + " pages for the host";
            case 1 -> out / PAGE_NUMBER + " pages back to the guest";
            case 2 -> "statistics, " + out + " bytes";
            default -> "free memory, " + Words.size(in);
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

    /** Virtio 1.3, 5.7.6.7: both begin with a type. */
    private static String gpu(byte[] asked, byte[] answered, Stage stage) {
        if (asked.length < GpuCommand.HEADER) {
            return "a command of " + asked.length + " bytes";
        }
        int type = ByteBuffer.wrap(asked).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
        String command = GpuCommand.of(type).map(GpuCommand::name).orElse(String.format("type 0x%x", type));
        if (!(stage instanceof Stage.Used(long written)) || written < GpuCommand.HEADER) {
            return command;
        }
        int answer = ByteBuffer.wrap(answered).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
        return command + String.format(": %s 0x%x", answer < 0x1200 ? "OK" : "ERR", answer);
    }
}
