package dev.ravel.share;

import dev.ravel.host.posix.Errno;
import dev.ravel.host.posix.FileMode;
import dev.ravel.host.posix.HostCallException;
import dev.ravel.host.posix.LinuxCalls;
import dev.ravel.ninep.FileName;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.Reply;
import dev.ravel.ninep.Request;
import dev.ravel.ninep.WireWriter;
import java.lang.foreign.MemorySegment;

/**
 * Extended attributes: those of users, which the host keeps as they are. Others would mean something to the host
 * ({@code security.}, {@code system.}, {@code trusted.}) and are not supported.
 */
final class XattrOperations {
    private static final String USER = "user.";
    private static final int LONGEST_NAME = 255;
    private static final int MUST_EXIST = 2;

    private final HostTree tree;
    private final FidTable fids;

    XattrOperations(HostTree tree, FidTable fids) {
        this.tree = tree;
        this.fids = fids;
    }

    Reply walk(Request.Xattrwalk request) throws HostCallException {
        Fid fid = fids.place(request.fid());
        fids.requireFree(request.newFid());
        byte[] value;
        try (Handle handle = fids.handle(fid)) {
            requireFileOrDirectory(handle, request.name().length() == 0 ? 0 : Errno.ENODATA);
            value = request.name().length() == 0
                    ? Ownership.visible(tree.calls().listxattr(handle.descriptor()))
                    : tree.calls().getxattr(handle.descriptor(), supported(request.name(), Errno.ENODATA));
        }
        Fid made = new Fid(fid.node().use(), fid.uid());
        made.setState(new Fid.State.XattrValue(value));
        fids.put(request.newFid(), made);
        return new Reply.XattrSize(value.length);
    }

    /** A link has no attributes of users (xattr(7)). */
    private void requireFileOrDirectory(Handle handle, int otherwise) throws HostCallException {
        int mode = tree.status(handle).mode();
        if (!FileMode.isRegular(mode) && !FileMode.isDirectory(mode)) {
            throw new HostCallException(otherwise == 0 ? Errno.EOPNOTSUPP : otherwise);
        }
    }

    private static byte[] supported(FileName name, int ifReserved) throws HostCallException {
        if (!name.latin1().startsWith(USER)) {
            throw new HostCallException(Errno.EOPNOTSUPP);
        }
        if (Ownership.isReserved(name)) {
            throw new HostCallException(ifReserved);
        }
        if (name.length() > LONGEST_NAME) {
            throw new HostCallException(Errno.ERANGE);
        }
        return name.bytes();
    }

    Reply create(Request.Xattrcreate request) throws HostCallException {
        tree.requireWritable();
        Fid fid = fids.found(request.fid());
        supported(request.name(), Errno.EPERM);
        if (request.size() < 0 || request.size() > LinuxCalls.XATTR_MAX) {
            throw new HostCallException(Errno.ERANGE);
        }
        int size = (int) request.size();
        fid.setState(new Fid.State.NewXattr(request.name(), size, request.flags(), new WireWriter(size)));
        return new Reply.Done(MessageType.TXATTRCREATE);
    }

    static Reply read(Fid.State.XattrValue value, Request.Read request, int limit) {
        int size = value.value().length;
        int from = request.offset() < 0 ? size : (int) Math.min(request.offset(), size);
        int count = (int) Math.min(request.count() & 0xffff_ffffL, Math.min(size - from, Math.max(limit, 0)));
        return new Reply.Data(MemorySegment.ofArray(value.value()).asSlice(from, count));
    }

    /** A value is written from its start to its end. */
    static Reply write(Fid.State.NewXattr attribute, Request.Write request) throws HostCallException {
        int written = attribute.written().size();
        long count = request.data().byteSize();
        if (request.offset() != written || count > attribute.size() - written) {
            throw new HostCallException(Errno.EINVAL);
        }
        attribute.written().raw(request.data());
        return new Reply.Written((int) count);
    }

    /** Sets an attribute when all of its value has come; Linux removes one by replacing it with nothing. */
    void set(Fid fid, Fid.State.NewXattr attribute) throws HostCallException {
        if (attribute.written().size() != attribute.size()) {
            throw new HostCallException(Errno.EINVAL);
        }
        byte[] name = attribute.name().bytes();
        try (Handle handle = tree.place(fid.node())) {
            requireFileOrDirectory(handle, Errno.EPERM);
            if (attribute.size() == 0 && attribute.flags() == MUST_EXIST) {
                tree.calls().removexattr(handle.descriptor(), name);
            } else {
                tree.calls()
                        .setxattr(handle.descriptor(), name, attribute.written().toBytes(), attribute.flags());
            }
        }
    }
}
