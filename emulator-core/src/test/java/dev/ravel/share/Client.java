package dev.ravel.share;

import dev.ravel.ninep.FileName;
import dev.ravel.ninep.MalformedMessageException;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.RequestParser;
import dev.ravel.ninep.WireReader;
import dev.ravel.ninep.WireWriter;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Plays the client of a folder server: writes messages byte by byte and reads the answers so. */
final class Client {
    static final int ROOT = 0;
    static final int ROOM = FolderServer.MAX_MESSAGE;

    private final FolderServer server;
    private int nextFid = 1;
    private int tag;

    /** A server said no. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        final int errno;

        Refused(int errno) {
            super("errno " + errno);
            this.errno = errno;
        }
    }

    record Stat(
            long qidPath,
            int mode,
            int uid,
            int gid,
            long links,
            long device,
            long size,
            long accessed,
            long modified) {}

    record Entry(long offset, int type, String name) {}

    Client(FolderServer server) {
        this.server = server;
    }

    /** Begins a session; {@link #ROOT} is the root, found by user {@code uid}. */
    Client attach(int uid) {
        version(1 << 20);
        attach(ROOT, "", uid);
        return this;
    }

    int version(int size) {
        return call(
                MessageType.TVERSION,
                out -> {
                    out.u32(size);
                    out.string(FileName.of("9P2000.L"));
                },
                in -> {
                    int agreed = in.u32();
                    in.string();
                    return agreed;
                });
    }

    void attach(int fid, String tree, int uid) {
        call(
                MessageType.TATTACH,
                out -> {
                    out.u32(fid);
                    out.u32(-1);
                    out.string(FileName.of("user"));
                    out.string(FileName.of(tree));
                    out.u32(uid);
                },
                in -> in.data(13));
    }

    @FunctionalInterface
    interface Body<T> {
        T read(WireReader in) throws MalformedMessageException;
    }

    static byte[] message(int type, int tag, Consumer<WireWriter> body) {
        WireWriter out = new WireWriter(64);
        out.u32(0);
        out.u8(type);
        out.u16(tag);
        body.accept(out);
        out.setU32(0, out.size());
        return out.toBytes();
    }

    <T> T call(int type, Consumer<WireWriter> body, Body<T> reply) {
        tag = tag + 1 & 0x7fff;
        return read(type, server.answer(message(type, tag, body), ROOM), reply);
    }

    private <T> T read(int type, byte[] answer, Body<T> reply) {
        try {
            WireReader in = new WireReader(answer, 0, answer.length);
            int size = in.u32();
            int answerType = in.u8();
            int answerTag = in.u16();
            if (size != answer.length || answerTag != tag) {
                throw new AssertionError("answer of size " + size + " in " + answer.length + ", tag " + answerTag);
            }
            if (answerType == MessageType.RLERROR) {
                throw new Refused(in.u32());
            }
            if (answerType != type + 1) {
                throw new AssertionError("answer " + answerType + " to " + type);
            }
            T result = reply.read(in);
            if (in.remaining() != 0) {
                throw new AssertionError(in.remaining() + " bytes too many in the answer to " + type);
            }
            return result;
        } catch (MalformedMessageException e) {
            throw new AssertionError("the answer to " + type + " is cut off", e);
        }
    }

    void done(int type, Consumer<WireWriter> body) {
        call(type, body, in -> 0);
    }

    private static long qid(WireReader in) throws MalformedMessageException {
        in.u8();
        in.u32();
        return in.u64();
    }

    /** Walks from a fid; returns how many names were found, and makes {@code to} if all were. */
    int walk(int from, int to, String... names) {
        FileName[] encoded = new FileName[names.length];
        for (int i = 0; i < names.length; i++) {
            encoded[i] = FileName.of(names[i]);
        }
        return walkNames(from, to, encoded);
    }

