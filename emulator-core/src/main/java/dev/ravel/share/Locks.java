package dev.ravel.share;

import dev.ravel.host.posix.Errno;
import dev.ravel.host.posix.HostCallException;
import dev.ravel.host.posix.LinuxCalls;
import dev.ravel.host.posix.LinuxCalls.FileLock;
import dev.ravel.ninep.FileName;
import dev.ravel.ninep.LockRange;
import dev.ravel.ninep.Reply;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Locks of the guest's processes as locks of the host, so that programs of the host see them. Locks of the host belong to an
 * open file, POSIX locks to a process whatever it has open: so each process that locks a file has it opened once
 * more, for its locks alone, until it holds none any more or the guest has closed the file.
 */
final class Locks {
    private final HostTree tree;
    private final Map<Fid.FileKey, Map<Owner, Handle>> owners = new HashMap<>();
    private int descriptors;

    /** A process of the guest. */
    private record Owner(int process, FileName client) {}

    Locks(HostTree tree) {
        this.tree = tree;
    }

    /** How many descriptors of the host they take. */
    int descriptors() {
        return descriptors;
    }

    /** Locks or unlocks; returns a status of {@link Reply.LockStatus}. */
    int lock(Fid.State.OpenFile file, LockRange range) throws HostCallException {
        Map<Owner, Handle> ofFile = owners.computeIfAbsent(file.key(), k -> new HashMap<>());
        Owner owner = new Owner(range.process(), range.client());
        Handle handle = ofFile.get(owner);
        boolean all = range.start() == 0 && range.length() == 0;
        if (range.type() == LockRange.NONE && (handle == null || all)) {
            if (handle != null) {
                ofFile.remove(owner);
                close(handle);
            }
            return Reply.LockStatus.SUCCESS;
        }
        if (handle == null) {
            handle = open(file);
            ofFile.put(owner, handle);
        }
        try {
            set(handle, range);
            return Reply.LockStatus.SUCCESS;
        } catch (HostCallException e) {
            if (e.errno() == Errno.EAGAIN || e.errno() == Errno.EACCES) {
                return Reply.LockStatus.BLOCKED;
            }
            throw e;
        }
    }

    private void set(Handle handle, LockRange range) throws HostCallException {
        FileLock lock = new FileLock(range.type(), range.start(), range.length(), 0);
        try {
            tree.calls().lock(handle.descriptor(), LinuxCalls.F_OFD_SETLK, lock);
        } catch (HostCallException e) {
            if (e.errno() != Errno.EBADF) {
                throw e;
            }
            // The host's file can only be read, or only be written: the nearest lock that it can have.
            int nearest = range.type() == LockRange.WRITE ? LockRange.READ : LockRange.WRITE;
            tree.calls()
                    .lock(
                            handle.descriptor(),
                            LinuxCalls.F_OFD_SETLK,
                            new FileLock(nearest, range.start(), range.length(), 0));
        }
    }

    private Handle open(Fid.State.OpenFile file) throws HostCallException {
        if (descriptors >= FidTable.MAX_OPEN) {
            throw new HostCallException(Errno.EMFILE);
        }
        int[] modes = tree.isReadOnly()
                ? new int[] {LinuxCalls.O_RDONLY}
                : new int[] {LinuxCalls.O_RDWR, LinuxCalls.O_RDONLY, LinuxCalls.O_WRONLY};
        HostCallException failure = new HostCallException(Errno.EACCES);
        for (int mode : modes) {
            try {
                int descriptor = tree.calls().reopen(file.handle().descriptor(), mode | LinuxCalls.O_NONBLOCK);
                descriptors++;
                return new Handle(tree.calls(), descriptor, true);
            } catch (HostCallException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private void close(Handle handle) {
        handle.close();
        descriptors--;
    }

    /** Who stands in the way of a lock: type {@link LockRange#NONE} if nobody does. */
    LockRange holder(Fid.State.OpenFile file, LockRange wanted) throws HostCallException {
        Owner owner = new Owner(wanted.process(), wanted.client());
        Map<Owner, Handle> ofFile = owners.getOrDefault(file.key(), Map.of());
        int descriptor =
                Optional.ofNullable(ofFile.get(owner)).orElse(file.handle()).descriptor();
        FileLock found = tree.calls()
                .lock(
                        descriptor,
                        LinuxCalls.F_OFD_GETLK,
                        new FileLock(wanted.type(), wanted.start(), wanted.length(), 0));
        if (found.type() == LockRange.NONE) {
            return new LockRange(LockRange.NONE, wanted.start(), wanted.length(), wanted.process(), wanted.client());
        }
        // A lock of an open file names no process: then it is likely one of the guest's.
        Owner holder = ofFile.keySet().stream()
                .filter(o -> found.process() < 0 && !o.equals(owner))
                .findAny()
                .orElse(new Owner(Math.max(found.process(), 0), FileName.of("host")));
        return new LockRange(found.type(), found.start(), found.length(), holder.process, holder.client);
    }

    /** The guest has the file open no more. */
    void forget(Fid.FileKey file) {
        Map<Owner, Handle> ofFile = owners.remove(file);
        if (ofFile != null) {
            ofFile.values().forEach(this::close);
        }
    }
}
