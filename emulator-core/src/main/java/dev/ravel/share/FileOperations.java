package dev.ravel.share;

import dev.ravel.host.posix.DirectoryEntries;
import dev.ravel.host.posix.Errno;
import dev.ravel.host.posix.FileMode;
import dev.ravel.host.posix.FileStatus;
import dev.ravel.host.posix.HostCallException;
import dev.ravel.host.posix.LinuxCalls;
import dev.ravel.host.posix.LinuxCalls.NewTime;
import dev.ravel.ninep.AttributeChange;
import dev.ravel.ninep.DirectoryEntry;
import dev.ravel.ninep.FileAttributes;
import dev.ravel.ninep.FileName;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.Qid;
import dev.ravel.ninep.Reply;
import dev.ravel.ninep.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Requests about files that are there: their contents and attributes. */
final class FileOperations implements AutoCloseable {
    private static final int DIRECTORY_CHUNK = 1 << 16;
    /** Flags of an open that mean something for the host's file. The numbers are the same in the protocol. */
    private static final int KEPT_FLAGS =
            LinuxCalls.O_ACCMODE | LinuxCalls.O_TRUNC | LinuxCalls.O_DSYNC | LinuxCalls.O_SYNC;

    private final HostTree tree;
    private final FidTable fids;
    private final Ownership ownership;
    private final QidPaths qids;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer;
    private final MemorySegment directoryBuffer = arena.allocate(DIRECTORY_CHUNK, 8);

    /** Reads and writes at most {@code size} bytes at once. */
    FileOperations(HostTree tree, FidTable fids, Ownership ownership, QidPaths qids, int size) {
        this.tree = tree;
        this.fids = fids;
        this.ownership = ownership;
        this.qids = qids;
        this.buffer = arena.allocate(size);
    }

    /** The qid of what is at a place. */
    Qid qid(Node node) throws HostCallException {
        try (Handle handle = tree.place(node)) {
            return qids.of(tree.status(handle));
        }
    }

    /** A file that the fid has open. */
    Fid.State.OpenFile openFile(int number) throws HostCallException {
        if (fids.place(number).state() instanceof Fid.State.OpenFile file) {
            return file;
        }
        throw new HostCallException(Errno.EBADF);
    }

    Reply open(Request.Lopen request) throws HostCallException {
        Fid fid = fids.found(request.fid());
        return new Reply.Opened(MessageType.TLOPEN, open(fid, request.flags()));
    }

    /** Opens what is at the place of a fid: a regular file or a directory, nothing that could block or do something. */
    Qid open(Fid fid, int flags) throws HostCallException {
        int access = flags & LinuxCalls.O_ACCMODE;
        boolean writes = access != LinuxCalls.O_RDONLY || (flags & LinuxCalls.O_TRUNC) != 0;
        if (access == LinuxCalls.O_ACCMODE) {
            throw new HostCallException(Errno.EINVAL);
        }
        if (writes) {
            tree.requireWritable();
        }
        fids.requireRoomForHandle();
        try (Handle place = tree.place(fid.node())) {
            FileStatus status = tree.status(place);
            if (FileMode.isDirectory(status.mode())) {
                if (writes) {
                    throw new HostCallException(Errno.EISDIR);
                }
                int d = tree.calls().reopen(place.descriptor(), LinuxCalls.O_RDONLY | LinuxCalls.O_DIRECTORY);
                fids.openedDirectory(fid, new Handle(tree.calls(), d, true), status.device());
            } else if (FileMode.isRegular(status.mode())) {
                if ((flags & LinuxCalls.O_TRUNC) != 0 && access == LinuxCalls.O_RDONLY) {
                    throw new HostCallException(Errno.EINVAL);
                }
                int kept = flags & KEPT_FLAGS;
                int d = tree.calls().reopen(place.descriptor(), kept | LinuxCalls.O_NONBLOCK);
                fids.openedFile(fid, new Handle(tree.calls(), d, true), status, kept);
            } else {
                throw new HostCallException(FileMode.isSymlink(status.mode()) ? Errno.ELOOP : Errno.EACCES);
            }
            return qids.of(status);
        }
    }

