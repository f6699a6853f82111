package dev.ravel.share;

import dev.ravel.host.posix.Errno;
import dev.ravel.host.posix.FileMode;
import dev.ravel.host.posix.FileStatus;
import dev.ravel.host.posix.HostCallException;
import dev.ravel.host.posix.LinuxCalls;
import dev.ravel.ninep.FileName;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.Qid;
import dev.ravel.ninep.Reply;
import dev.ravel.ninep.Request;

/** Requests that make, move and remove names. All of them are refused in a read-only share. */
final class NameOperations {
    private static final int NEW_FILE = 0600;
    private static final int NEW_DIRECTORY = 0700;
    /** Whatever it is, to look at it only. */
    private static final int PLACE = LinuxCalls.O_PATH | LinuxCalls.O_NOFOLLOW;

    private final HostTree tree;
    private final LinuxCalls calls;
    private final FidTable fids;
    private final Ownership ownership;
    private final QidPaths qids;
    private final FileOperations files;

    NameOperations(HostTree tree, FidTable fids, Ownership ownership, QidPaths qids, FileOperations files) {
        this.tree = tree;
        this.calls = tree.calls();
        this.fids = fids;
        this.ownership = ownership;
        this.qids = qids;
        this.files = files;
    }

    /** A name that is made, or taken away. */
    private byte[] newName(FileName name) throws HostCallException {
        tree.requireWritable();
        return HostTree.component(name);
    }

    private static Ownership.Identity identity(Fid creator, int mode, int gid) {
        return new Ownership.Identity(mode, creator.uid(), gid, 0);
    }

    Reply create(Request.Lcreate request) throws HostCallException {
        byte[] name = newName(request.name());
        Fid fid = fids.found(request.fid());
        int access = request.flags() & LinuxCalls.O_ACCMODE;
        if (access == LinuxCalls.O_ACCMODE) {
            throw new HostCallException(Errno.EINVAL);
        }
        fids.requireRoomForHandle();
        int kept = request.flags() & (LinuxCalls.O_ACCMODE | LinuxCalls.O_DSYNC | LinuxCalls.O_SYNC);
        int flags = kept | LinuxCalls.O_CREAT | LinuxCalls.O_EXCL | LinuxCalls.O_NOFOLLOW | LinuxCalls.O_NONBLOCK;
        try (Handle directory = tree.directory(fid.node())) {
            Handle file = new Handle(calls, calls.openat(directory.descriptor(), name, flags, NEW_FILE), true);
            try {
                int mode = FileMode.REGULAR | request.mode() & FileMode.PERMISSIONS;
                ownership.give(file, identity(fid, mode, request.gid()));
                FileStatus status = tree.status(file);
                fid.moveTo(fid.node().use(request.name()));
                fids.openedFile(fid, file, status, kept);
                return new Reply.Opened(MessageType.TLCREATE, qids.of(status));
            } catch (HostCallException e) {
                file.close();
                takeBack(directory, name, 0);
                throw e;
            }
        } catch (HostCallException e) {
            if (e.errno() != Errno.EEXIST || (request.flags() & LinuxCalls.O_EXCL) != 0) {
                throw e;
            }
            return openExisting(fid, request);
        }
    }

    /** What could not be made as it should be is not there. */
    private void takeBack(Handle directory, byte[] name, int flags) {
        try {
            calls.unlinkat(directory.descriptor(), name, flags);
        } catch (HostCallException e) {
            // The first failure is what the guest is told.
        }
    }

    private Reply openExisting(Fid fid, Request.Lcreate request) throws HostCallException {
        Fid file = new Fid(fid.node().use(request.name()), fid.uid());
        try {
            Qid qid = files.open(file, request.flags());
            fid.moveTo(file.node().use());
            fid.setState(file.state());
            return new Reply.Opened(MessageType.TLCREATE, qid);
        } finally {
            file.node().release();
        }
    }

    Reply mkdir(Request.Mkdir request) throws HostCallException {
        byte[] name = newName(request.name());
        Fid fid = fids.place(request.directory());
        try (Handle directory = tree.directory(fid.node())) {
            calls.mkdirat(directory.descriptor(), name, NEW_DIRECTORY);
            int mode = FileMode.DIRECTORY | request.mode() & FileMode.PERMISSIONS;
            try {
                return new Reply.Found(MessageType.TMKDIR, made(directory, name, identity(fid, mode, request.gid())));
            } catch (HostCallException e) {
                takeBack(directory, name, LinuxCalls.AT_REMOVEDIR);
                throw e;
            }
        }
    }

    /** Gives what was just made its identity; returns its qid. */
    private Qid made(Handle directory, byte[] name, Ownership.Identity identity) throws HostCallException {
        try (Handle file = new Handle(calls, calls.openat(directory.descriptor(), name, PLACE, 0), true)) {
            FileStatus status = tree.status(file);
            // It may be another one by now, if the host's user is quick; a link's identity is the host's anyway.
            if (FileMode.isRegular(status.mode()) || FileMode.isDirectory(status.mode())) {
                ownership.give(file, identity);
            }
            return qids.of(status);
        }
    }

