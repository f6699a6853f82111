package dev.ravel.share;

import dev.ravel.host.posix.Errno;
import dev.ravel.host.posix.FileMode;
import dev.ravel.host.posix.FileStatus;
import dev.ravel.host.posix.HostCallException;
import dev.ravel.host.posix.LinuxCalls;
import dev.ravel.ninep.FileName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Whose the files are in the guest, and which permissions and kinds they have there. The host's process need not be
 * root and never uses that it is: it changes no owner, sets no set-user-ID bit and makes no device. What the guest has
 * set and the host's file does not say is kept beside the file in extended attributes, those of QEMU's model
 * "mapped-xattr"; all others are as on the host. The host's user keeps the right to read and write. Symbolic links are the host's.
 *
 * <p>Where the file system has no such attributes, the guest's owners and special permissions are forgotten, as in
 * QEMU's model "none".
 */
final class Ownership {
    private static final String PREFIX = "user.virtfs.";
    private static final byte[] UID = name("uid");
    private static final byte[] GID = name("gid");
    private static final byte[] MODE = name("mode");
    private static final byte[] DEVICE = name("rdev");
    private static final int HOST_PERMISSIONS = 0777;
    private static final int HOST_FILE = 0600;
    private static final int HOST_DIRECTORY = 0700;

    private final LinuxCalls calls;
    private final boolean kept;

    /** What the guest sees. */
    record Identity(int mode, int uid, int gid, long specialDevice) {}

    private Ownership(LinuxCalls calls, boolean kept) {
        this.calls = calls;
        this.kept = kept;
    }

    /** The identities of the files in a folder. */
    static Ownership in(HostTree tree) {
        boolean kept = true;
        try {
            tree.calls().getxattr(tree.root().descriptor(), UID);
        } catch (HostCallException e) {
            kept = e.errno() != Errno.EOPNOTSUPP;
        }
        return new Ownership(tree.calls(), kept);
    }

    private static byte[] name(String what) {
        return (PREFIX + what).getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether an extended attribute is one of these, which the guest does not see. */
    static boolean isReserved(FileName attribute) {
        return attribute.latin1().startsWith(PREFIX);
    }

    /** Whether the file system can keep what the host's files do not say. */
    boolean isKept() {
        return kept;
    }

    /** What the guest sees of a file. */
    Identity of(Handle handle, FileStatus status) throws HostCallException {
        int mode = status.mode();
        if (!hasAttributes(handle, mode)) {
            return new Identity(mode, status.uid(), status.gid(), status.specialDevice());
        }
        int d = handle.descriptor();
        int guestMode = (int) read(d, MODE, Integer.BYTES, mode);
        int kind = FileMode.isRegular(mode) && FileMode.isSpecial(guestMode) ? guestMode : mode;
        return new Identity(
                kind & FileMode.KIND | guestMode & FileMode.PERMISSIONS,
                (int) read(d, UID, Integer.BYTES, status.uid()),
                (int) read(d, GID, Integer.BYTES, status.gid()),
                read(d, DEVICE, Long.BYTES, status.specialDevice()));
    }

    private boolean hasAttributes(Handle handle, int mode) throws HostCallException {
        if (!kept || !FileMode.isRegular(mode) && !FileMode.isDirectory(mode)) {
            return false;
        }
        try {
            return new String(calls.listxattr(handle.descriptor()), StandardCharsets.ISO_8859_1).contains(PREFIX);
        } catch (HostCallException e) {
            // A file system of another kind, mounted in the folder.
            return false;
        }
    }

    private long read(int descriptor, byte[] attribute, int size, long otherwise) throws HostCallException {
        try {
            byte[] value = calls.getxattr(descriptor, attribute);
            if (value.length != size) {
                return otherwise;
            }
            ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
            return size == Integer.BYTES ? bytes.getInt() : bytes.getLong();
        } catch (HostCallException e) {
            // None, or one that only its owner may read.
            return otherwise;
        }
    }

    /** Whether a regular file of the host, in an open directory, is of another kind in the guest. */
    boolean isOtherKind(Handle directory, byte[] file) {
        if (!kept) {
            return false;
        }
        try {
            byte[] value = calls.getxattr(directory.descriptor(), file, MODE);
            return value.length == Integer.BYTES
                    && FileMode.isSpecial(ByteBuffer.wrap(value)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getInt());
        } catch (HostCallException e) {
            return false;
        }
    }

    /** Gives a file that was just made an identity. */
    void give(Handle handle, Identity wanted) throws HostCallException {
        set(handle, calls.status(handle.descriptor()), wanted, false);
    }

    /** Gives a file another identity. */
    void change(Handle handle, FileStatus status, Identity wanted) throws HostCallException {
        set(handle, status, wanted, hasAttributes(handle, status.mode()));
    }

    private void set(Handle handle, FileStatus status, Identity wanted, boolean mayHaveAttributes)
            throws HostCallException {
        int d = handle.descriptor();
        boolean directory = FileMode.isDirectory(status.mode());
        int hostMode = wanted.mode & HOST_PERMISSIONS | (directory ? HOST_DIRECTORY : HOST_FILE);
        if ((status.mode() & FileMode.PERMISSIONS) != hostMode) {
            calls.chmod(d, hostMode);
        }
        if (!kept) {
            return;
        }
        boolean special = FileMode.isSpecial(wanted.mode) && !FileMode.isSpecial(status.mode());
        boolean plain = !special && (wanted.mode & FileMode.PERMISSIONS) == hostMode;
        store(d, MODE, number(wanted.mode), !plain, mayHaveAttributes);
        store(d, UID, number(wanted.uid), wanted.uid != status.uid(), mayHaveAttributes);
        store(d, GID, number(wanted.gid), wanted.gid != status.gid(), mayHaveAttributes);
        byte[] device = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(wanted.specialDevice)
                .array();
        store(d, DEVICE, device, special, mayHaveAttributes);
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private void store(int descriptor, byte[] attribute, byte[] value, boolean needed, boolean mayBeThere)
            throws HostCallException {
        if (needed) {
            try {
                calls.setxattr(descriptor, attribute, value, 0);
            } catch (HostCallException e) {
                // A file system of another kind, mounted in the folder, keeps no owners; a device must not become a
                // file.
                if (e.errno() != Errno.EOPNOTSUPP || Arrays.equals(attribute, DEVICE)) {
                    throw e;
                }
            }
        } else if (mayBeThere) {
            try {
                calls.removexattr(descriptor, attribute);
            } catch (HostCallException e) {
                if (e.errno() != Errno.ENODATA) {
                    throw e;
                }
            }
        }
    }

    /** The names of attributes, each ended by a zero byte, without those that the guest does not see. */
    static byte[] visible(byte[] names) {
        StringBuilder out = new StringBuilder();
        Arrays.stream(new String(names, StandardCharsets.ISO_8859_1).split("\0"))
                .filter(n -> n.startsWith("user.") && !n.startsWith(PREFIX))
                .forEach(n -> out.append(n).append('\0'));
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
