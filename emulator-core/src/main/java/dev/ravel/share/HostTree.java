package dev.ravel.share;

import dev.ravel.host.posix.Errno;
import dev.ravel.host.posix.FileStatus;
import dev.ravel.host.posix.HostCallException;
import dev.ravel.host.posix.LinuxCalls;
import dev.ravel.ninep.FileName;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The host's side of a shared folder. Every place is found anew from the open folder, one component at a time, none of
 * which may be a symbolic link: whatever guest or host do meanwhile, the way leads down only.
 */
final class HostTree implements AutoCloseable {
    private static final int DIRECTORY_PLACE = LinuxCalls.O_PATH | LinuxCalls.O_DIRECTORY | LinuxCalls.O_NOFOLLOW;
    private static final int ANY_PLACE = LinuxCalls.O_PATH | LinuxCalls.O_NOFOLLOW;

    private final LinuxCalls calls;
    private final Handle root;
    private final boolean readOnly;

    private HostTree(LinuxCalls calls, Handle root, boolean readOnly) {
        this.calls = calls;
        this.root = root;
        this.readOnly = readOnly;
    }

    /**
     * Opens a folder.
     *
     * @throws IOException with a message of one line for the user: what, which folder, what to do
     */
    static HostTree open(Path folder, boolean readOnly) throws IOException {
        if (!LinuxCalls.available()) {
            throw new IOException(folder + ": only a Linux host can share folders; leave it out");
        }
        if (!Files.exists(folder)) {
            throw new IOException(folder + " does not exist; make it first");
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + " is not a folder; name the one that it is in");
        }
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            throw new IOException(folder + " is not readable; change its permissions");
        }
        if (!Files.isDirectory(Path.of("/proc/self/fd"))) {
            throw new IOException(folder + ": sharing needs /proc, which is not mounted");
        }
        LinuxCalls calls = new LinuxCalls();
        try {
            byte[] name = folder.toAbsolutePath().toString().getBytes(pathCharset());
            int descriptor = calls.open(name, LinuxCalls.O_PATH | LinuxCalls.O_DIRECTORY);
            return new HostTree(calls, new Handle(calls, descriptor, true), readOnly);
        } catch (HostCallException e) {
            calls.close();
            throw new IOException(folder + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** How the JVM makes bytes of the paths that it was given. */
    private static Charset pathCharset() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8);
    }

    LinuxCalls calls() {
        return calls;
    }

    Handle root() {
        return root;
    }

    boolean isReadOnly() {
        return readOnly;
    }

    /** Refuses, if the share is read-only. */
    void requireWritable() throws HostCallException {
        if (readOnly) {
            throw new HostCallException(Errno.EROFS);
        }
    }

    /** Whether the folder itself was removed or its file system taken away. */
    boolean hasDisappeared() {
        try {
            return calls.status(root.descriptor()).links() == 0;
        } catch (HostCallException e) {
            return true;
        }
    }

    /** Checks that a name from the guest is one component of a path. */
    static byte[] component(FileName name) throws HostCallException {
        String text = name.latin1();
        if (text.isEmpty() || text.equals(".") || text.equals("..") || text.indexOf('/') >= 0 || text.indexOf(0) >= 0) {
            throw new HostCallException(Errno.EINVAL);
        }
        if (text.length() > LinuxCalls.NAME_MAX) {
            throw new HostCallException(Errno.ENAMETOOLONG);
        }
        return name.bytes();
    }

    /** Opens a place as a directory, to find something in it. */
    Handle directory(Node node) throws HostCallException {
        Handle at = root.borrowed();
        for (FileName name : node.path()) {
            try (Handle before = at) {
                at = new Handle(calls, calls.openat(before.descriptor(), component(name), DIRECTORY_PLACE, 0), true);
            }
        }
        return at;
    }

    /** Opens a place as whatever it is: for its status, or to open it again for more. */
    Handle place(Node node) throws HostCallException {
        if (node.isRoot()) {
            if (hasDisappeared()) {
                throw new HostCallException(Errno.EIO);
            }
            return root.borrowed();
        }
        if (node.isGone() && !node.open().isEmpty()) {
            return node.open().getFirst().borrowed();
        }
        node.path();
        try (Handle in = directory(node.parent())) {
            return new Handle(calls, calls.openat(in.descriptor(), component(node.name()), ANY_PLACE, 0), true);
        }
    }

    /** The status of what a handle stands for. */
    FileStatus status(Handle handle) throws HostCallException {
        return calls.status(handle.descriptor());
    }

    @Override
    public void close() {
        root.close();
        calls.close();
    }
}
