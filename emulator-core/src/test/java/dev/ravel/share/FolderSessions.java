package dev.ravel.share;

import dev.ravel.ninep.FileName;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.WireWriter;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What clients of a {@link GuardedFolder} say, each message with two bytes for its length before it. */
public final class FolderSessions {
    private static final int RDWR_CREATE = 0102;

    private FolderSessions() {}

    /** Sessions that use every message, and some that would be outside. */
    public static List<byte[]> all() {
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
                                })),
                        session(begin, outside()),
                        session(
                                begin,
                                message(MessageType.TATTACH, out -> {
                                    numbers(out, 9, -1);
                                    names(out, "user", "/../secret");
                                    out.u32(0);
                                }),
                                walk(0, 1, Stream.generate(() -> "..").limit(16).toArray(String[]::new)),
                                walk(0, 2, Stream.generate(() -> "d").limit(17).toArray(String[]::new)),
                                message(MessageType.TWALK, out -> {
                                    numbers(out, 0, 3);
                                    out.u16(0xffff);
                                }),
                                walk(1, 4),
                                message(MessageType.TLOPEN, out -> numbers(out, 4, 0)),
                                message(MessageType.TREADDIR, out -> {
                                    out.u32(4);
                                    out.u64(0);
                                    out.u32(-1);
                                }),
                                message(MessageType.TREADDIR, out -> {
                                    out.u32(4);
                                    out.u64(-1);
                                    out.u32(-12);
                                }),
                                walk(0, 5, "f"),
                                message(MessageType.TLOPEN, out -> numbers(out, 5, 2)),
                                message(MessageType.TREAD, out -> {
                                    out.u32(5);
                                    out.u64(0);
                                    out.u32(-1);
                                }),
                                message(MessageType.TREAD, out -> {
                                    out.u32(5);
                                    out.u64(Long.MAX_VALUE);
                                    out.u32(-8);
                                }),
                                message(MessageType.TWRITE, out -> {
                                    out.u32(5);
                                    out.u64(-1);
                                    out.u32(-1);
                                    out.raw(new byte[3]);
                                }),
                                message(MessageType.TSYMLINK, out -> {
                                    out.u32(0);
                                    names(out, "late", "..");
                                    out.u32(0);
                                }),
                                walk(0, 6, "late", "secret"),
                                message(MessageType.TRENAMEAT, out -> {
                                    out.u32(0);
                                    names(out, "d");
                                    out.u32(0);
                                    names(out, "e");
                                })))
                .toList();
    }

    /** Each session, and as many times with bytes changed by chance. */
    public static Stream<byte[]> changed(int times, long seed) {
        Random random = new Random(seed);
        return all().stream()
                .flatMap(session -> Stream.concat(
                        Stream.of(session),
                        Stream.generate(() -> changed(session, random)).limit(times)));
    }

    private static byte[] changed(byte[] session, Random random) {
        byte[] copy = session.clone();
        for (int i = random.nextInt(12); i >= 0; i--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt();
        }
        return copy;
    }

    /** Each message that has a name, with names that would be elsewhere. */
    private static byte[][] outside() {
        return Stream.of("..", "../secret", "/", "a/b", "up/secret", "\0", "f\0../secret", ".", "")
                .flatMap(name -> Stream.of(
                        walk(0, 1, name),
                        walk(0, 1, "up", name),
                        walk(0, 1),
                        message(MessageType.TLCREATE, out -> {
                            out.u32(1);
                            names(out, name);
                            numbers(out, RDWR_CREATE, 0644, 7);
                        }),
                        message(MessageType.TMKDIR, out -> {
                            out.u32(0);
                            names(out, name);
                            numbers(out, 0755, 0);
                        }),
                        message(MessageType.TSYMLINK, out -> {
                            out.u32(0);
                            names(out, name, "f");
                            out.u32(0);
                        }),
                        message(MessageType.TRENAMEAT, out -> {
                            out.u32(0);
                            names(out, "f");
                            out.u32(0);
                            names(out, name);
                        }),
                        message(MessageType.TUNLINKAT, out -> {
                            out.u32(0);
                            names(out, name);
                            out.u32(0);
                        })))
                .toArray(byte[][]::new);
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

    private static byte[] session(List<byte[]> begin, byte[]... messages) {
        WireWriter out = new WireWriter(512);
        Stream.concat(begin.stream(), Stream.of(messages)).forEach(message -> {
            out.u16(message.length);
            out.raw(message);
        });
        return out.toBytes();
    }
}