    int walkNames(int from, int to, FileName... names) {
        return call(
                MessageType.TWALK,
                out -> {
                    out.u32(from);
                    out.u32(to);
                    out.u16(names.length);
                    for (FileName name : names) {
                        out.string(name);
                    }
                },
                in -> {
                    int count = in.u16();
                    in.data(13 * count);
                    return count;
                });
    }

    /** A new fid for a path from the root. */
    int find(String path) {
        int fid = nextFid++;
        String[] names = path.isEmpty() ? new String[0] : path.split("/");
        if (walk(ROOT, fid, names) < names.length) {
            throw new Refused(2);
        }
        return fid;
    }

    int open(String path, int flags) {
        int fid = find(path);
        open(fid, flags);
        return fid;
    }

    void open(int fid, int flags) {
        call(
                MessageType.TLOPEN,
                out -> {
                    out.u32(fid);
                    out.u32(flags);
                },
                in -> {
                    qid(in);
                    return in.u32();
                });
    }

    int create(String directory, String name, int flags, int mode, int gid) {
        int fid = find(directory);
        create(fid, name, flags, mode, gid);
        return fid;
    }

    void create(int fid, String name, int flags, int mode, int gid) {
        call(
                MessageType.TLCREATE,
                out -> {
                    out.u32(fid);
                    out.string(FileName.of(name));
                    out.u32(flags);
                    out.u32(mode);
                    out.u32(gid);
                },
                in -> {
                    qid(in);
                    return in.u32();
                });
    }

    long mkdir(int directory, String name, int mode) {
        return call(
                MessageType.TMKDIR,
                out -> {
                    out.u32(directory);
                    out.string(FileName.of(name));
                    out.u32(mode);
                    out.u32(0);
                },
                Client::qid);
    }

    long symlink(int directory, String name, String target) {
        return call(
                MessageType.TSYMLINK,
                out -> {
                    out.u32(directory);
                    out.string(FileName.of(name));
                    out.string(FileName.of(target));
                    out.u32(0);
                },
                Client::qid);
    }

    long mknod(int directory, String name, int mode, int major, int minor) {
        return call(
                MessageType.TMKNOD,
                out -> {
                    out.u32(directory);
                    out.string(FileName.of(name));
                    out.u32(mode);
                    out.u32(major);
                    out.u32(minor);
                    out.u32(0);
                },
                Client::qid);
    }

    String readlink(int fid) {
        return call(
                MessageType.TREADLINK, out -> out.u32(fid), in -> in.string().toString());
    }

    void link(int directory, int fid, String name) {
        done(MessageType.TLINK, out -> {
            out.u32(directory);
            out.u32(fid);
            out.string(FileName.of(name));
        });
    }

    void rename(int fid, int directory, String name) {
        done(MessageType.TRENAME, out -> {
            out.u32(fid);
            out.u32(directory);
            out.string(FileName.of(name));
        });
    }

    void renameat(int directory, String name, int newDirectory, String newName) {
        done(MessageType.TRENAMEAT, out -> {
            out.u32(directory);
            out.string(FileName.of(name));
            out.u32(newDirectory);
            out.string(FileName.of(newName));
        });
    }

    void unlinkat(int directory, String name, int flags) {
        done(MessageType.TUNLINKAT, out -> {
            out.u32(directory);
            out.string(FileName.of(name));
            out.u32(flags);
        });
    }

    void remove(int fid) {
        done(MessageType.TREMOVE, out -> out.u32(fid));
    }

    void clunk(int fid) {
        done(MessageType.TCLUNK, out -> out.u32(fid));
    }

    byte[] read(int fid, long offset, int count) {
        return call(
                MessageType.TREAD,
                out -> {
                    out.u32(fid);
                    out.u64(offset);
                    out.u32(count);
                },
                in -> in.data(in.u32()).toArray(ValueLayout.JAVA_BYTE));
    }

    int write(int fid, long offset, byte[] data) {
        return call(
                MessageType.TWRITE,
                out -> {
                    out.u32(fid);
                    out.u64(offset);
                    out.u32(data.length);
                    out.raw(data);
                },
                WireReader::u32);
    }

