package dev.ravel.share;

import dev.ravel.host.posix.HostCallException;
import dev.ravel.host.posix.LinuxCalls;
import dev.ravel.ninep.FileName;
import dev.ravel.ninep.MalformedMessageException;
import dev.ravel.ninep.WireReader;
import dev.ravel.ninep.WireWriter;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;

/** Fids as bytes, for a snapshot. */
final class FidState {
    private static final int FOUND = 0;
    private static final int FILE = 1;
    private static final int DIRECTORY = 2;
    private static final int XATTR_VALUE = 3;
    private static final int NEW_XATTR = 4;
    private static final int LOST = 5;

    private final FidTable fids;
    private final Node root;
    private final FileOperations files;

    FidState(FidTable fids, Node root, FileOperations files) {
        this.fids = fids;
        this.root = root;
        this.files = files;
    }

    byte[] save(int messageSize) {
        WireWriter out = new WireWriter(256);
        out.u32(messageSize);
        out.u32(fids.all().size());
        for (Map.Entry<Integer, Fid> entry : fids.all().entrySet()) {
            out.u32(entry.getKey());
            Fid fid = entry.getValue();
            out.u32(fid.uid());
            boolean gone = path(fid.node(), out);
            if (gone) {
                out.u8(LOST);
            } else {
                state(fid.state(), out);
            }
        }
        return out.toBytes();
    }

    /** Writes the way to a place; returns whether there is none. */
    private static boolean path(Node node, WireWriter out) {
        try {
            List<FileName> names = node.path();
            out.u16(names.size());
            names.forEach(out::string);
            return false;
        } catch (HostCallException e) {
            out.u16(0);
            return true;
        }
    }

    private static void state(Fid.State state, WireWriter out) {
        switch (state) {
            case Fid.State.Found f -> out.u8(FOUND);
            case Fid.State.OpenFile file -> {
                out.u8(FILE);
                out.u32(file.flags());
            }
            case Fid.State.OpenDirectory d -> out.u8(DIRECTORY);
            case Fid.State.XattrValue value -> {
                out.u8(XATTR_VALUE);
                out.u32(value.value().length);
                out.raw(value.value());
            }
            case Fid.State.NewXattr attribute -> {
                out.u8(NEW_XATTR);
                out.string(attribute.name());
                out.u32(attribute.size());
                out.u32(attribute.flags());
                out.u32(attribute.written().size());
                out.raw(attribute.written().toBytes());
            }
            case Fid.State.Lost l -> out.u8(LOST);
        }
    }

    /** Returns the message size. */
    int restore(byte[] saved) {
        try {
            WireReader in = new WireReader(saved, 0, saved.length);
            int messageSize = in.u32();
            if (messageSize < 0 || messageSize > FolderServer.MAX_MESSAGE) {
                throw new IllegalArgumentException("the snapshot holds messages of " + messageSize + " bytes");
            }
            int count = in.u32();
            for (int i = 0; i < count; i++) {
                int number = in.u32();
                int uid = in.u32();
                Node node = node(in);
                Fid fid = new Fid(node, uid);
                restoreState(fid, in);
                fids.put(number, fid);
            }
            return messageSize;
        } catch (MalformedMessageException e) {
            throw new IllegalArgumentException("the snapshot holds a shared folder that is cut off", e);
        }
    }

    private Node node(WireReader in) throws MalformedMessageException {
        Node node = root.use();
        int names = in.u16();
        for (int i = 0; i < names; i++) {
            Node next = node.use(in.string());
            node.release();
            node = next;
        }
        return node;
    }

    private void restoreState(Fid fid, WireReader in) throws MalformedMessageException {
        switch (in.u8()) {
            case FOUND -> {}
            // A file that was cut when it was opened is not cut again.
            case FILE -> open(fid, in.u32() & ~LinuxCalls.O_TRUNC);
            case DIRECTORY -> open(fid, LinuxCalls.O_RDONLY);
            case XATTR_VALUE -> {
                byte[] value = in.data(in.u32()).toArray(ValueLayout.JAVA_BYTE);
                fid.setState(new Fid.State.XattrValue(value));
            }
            case NEW_XATTR -> {
                FileName name = in.string();
                int size = in.u32();
                int flags = in.u32();
                WireWriter written = new WireWriter(Math.clamp(size, 0, LinuxCalls.XATTR_MAX));
                written.raw(in.data(in.u32()));
                fid.setState(new Fid.State.NewXattr(name, size, flags, written));
            }
            default -> fid.setState(new Fid.State.Lost());
        }
    }

    private void open(Fid fid, int flags) {
        try {
            files.open(fid, flags);
        } catch (HostCallException e) {
            fid.setState(new Fid.State.Lost());
        }
    }
}
