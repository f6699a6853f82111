package dev.ravel.share;

import dev.ravel.host.posix.Errno;
import dev.ravel.host.posix.FileStatus;
import dev.ravel.host.posix.FileSystemStatus;
import dev.ravel.host.posix.HostCallException;
import dev.ravel.ninep.FileName;
import dev.ravel.ninep.LockRange;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.Qid;
import dev.ravel.ninep.Reply;
import dev.ravel.ninep.ReplyWriter;
import dev.ravel.ninep.Request;
import dev.ravel.ninep.RequestParser;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Serves a folder of the host: a message in, a message out. Requests are carried out one after the other, so that each
 * sees what those before it did. It may block for as long as the host's file system does.
 *
 * <p>Used by one thread at a time.
 */
public final class FolderServer implements AutoCloseable {
    /** The longest message. Linux's virtio transport goes up to 512,000 bytes. */
    public static final int MAX_MESSAGE = 1 << 20;

    /** The shortest message that a client may agree on. */
    private static final int MIN_MESSAGE = 4096;

    private static final String VERSION = "9P2000.L";
    private static final String UNKNOWN_VERSION = "unknown";
    /** V9FS_MAGIC: what Linux calls a file system of this protocol. */
    private static final int FILE_SYSTEM_TYPE = 0x0102_1997;

    private static final System.Logger LOG = System.getLogger(FolderServer.class.getName());

    private final Path folder;
    private final HostTree tree;
    private final Node root = Node.root();
    private final QidPaths qids;
    private final FidTable fids;
    private final Locks locks;
    private final FileOperations files;
    private final NameOperations names;
    private final XattrOperations xattrs;
    private final FidState fidState;
    private int messageSize;
    private boolean disappearanceTold;

    private FolderServer(Path folder, HostTree tree, FileStatus status) {
        this.folder = folder;
        this.tree = tree;
        this.qids = new QidPaths(status.device());
        this.locks = new Locks(tree);
        this.fids = new FidTable(tree, locks);
        Ownership ownership = Ownership.in(tree);
        this.files = new FileOperations(tree, fids, ownership, qids, MAX_MESSAGE);
        this.names = new NameOperations(tree, fids, ownership, qids, files);
        this.xattrs = new XattrOperations(tree, fids);
        this.fidState = new FidState(fids, root, files);
    }