    Stat getattr(int fid) {
        return call(
                MessageType.TGETATTR,
                out -> {
                    out.u32(fid);
                    out.u64(0x7ff);
                },
                in -> {
                    in.u64();
                    long path = qid(in);
                    int mode = in.u32();
                    int uid = in.u32();
                    int gid = in.u32();
                    long links = in.u64();
                    long device = in.u64();
                    long size = in.u64();
                    in.u64();
                    in.u64();
                    long accessed = in.u64();
                    in.u64();
                    long modified = in.u64();
                    in.data(8 + 16 + 16 + 16);
                    return new Stat(path, mode, uid, gid, links, device, size, accessed, modified);
                });
    }

    void setattr(int fid, int valid, int mode, int uid, int gid, long size, long accessed, long modified) {
        done(MessageType.TSETATTR, out -> {
            out.u32(fid);
            out.u32(valid);
            out.u32(mode);
            out.u32(uid);
            out.u32(gid);
            out.u64(size);
            out.u64(accessed);
            out.u64(0);
            out.u64(modified);
            out.u64(0);
        });
    }

    void chmod(int fid, int mode) {
        setattr(fid, 0x1, mode, 0, 0, 0, 0, 0);
    }

    List<Entry> readdir(int fid, long offset, int count) {
        return call(
                MessageType.TREADDIR,
                out -> {
                    out.u32(fid);
                    out.u64(offset);
                    out.u32(count);
                },
                in -> {
                    List<Entry> entries = new ArrayList<>();
                    in.u32();
                    while (in.remaining() > 0) {
                        qid(in);
                        entries.add(new Entry(in.u64(), in.u8(), in.string().latin1()));
                    }
                    return entries;
                });
    }

    /** All names of a directory, in messages of {@code count} bytes. */
    List<String> list(int fid, int count) {
        List<String> names = new ArrayList<>();
        List<Entry> part = readdir(fid, 0, count);
        while (!part.isEmpty()) {
            part.forEach(e -> names.add(e.name));
            part = readdir(fid, part.getLast().offset, count);
        }
        return names;
    }

    int lock(int fid, int type, long start, long length, int process) {
        return call(
                MessageType.TLOCK,
                out -> {
                    out.u32(fid);
                    out.u8(type);
                    out.u32(0);
                    out.u64(start);
                    out.u64(length);
                    out.u32(process);
                    out.string(FileName.of("guest"));
                },
                WireReader::u8);
    }

    /** The type of the lock that stands in the way. */
    int getlock(int fid, int type, long start, long length, int process) {
        return call(
                MessageType.TGETLOCK,
                out -> {
                    out.u32(fid);
                    out.u8(type);
                    out.u64(start);
                    out.u64(length);
                    out.u32(process);
                    out.string(FileName.of("guest"));
                },
                in -> {
                    int found = in.u8();
                    in.data(20);
                    in.string();
                    return found;
                });
    }

    /** An extended attribute, or the list of their names. */
    byte[] getxattr(int fid, String name) {
        int value = nextFid++;
        long size = call(
                MessageType.TXATTRWALK,
                out -> {
                    out.u32(fid);
                    out.u32(value);
                    out.string(FileName.of(name));
                },
                WireReader::u64);
        byte[] bytes = read(value, 0, (int) size + 10);
        clunk(value);
        return bytes;
    }

    void setxattr(String path, String name, byte[] content, int flags) {
        int fid = find(path);
        done(MessageType.TXATTRCREATE, out -> {
            out.u32(fid);
            out.string(FileName.of(name));
            out.u64(content.length);
            out.u32(flags);
        });
        if (content.length > 0) {
            write(fid, 0, content);
        }
        clunk(fid);
    }

    byte[] raw(byte[] message) {
        return server.answer(message, ROOM);
    }

    static int headerSize() {
        return RequestParser.HEADER_SIZE;
    }
}