    Reply read(Request.Read request, int limit) throws HostCallException {
        Fid.State.OpenFile file = openFile(request.fid());
        int count = bounded(request.count(), limit);
        MemorySegment part = buffer.asSlice(0, count);
        int done = 0;
        while (done < count) {
            int n = tree.calls().pread(file.handle().descriptor(), part.asSlice(done), request.offset() + done);
            if (n == 0) {
                break;
            }
            done += n;
        }
        return new Reply.Data(part.asSlice(0, done));
    }

    /** A count that the client asks for, without a sign, but no more than fits. */
    private static int bounded(int count, int limit) {
        return (int) Math.min(count & 0xffff_ffffL, Math.max(limit, 0));
    }

    Reply write(Request.Write request) throws HostCallException {
        tree.requireWritable();
        Fid.State.OpenFile file = openFile(request.fid());
        int count = (int) request.data().byteSize();
        MemorySegment part = buffer.asSlice(0, count).copyFrom(request.data());
        int done = 0;
        while (done < count) {
            try {
                done += tree.calls().pwrite(file.handle().descriptor(), part.asSlice(done), request.offset() + done);
            } catch (HostCallException e) {
                if (done == 0) {
                    throw e;
                }
                // The client tries the rest again and is told then.
                break;
            }
        }
        return new Reply.Written(done);
    }

    Reply getattr(Request.Getattr request) throws HostCallException {
        try (Handle handle = fids.handle(fids.place(request.fid()))) {
            FileStatus s = tree.status(handle);
            Ownership.Identity identity = ownership.of(handle, s);
            return new Reply.Attributes(new FileAttributes(
                    FileAttributes.BASIC | request.mask() & FileAttributes.BORN,
                    qids.of(s),
                    identity.mode(),
                    identity.uid(),
                    identity.gid(),
                    s.links(),
                    identity.specialDevice(),
                    s.size(),
                    s.blockSize(),
                    s.blocks(),
                    time(s.accessed()),
                    time(s.modified()),
                    time(s.changed()),
                    time(s.born())));
        }
    }

    private static FileAttributes.Time time(FileStatus.Time time) {
        return new FileAttributes.Time(time.seconds(), time.nanos());
    }

    Reply setattr(Request.Setattr request) throws HostCallException {
        tree.requireWritable();
        Fid fid = fids.place(request.fid());
        AttributeChange change = request.change();
        try (Handle handle = fids.handle(fid)) {
            FileStatus status = tree.status(handle);
            setIdentity(handle, status, change);
            if (change.has(AttributeChange.SIZE)) {
                truncate(fid, handle, status, change.size());
            }
            if ((change.valid() & (AttributeChange.ACCESSED | AttributeChange.MODIFIED)) != 0) {
                tree.calls()
                        .utimens(
                                handle.descriptor(),
                                newTime(
                                        change.has(AttributeChange.ACCESSED),
                                        change.has(AttributeChange.ACCESSED_GIVEN),
                                        change.accessed(),
                                        change.accessedNanos()),
                                newTime(
                                        change.has(AttributeChange.MODIFIED),
                                        change.has(AttributeChange.MODIFIED_GIVEN),
                                        change.modified(),
                                        change.modifiedNanos()));
            }
            return new Reply.Done(MessageType.TSETATTR);
        }
    }

    private static NewTime newTime(boolean set, boolean given, long seconds, long nanos) throws HostCallException {
        if (!set) {
            return NewTime.OMIT;
        }
        if (!given) {
            return NewTime.NOW;
        }
        if (nanos < 0 || nanos >= 1_000_000_000) {
            throw new HostCallException(Errno.EINVAL);
        }
        return new NewTime(seconds, nanos);
    }

    private void setIdentity(Handle handle, FileStatus status, AttributeChange change) throws HostCallException {
        if ((change.valid() & (AttributeChange.MODE | AttributeChange.UID | AttributeChange.GID)) == 0) {
            return;
        }
        if (!FileMode.isRegular(status.mode()) && !FileMode.isDirectory(status.mode())) {
            if (change.has(AttributeChange.MODE)) {
                throw new HostCallException(Errno.EOPNOTSUPP);
            }
            // The owner of a symbolic link means nothing, and archives set it for every file.
            return;
        }
        Ownership.Identity before = ownership.of(handle, status);
        int mode = change.has(AttributeChange.MODE)
                ? before.mode() & FileMode.KIND | change.mode() & FileMode.PERMISSIONS
                : before.mode();
        ownership.change(
                handle,
                status,
                new Ownership.Identity(
                        mode,
                        change.has(AttributeChange.UID) ? change.uid() : before.uid(),
                        change.has(AttributeChange.GID) ? change.gid() : before.gid(),
                        before.specialDevice()));
    }