    /**
     * Opens a folder.
     *
     * @throws IOException with a message of one line for the user: what, which folder, what to do
     */
    public static FolderServer open(Path folder, boolean readOnly) throws IOException {
        HostTree tree = HostTree.open(folder, readOnly);
        try {
            return new FolderServer(folder, tree, tree.status(tree.root()));
        } catch (HostCallException e) {
            tree.close();
            throw new IOException(folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Answers a message.
     *
     * @param room bytes that the client has for the answer, at least {@link ReplyWriter#ERROR_SIZE}
     */
    public byte[] answer(byte[] message, int room) {
        RequestParser.Tagged tagged = RequestParser.parse(message);
        int limit = Math.min(room, messageSize == 0 ? MIN_MESSAGE : messageSize);
        Reply reply;
        if (messageSize != 0 && message.length > messageSize && !(tagged.request() instanceof Request.Version)) {
            reply = new Reply.Lerror(Errno.EMSGSIZE);
        } else {
            reply = reply(tagged.request(), limit);
        }
        byte[] answer = ReplyWriter.encode(tagged.tag(), reply);
        return answer.length <= limit ? answer : ReplyWriter.encode(tagged.tag(), new Reply.Lerror(Errno.EMSGSIZE));
    }

    private Reply reply(Request request, int limit) {
        try {
            return carryOut(request, limit);
        } catch (HostCallException e) {
            return new Reply.Lerror(tree.hasDisappeared() ? disappeared() : e.errno());
        }
    }

    private int disappeared() {
        if (!disappearanceTold) {
            disappearanceTold = true;
            LOG.log(Level.WARNING, "shared folder {0} has disappeared; the guest gets I/O errors", folder);
        }
        return Errno.EIO;
    }

    private Reply carryOut(Request request, int limit) throws HostCallException {
        if (messageSize == 0 && !(request instanceof Request.Version)) {
            throw new HostCallException(Errno.EPROTO);
        }
        return switch (request) {
            case Request.Version version -> version(version);
            case Request.Auth auth -> throw new HostCallException(Errno.EOPNOTSUPP);
            // Everything that came before is done.
            case Request.Flush flush -> new Reply.Done(MessageType.TFLUSH);
            case Request.Attach attach -> attach(attach);
            case Request.Walk walk -> walk(walk);
            case Request.Clunk clunk -> clunk(clunk);
            case Request.Statfs statfs -> statfs(statfs);
            case Request.Lopen open -> files.open(open);
            case Request.Read read -> read(read, limit - ReplyWriter.DATA_HEADER_SIZE);
            case Request.Write write -> write(write);
            case Request.Getattr getattr -> files.getattr(getattr);
            case Request.Setattr setattr -> files.setattr(setattr);
            case Request.Readdir readdir -> files.readdir(readdir, limit - ReplyWriter.DATA_HEADER_SIZE);
            case Request.Fsync fsync -> files.fsync(fsync);
            case Request.Readlink readlink -> files.readlink(readlink);
            case Request.Lcreate create -> names.create(create);
            case Request.Symlink symlink -> names.symlink(symlink);
            case Request.Mknod mknod -> names.mknod(mknod);
            case Request.Mkdir mkdir -> names.mkdir(mkdir);
            case Request.Link link -> names.link(link);
            case Request.Rename rename -> names.rename(rename);
            case Request.Renameat rename -> names.renameat(rename);
            case Request.Unlinkat unlink -> names.unlinkat(unlink);
            case Request.Remove remove -> names.remove(remove);
            case Request.Xattrwalk walk -> xattrs.walk(walk);
            case Request.Xattrcreate create -> xattrs.create(create);
            case Request.Lock lock ->
                new Reply.LockStatus(locks.lock(files.openFile(lock.fid()), checked(lock.range())));
            case Request.Getlock lock ->
                new Reply.LockHolder(locks.holder(files.openFile(lock.fid()), checked(lock.range())));
            case Request.Unknown unknown -> throw new HostCallException(Errno.EOPNOTSUPP);
            case Request.Malformed malformed -> throw new HostCallException(Errno.EPROTO);
        };
    }

    private static LockRange checked(LockRange range) throws HostCallException {
        if (range.type() > LockRange.NONE) {
            throw new HostCallException(Errno.EINVAL);
        }
        return range;
    }

    /** A session begins; what was before is forgotten (version(5)). */
    private Reply version(Request.Version request) throws HostCallException {
        reset();
        if (!request.version().equals(VERSION)) {
            return new Reply.Version(Math.min(request.messageSize(), MAX_MESSAGE), UNKNOWN_VERSION);
        }
        if (request.messageSize() < MIN_MESSAGE) {
            throw new HostCallException(Errno.EMSGSIZE);
        }
        messageSize = (int) Math.min(request.messageSize(), MAX_MESSAGE);
        return new Reply.Version(messageSize, VERSION);
    }

    private Reply attach(Request.Attach request) throws HostCallException {
        fids.requireFree(request.fid());
        Node node = root.use();
        try {
            Qid qid = files.qid(node);
            for (String part : request.tree().latin1().split("/")) {
                if (!part.isEmpty()) {
                    Node next = step(node, new FileName(part));
                    node.release();
                    node = next;
                    qid = files.qid(node);
                }
            }
            fids.put(request.fid(), new Fid(node.use(), request.uid()));
            return new Reply.Found(MessageType.TATTACH, qid);
        } finally {
            node.release();
        }
    }

    /** The place of a name, for a new user; whether something is there shows when it is looked at. */
    private static Node step(Node from, FileName name) throws HostCallException {
        if (name.latin1().equals("..")) {
            return from.parent().use();
        }
        HostTree.component(name);
        return from.use(name);
    }

    /** Walks as far as there are files; the new fid is made only if all were found (walk(5)). */
    private Reply walk(Request.Walk request) throws HostCallException {
        Fid from = fids.place(request.fid());
        boolean same = request.fid() == request.newFid();
        if (!same) {
            fids.requireFree(request.newFid());
        } else if (!(from.state() instanceof Fid.State.Found)) {
            throw new HostCallException(Errno.EBADF);
        }
        List<Qid> found = new ArrayList<>();
        Node node = from.node().use();
        try {
            for (FileName name : request.names()) {
                try {
                    Node next = step(node, name);
                    node.release();
                    node = next;
                    found.add(files.qid(node));
                } catch (HostCallException e) {
                    if (found.isEmpty()) {
                        throw e;
                    }
                    return new Reply.Walked(found);
                }
            }
            fids.put(request.newFid(), new Fid(node.use(), from.uid()));
            return new Reply.Walked(found);
        } finally {
            node.release();
        }
    }

    private Reply clunk(Request.Clunk request) throws HostCallException {
        Fid fid = fids.get(request.fid());
        try {
            if (fid.state() instanceof Fid.State.NewXattr attribute) {
                xattrs.set(fid, attribute);
            }
        } finally {
            fids.remove(request.fid());
        }
        return new Reply.Done(MessageType.TCLUNK);
    }

    private Reply read(Request.Read request, int limit) throws HostCallException {
        return fids.get(request.fid()).state() instanceof Fid.State.XattrValue value
                ? XattrOperations.read(value, request, limit)
                : files.read(request, limit);
    }

    private Reply write(Request.Write request) throws HostCallException {
        return fids.get(request.fid()).state() instanceof Fid.State.NewXattr attribute
                ? XattrOperations.write(attribute, request)
                : files.write(request);
    }

    private Reply statfs(Request.Statfs request) throws HostCallException {
        try (Handle handle = fids.handle(fids.place(request.fid()))) {
            FileSystemStatus s = tree.calls().fileSystem(handle.descriptor());
            return new Reply.FileSystem(
                    FILE_SYSTEM_TYPE,
                    s.blockSize(),
                    s.blocks(),
                    s.freeBlocks(),
                    s.availableBlocks(),
                    s.files(),
                    s.freeFiles(),
                    s.id(),
                    s.longestName());
        }
    }

    /** Forgets the client. */
    public void reset() {
        fids.clear();
        messageSize = 0;
    }

    /** What the client has found and opened, for a snapshot; locks are not part of it. */
    public byte[] save() {
        return fidState.save(messageSize);
    }

    /** Finds and opens again what {@link #save} told; what is not there any more gives the client I/O errors. */
    public void restore(byte[] saved) {
        reset();
        messageSize = fidState.restore(saved);
    }

    @Override
    public void close() {
        reset();
        files.close();
        tree.close();
    }
}