    Reply symlink(Request.Symlink request) throws HostCallException {
        byte[] name = newName(request.name());
        Fid fid = fids.place(request.directory());
        try (Handle directory = tree.directory(fid.node())) {
            calls.symlinkat(request.target().bytes(), directory.descriptor(), name);
            int mode = FileMode.SYMLINK | 0777;
            return new Reply.Found(MessageType.TSYMLINK, made(directory, name, identity(fid, mode, request.gid())));
        }
    }

    /** Devices, pipes and sockets of the guest are empty files on the host. */
    Reply mknod(Request.Mknod request) throws HostCallException {
        byte[] name = newName(request.name());
        Fid fid = fids.place(request.directory());
        int mode = request.mode() & (FileMode.KIND | FileMode.PERMISSIONS);
        if (!FileMode.isSpecial(mode) && !FileMode.isRegular(mode)) {
            throw new HostCallException(Errno.EINVAL);
        }
        if (FileMode.isSpecial(mode) && !ownership.isKept()) {
            throw new HostCallException(Errno.EPERM);
        }
        int flags = LinuxCalls.O_WRONLY | LinuxCalls.O_CREAT | LinuxCalls.O_EXCL | LinuxCalls.O_NOFOLLOW;
        try (Handle directory = tree.directory(fid.node());
                Handle file = new Handle(calls, calls.openat(directory.descriptor(), name, flags, NEW_FILE), true)) {
            long device = FileStatus.deviceNumber(request.major(), request.minor());
            try {
                ownership.give(file, new Ownership.Identity(mode, fid.uid(), request.gid(), device));
                return new Reply.Found(MessageType.TMKNOD, qids.of(tree.status(file)));
            } catch (HostCallException e) {
                takeBack(directory, name, 0);
                throw e;
            }
        }
    }

    Reply link(Request.Link request) throws HostCallException {
        byte[] name = newName(request.name());
        Node node = fids.place(request.fid()).node();
        if (node.isRoot()) {
            throw new HostCallException(Errno.EPERM);
        }
        node.path();
        try (Handle from = tree.directory(node.parent());
                Handle to = tree.directory(fids.place(request.directory()).node())) {
            calls.linkat(from.descriptor(), HostTree.component(node.name()), to.descriptor(), name);
            return new Reply.Done(MessageType.TLINK);
        }
    }

    Reply rename(Request.Rename request) throws HostCallException {
        Node node = fids.place(request.fid()).node();
        if (node.isRoot()) {
            throw new HostCallException(Errno.EPERM);
        }
        node.path();
        move(node.parent(), node.name(), fids.place(request.directory()).node(), request.name());
        return new Reply.Done(MessageType.TRENAME);
    }

    Reply renameat(Request.Renameat request) throws HostCallException {
        move(
                fids.place(request.directory()).node(),
                request.name(),
                fids.place(request.newDirectory()).node(),
                request.newName());
        return new Reply.Done(MessageType.TRENAMEAT);
    }

    private void move(Node from, FileName oldName, Node to, FileName newName) throws HostCallException {
        byte[] oldBytes = newName(oldName);
        byte[] newBytes = newName(newName);
        try (Handle source = tree.directory(from);
                Handle target = tree.directory(to)) {
            boolean sameFile = to.knows(newName) && isSame(source, oldBytes, target, newBytes);
            calls.renameat(source.descriptor(), oldBytes, target.descriptor(), newBytes);
            if (!sameFile) {
                from.moved(oldName, to, newName);
            }
        }
    }

    /** Two names of one file: renaming one to the other does nothing (rename(2)). */
    private boolean isSame(Handle source, byte[] oldName, Handle target, byte[] newName) {
        try {
            FileStatus a = calls.status(source.descriptor(), oldName);
            FileStatus b = calls.status(target.descriptor(), newName);
            return a.device() == b.device() && a.inode() == b.inode();
        } catch (HostCallException e) {
            return false;
        }
    }

    Reply unlinkat(Request.Unlinkat request) throws HostCallException {
        if ((request.flags() & ~LinuxCalls.AT_REMOVEDIR) != 0) {
            throw new HostCallException(Errno.EINVAL);
        }
        unlink(fids.place(request.directory()).node(), request.name(), request.flags());
        return new Reply.Done(MessageType.TUNLINKAT);
    }

    private void unlink(Node in, FileName name, int flags) throws HostCallException {
        byte[] bytes = newName(name);
        try (Handle directory = tree.directory(in)) {
            calls.unlinkat(directory.descriptor(), bytes, flags);
            in.removed(name);
        }
    }

    /** The fid is forgotten also if its file cannot be removed (remove(5)). */
    Reply remove(Request.Remove request) throws HostCallException {
        Fid fid = fids.get(request.fid());
        Node node = fid.node().use();
        try {
            fids.place(request.fid());
            if (node.isRoot()) {
                throw new HostCallException(Errno.EPERM);
            }
            node.path();
            boolean directory;
            try (Handle handle = tree.place(node)) {
                directory = FileMode.isDirectory(tree.status(handle).mode());
            }
            unlink(node.parent(), node.name(), directory ? LinuxCalls.AT_REMOVEDIR : 0);
            return new Reply.Done(MessageType.TREMOVE);
        } finally {
            node.release();
            fids.remove(request.fid());
        }
    }
}
