package dev.ravel.share;

import dev.ravel.host.posix.Errno;
import dev.ravel.host.posix.FileStatus;
import dev.ravel.host.posix.HostCallException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The guest's fids, and how much of the host they may take. */
final class FidTable {
    /** The most fids; Linux's client has one for each name that it remembers. */
    static final int MAX_FIDS = 1 << 20;

    /** The most descriptors of the host, of which other devices need some too. */
    static final int MAX_OPEN = 4096;

    private final HostTree tree;
    private final Locks locks;
    private final Map<Integer, Fid> fids = new HashMap<>();
    private final Map<Fid.FileKey, Integer> openFiles = new HashMap<>();
    private int open;

    FidTable(HostTree tree, Locks locks) {
        this.tree = tree;
        this.locks = locks;
    }

    /** All of them by number. */
    Map<Integer, Fid> all() {
        return fids;
    }

    /** The fid of that number. */
    Fid get(int number) throws HostCallException {
        Fid fid = fids.get(number);
        if (fid == null) {
            throw new HostCallException(Errno.EBADF);
        }
        return fid;
    }

    /** The fid of that number, which stands for a place of the folder. */
    Fid place(int number) throws HostCallException {
        Fid fid = get(number);
        return switch (fid.state()) {
            case Fid.State.Found f -> fid;
            case Fid.State.OpenFile f -> fid;
            case Fid.State.OpenDirectory d -> fid;
            case Fid.State.XattrValue v -> throw new HostCallException(Errno.EBADF);
            case Fid.State.NewXattr n -> throw new HostCallException(Errno.EBADF);
            case Fid.State.Lost l -> throw new HostCallException(Errno.EIO);
        };
    }

    /** The fid of that number, with which nothing was begun. */
    Fid found(int number) throws HostCallException {
        Fid fid = place(number);
        if (!(fid.state() instanceof Fid.State.Found)) {
            throw new HostCallException(Errno.EBADF);
        }
        return fid;
    }

    /** Refuses if a number is taken, or there are too many. */
    void requireFree(int number) throws HostCallException {
        if (fids.containsKey(number)) {
            throw new HostCallException(Errno.EINVAL);
        }
        if (fids.size() >= MAX_FIDS) {
            throw new HostCallException(Errno.ENFILE);
        }
    }

    /** Adds a fid, or puts it in the place of one that stood for a place. */
    void put(int number, Fid fid) {
        Fid before = fids.put(number, fid);
        if (before != null) {
            before.node().release();
        }
    }

    /** Takes a fid out and closes what it had open. */
    Fid remove(int number) throws HostCallException {
        Fid fid = get(number);
        fids.remove(number);
        switch (fid.state()) {
            case Fid.State.OpenFile file -> {
                closeHandle(fid, file.handle());
                if (openFiles.merge(file.key(), -1, Integer::sum) == 0) {
                    openFiles.remove(file.key());
                    locks.forget(file.key());
                }
            }
            case Fid.State.OpenDirectory directory -> closeHandle(fid, directory.handle());
            case Fid.State.Found f -> {}
            case Fid.State.XattrValue v -> {}
            case Fid.State.NewXattr n -> {}
            case Fid.State.Lost l -> {}
        }
        fid.node().release();
        return fid;
    }

    private void closeHandle(Fid fid, Handle handle) {
        fid.node().closed(handle);
        handle.close();
        open--;
    }

    /** Refuses if the guest has as many files open as it may. */
    void requireRoomForHandle() throws HostCallException {
        if (open + locks.descriptors() >= MAX_OPEN) {
            throw new HostCallException(Errno.EMFILE);
        }
    }

    /** The fid has the file of that status open. */
    void openedFile(Fid fid, Handle handle, FileStatus status, int flags) {
        Fid.FileKey key = new Fid.FileKey(status.device(), status.inode());
        openFiles.merge(key, 1, Integer::sum);
        opened(fid, handle, new Fid.State.OpenFile(handle, flags, key));
    }

    /** The fid has the directory open. */
    void openedDirectory(Fid fid, Handle handle, long device) {
        opened(fid, handle, new Fid.State.OpenDirectory(handle, device));
    }

    private void opened(Fid fid, Handle handle, Fid.State state) {
        fid.node().opened(handle);
        fid.setState(state);
        open++;
    }

    /** A handle for what the fid stands for: that which it has open, or a new one. */
    Handle handle(Fid fid) throws HostCallException {
        return switch (fid.state()) {
            case Fid.State.OpenFile file -> file.handle().borrowed();
            case Fid.State.OpenDirectory directory -> directory.handle().borrowed();
            default -> tree.place(fid.node());
        };
    }

    /** Forgets all fids. */
    void clear() {
        for (int number : List.copyOf(fids.keySet())) {
            try {
                remove(number);
            } catch (HostCallException e) {
                throw new IllegalStateException("a fid was there a moment ago", e);
            }
        }
    }
}