    private void truncate(Fid fid, Handle handle, FileStatus status, long size) throws HostCallException {
        if (FileMode.isDirectory(status.mode())) {
            throw new HostCallException(Errno.EISDIR);
        }
        if (!FileMode.isRegular(status.mode())) {
            throw new HostCallException(Errno.EINVAL);
        }
        if (fid.state() instanceof Fid.State.OpenFile file
                && (file.flags() & LinuxCalls.O_ACCMODE) != LinuxCalls.O_RDONLY) {
            tree.calls().ftruncate(handle.descriptor(), size);
            return;
        }
        int d = tree.calls().reopen(handle.descriptor(), LinuxCalls.O_WRONLY | LinuxCalls.O_NONBLOCK);
        try (Handle writable = new Handle(tree.calls(), d, true)) {
            tree.calls().ftruncate(writable.descriptor(), size);
        }
    }

    /**
     * Entries from an offset on, which is the host's own: it stays good when names come and go. As many as fit are
     * given, and the host goes on after the last one of them next time.
     */
    Reply readdir(Request.Readdir request, int limit) throws HostCallException {
        Fid fid = fids.place(request.fid());
        if (!(fid.state() instanceof Fid.State.OpenDirectory directory)) {
            throw new HostCallException(Errno.EBADF);
        }
        int d = directory.handle().descriptor();
        int room = bounded(request.count(), limit);
        List<DirectoryEntry> entries = new ArrayList<>();
        tree.calls().seek(d, request.offset());
        while (true) {
            int length = tree.calls().getdents(d, directoryBuffer);
            if (length == 0) {
                return new Reply.Entries(entries);
            }
            for (DirectoryEntries.Entry found : DirectoryEntries.read(directoryBuffer, length)) {
                DirectoryEntry entry = entry(fid.node(), directory, found);
                room -= entry.size();
                if (room < 0) {
                    if (entries.isEmpty()) {
                        throw new HostCallException(Errno.EINVAL);
                    }
                    return new Reply.Entries(entries);
                }
                entries.add(entry);
            }
        }
    }

    private DirectoryEntry entry(Node node, Fid.State.OpenDirectory directory, DirectoryEntries.Entry found)
            throws HostCallException {
        FileName name = FileName.of(found.name());
        if (node.isRoot() && name.latin1().equals("..")) {
            // Nothing is above the root.
            Qid qid = qids.of(tree.status(directory.handle()));
            return new DirectoryEntry(qid, found.next(), found.kind(), name);
        }
        Qid qid = qids.ofEntry(directory.device(), found.inode(), found.kind());
        boolean misleading =
                found.kind() == DirectoryEntries.REGULAR && ownership.isOtherKind(directory.handle(), found.name());
        return new DirectoryEntry(qid, found.next(), misleading ? DirectoryEntries.UNKNOWN : found.kind(), name);
    }

    Reply fsync(Request.Fsync request) throws HostCallException {
        Fid fid = fids.place(request.fid());
        switch (fid.state()) {
            case Fid.State.OpenFile file -> tree.calls().sync(file.handle().descriptor(), request.dataOnly());
            case Fid.State.OpenDirectory directory ->
                tree.calls().sync(directory.handle().descriptor(), request.dataOnly());
            default -> throw new HostCallException(Errno.EBADF);
        }
        return new Reply.Done(MessageType.TFSYNC);
    }

    Reply readlink(Request.Readlink request) throws HostCallException {
        Fid fid = fids.place(request.fid());
        try (Handle handle = fids.handle(fid)) {
            if (!FileMode.isSymlink(tree.status(handle).mode())) {
                throw new HostCallException(Errno.EINVAL);
            }
            return new Reply.Target(FileName.of(tree.calls().readlinkat(handle.descriptor(), new byte[0])));
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
