package dev.ravel.ninep;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes requests of messages. Whatever the bytes are, there is one. */
public final class RequestParser {
    /** Bytes before the body of a message: its size, type and tag. */
    public static final int HEADER_SIZE = 7;

    /** The tag of a message that could not be read so far. */
    public static final int NO_TAG = 0xffff;

    /** The most names of a Twalk (walk(5)). */
    public static final int MAX_NAMES = 16;

    private RequestParser() {}

    /** A request and the client's number for it. */
    public record Tagged(int tag, Request request) {}

    /** Parses a message; what follows after the size that it states means nothing. */
    public static Tagged parse(byte[] message) {
        int tag = NO_TAG;
        try {
            WireReader header = new WireReader(message, 0, message.length);
            long size = header.u32() & 0xffff_ffffL;
            int type = header.u8();
            tag = header.u16();
            if (size < HEADER_SIZE || size > message.length) {
                throw new MalformedMessageException(
                        "a message of " + message.length + " bytes says that it has " + size);
            }
            return new Tagged(tag, body(type, new WireReader(message, HEADER_SIZE, (int) size)));
        } catch (MalformedMessageException e) {
            return new Tagged(tag, new Request.Malformed(e.getMessage()));
        }
    }

    private static Request body(int type, WireReader in) throws MalformedMessageException {
        return switch (type) {
            case MessageType.TVERSION ->
                new Request.Version(
                        in.u32() & 0xffff_ffffL, new String(in.string().bytes(), StandardCharsets.UTF_8));
            case MessageType.TAUTH -> new Request.Auth();
            case MessageType.TFLUSH -> new Request.Flush(in.u16());
            case MessageType.TATTACH -> attach(in);
            case MessageType.TWALK -> walk(in);
            case MessageType.TLOPEN -> new Request.Lopen(in.u32(), in.u32());
            case MessageType.TLCREATE -> new Request.Lcreate(in.u32(), in.string(), in.u32(), in.u32(), in.u32());
            case MessageType.TSYMLINK -> new Request.Symlink(in.u32(), in.string(), in.string(), in.u32());
            case MessageType.TMKNOD -> new Request.Mknod(in.u32(), in.string(), in.u32(), in.u32(), in.u32(), in.u32());
            case MessageType.TRENAME -> new Request.Rename(in.u32(), in.u32(), in.string());
            case MessageType.TREADLINK -> new Request.Readlink(in.u32());
            case MessageType.TGETATTR -> new Request.Getattr(in.u32(), in.u64());
            case MessageType.TSETATTR ->
                new Request.Setattr(
                        in.u32(),
                        new AttributeChange(
                                in.u32(), in.u32(), in.u32(), in.u32(), in.u64(), in.u64(), in.u64(), in.u64(),
                                in.u64()));
            case MessageType.TXATTRWALK -> new Request.Xattrwalk(in.u32(), in.u32(), in.string());
            case MessageType.TXATTRCREATE -> new Request.Xattrcreate(in.u32(), in.string(), in.u64(), in.u32());
            case MessageType.TREADDIR -> new Request.Readdir(in.u32(), in.u64(), in.u32());
            // Early clients leave the second field out.
            case MessageType.TFSYNC -> new Request.Fsync(in.u32(), in.remaining() > 0 && in.u32() != 0);
            case MessageType.TLOCK -> lock(in);
            case MessageType.TGETLOCK -> new Request.Getlock(in.u32(), LockRange.read(in.u8(), in));
            case MessageType.TLINK -> new Request.Link(in.u32(), in.u32(), in.string());
            case MessageType.TMKDIR -> new Request.Mkdir(in.u32(), in.string(), in.u32(), in.u32());
            case MessageType.TRENAMEAT -> new Request.Renameat(in.u32(), in.string(), in.u32(), in.string());
            case MessageType.TUNLINKAT -> new Request.Unlinkat(in.u32(), in.string(), in.u32());
            case MessageType.TREAD -> new Request.Read(in.u32(), in.u64(), in.u32());
            case MessageType.TWRITE -> new Request.Write(in.u32(), in.u64(), in.data(in.u32()));
            case MessageType.TCLUNK -> new Request.Clunk(in.u32());
            case MessageType.TREMOVE -> new Request.Remove(in.u32());
            case MessageType.TSTATFS -> new Request.Statfs(in.u32());
            default -> new Request.Unknown(type);
        };
    }

    private static Request attach(WireReader in) throws MalformedMessageException {
        int fid = in.u32();
        // Who authenticated it (nobody), and the user's name: the number says it.
        in.u32();
        in.string();
        FileName tree = in.string();
        return new Request.Attach(fid, tree, in.u32());
    }

    private static Request walk(WireReader in) throws MalformedMessageException {
        int fid = in.u32();
        int newFid = in.u32();
        int count = in.u16();
        if (count > MAX_NAMES) {
            throw new MalformedMessageException("a walk of " + count + " names");
        }
        List<FileName> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(in.string());
        }
        return new Request.Walk(fid, newFid, names);
    }

    private static Request lock(WireReader in) throws MalformedMessageException {
        int fid = in.u32();
        int type = in.u8();
        int flags = in.u32();
        return new Request.Lock(fid, flags, LockRange.read(type, in));
    }
}
