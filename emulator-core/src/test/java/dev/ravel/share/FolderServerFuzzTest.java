package dev.ravel.share;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ravel.ninep.FileName;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.WireWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever messages come, each has an answer, and nothing changes outside the folder. The normal run takes the seeds; a long
 * one is {@code JAZZER_FUZZ=1 mvn -pl emulator-core test -Dtest=FolderServerFuzzTest}.
 */
@EnabledOnOs(OS.LINUX)
class FolderServerFuzzTest {
    private static final int HEADER = 7;
    private static final int RDWR_CREATE = 0102;

    /** Input: messages, each with two bytes for its length before it; size and tag of a message are put right. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyMessageIsAnsweredAndNothingOutsideChanges(byte[] input) throws IOException {
        Path outside = Files.createTempDirectory("ravel-fuzz");
        try {
            Path folder = Files.createDirectories(outside.resolve("shared/d")).getParent();
            Files.writeString(outside.resolve("secret"), "secret");
            Files.writeString(folder.resolve("f"), "content");
            Files.createSymbolicLink(folder.resolve("up"), Path.of(".."));
            Files.createSymbolicLink(folder.resolve("d/out"), outside.resolve("secret"));
            try (FolderServer server = FolderServer.open(folder, false)) {
                send(server, input);
                byte[] saved = server.save();
                server.restore(saved);
            }
            assertThat(outside.resolve("secret")).hasContent("secret");
            assertThat(outside.toFile().list()).containsExactlyInAnyOrder("secret", "shared");
        } finally {
            delete(outside);
        }
    }

    private static void send(FolderServer server, byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        while (in.remaining() >= Short.BYTES) {
            byte[] message = new byte[Math.min(in.getShort() & 0xffff, in.remaining())];
            in.get(message);
            if (message.length >= HEADER) {
                ByteBuffer.wrap(message)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0, message.length)
                        .putShort(5, (short) 7);
            }
            byte[] answer = server.answer(message, Client.ROOM);
            ByteBuffer out = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(out.getInt(0)).isEqualTo(answer.length);
            if (message.length >= HEADER) {
                assertThat(out.getShort(5)).isEqualTo((short) 7);
                assertThat(answer[4]).isIn((byte) MessageType.RLERROR, (byte) (message[4] + 1));
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Sessions that use every message. */
    static Stream<Arguments> seeds() {
        List<byte[]> begin = List.of(
                message(MessageType.TVERSION, out -> {
                    out.u32(65536);
                    out.string(FileName.of("9P2000.L"));
                }),
                message(MessageType.TATTACH, out -> {
                    numbers(out, 0, -1);
                    names(out, "user", "");
                    out.u32(1000);
                }));
        return Stream.of(
                        session(
                                begin,
                                walk(0, 1, "f"),
                                message(MessageType.TLOPEN, out -> numbers(out, 1, 2)),
                                message(MessageType.TREAD, out -> {
                                    out.u32(1);
                                    out.u64(2);
                                    out.u32(100);
                                }),
                                message(MessageType.TWRITE, out -> {
                                    out.u32(1);
                                    out.u64(1);
                                    out.u32(3);
                                    out.raw(new byte[] {1, 2, 3});
                                }),
                                message(MessageType.TGETATTR, out -> {
                                    out.u32(1);
                                    out.u64(0xfff);
                                }),
                                message(MessageType.TSETATTR, out -> {
                                    numbers(out, 1, 0x1ff, 0640, 5, 6);
                                    for (long value : new long[] {10, 1, 2, 3, 4}) {
                                        out.u64(value);
                                    }
                                }),
                                message(MessageType.TLOCK, out -> {
                                    out.u32(1);
                                    out.u8(1);
                                    out.u32(0);
                                    out.u64(0);
                                    out.u64(10);
                                    out.u32(1);
                                    names(out, "client");
                                }),
                                message(MessageType.TGETLOCK, out -> {
                                    out.u32(1);
                                    out.u8(1);
                                    out.u64(0);
                                    out.u64(10);
                                    out.u32(2);
                                    names(out, "client");
                                }),
                                message(MessageType.TFSYNC, out -> numbers(out, 1, 0)),
                                message(MessageType.TSTATFS, out -> out.u32(1)),
                                message(MessageType.TFLUSH, out -> out.u16(3)),
                                message(MessageType.TCLUNK, out -> out.u32(1))),
                        session(
                                begin,
                                walk(0, 1),
                                message(MessageType.TLCREATE, out -> {
                                    out.u32(1);
                                    names(out, "new");
                                    numbers(out, RDWR_CREATE, 04755, 7);
                                }),
                                message(MessageType.TMKDIR, out -> {
                                    out.u32(0);
                                    names(out, "dir");
                                    numbers(out, 0755, 0);
                                }),
                                message(MessageType.TSYMLINK, out -> {
                                    out.u32(0);
                                    names(out, "soft", "../secret");
                                    out.u32(0);
                                }),
                                message(MessageType.TMKNOD, out -> {
                                    out.u32(0);
                                    names(out, "null");
                                    numbers(out, 0020666, 1, 3, 0);
                                }),
                                walk(0, 2, "f"),
                                message(MessageType.TLINK, out -> {
                                    numbers(out, 0, 2);
                                    names(out, "hard");
                                }),
                                walk(0, 3, "d"),
                                message(MessageType.TRENAME, out -> {
                                    numbers(out, 2, 3);
                                    names(out, "moved");
                                }),
                                message(MessageType.TRENAMEAT, out -> {
                                    out.u32(3);
                                    names(out, "moved");
                                    out.u32(0);
                                    names(out, "back");
                                }),
                                message(MessageType.TUNLINKAT, out -> {
                                    out.u32(0);
                                    names(out, "dir");
                                    out.u32(0x200);
                                }),
                                message(MessageType.TREMOVE, out -> out.u32(2))),
                        session(
                                begin,
                                walk(0, 1, "d", "out"),
                                message(MessageType.TREADLINK, out -> out.u32(1)),
                                walk(0, 2, "up", "secret"),
                                walk(0, 2, "d", "..", ".."),
                                message(MessageType.TLOPEN, out -> numbers(out, 2, 0)),
                                message(MessageType.TREADDIR, out -> {
                                    out.u32(2);
                                    out.u64(0);
                                    out.u32(500);
                                }),
                                walk(0, 3, "f"),
                                message(MessageType.TXATTRCREATE, out -> {
                                    out.u32(3);
                                    names(out, "user.colour");
                                    out.u64(2);
                                    out.u32(0);
                                }),
                                message(MessageType.TWRITE, out -> {
                                    out.u32(3);
                                    out.u64(0);
                                    out.u32(2);
                                    out.raw(new byte[2]);
                                }),
                                message(MessageType.TCLUNK, out -> out.u32(3)),
                                walk(0, 3, "f"),
                                message(MessageType.TXATTRWALK, out -> {
                                    numbers(out, 3, 4);
                                    names(out, "user.colour");
                                }),
                                message(MessageType.TREAD, out -> {
                                    out.u32(4);
                                    out.u64(0);
                                    out.u32(10);
                                }),
                                message(MessageType.TXATTRWALK, out -> {
                                    numbers(out, 3, 5);
                                    names(out, "");
                                })))
                .map(Arguments::of);
    }

    private static byte[] walk(int from, int to, String... names) {
        return message(MessageType.TWALK, out -> {
            numbers(out, from, to);
            out.u16(names.length);
            names(out, names);
        });
    }

    private static void numbers(WireWriter out, int... numbers) {
        for (int number : numbers) {
            out.u32(number);
        }
    }

    private static void names(WireWriter out, String... names) {
        for (String name : names) {
            out.string(FileName.of(name));
        }
    }

    private static byte[] message(int type, Consumer<WireWriter> body) {
        return Client.message(type, 7, body);
    }

    private static Object session(List<byte[]> begin, byte[]... messages) {
        WireWriter out = new WireWriter(512);
        Stream.concat(begin.stream(), Stream.of(messages)).forEach(message -> {
            out.u16(message.length);
            out.raw(message);
        });
        return out.toBytes();
    }
}
