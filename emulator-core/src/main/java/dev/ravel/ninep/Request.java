package dev.ravel.ninep;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What a client asks. A {@code fid} is its number for a file that it has found; {@code name} is one component of a path, as
 * the client wrote it: whether it can be one is for the server to check. Numbers without a sign come as their bits.
 */
public sealed interface Request {
    /** Begins: which protocol, and how long messages may be at most. */
    record Version(long messageSize, String version) implements Request {}

    /** Wants to prove who it is. */
    record Auth() implements Request {}

    /** Gives up on a request. */
    record Flush(int oldTag) implements Request {}

    /** Finds the root. */
    record Attach(int fid, FileName tree, int uid) implements Request {}

    /** Finds a file from another; no names at all give the same one again. */
    record Walk(int fid, int newFid, List<FileName> names) implements Request {}

    /** Opens a file with the flags of Linux's {@code open}. */
    record Lopen(int fid, int flags) implements Request {}

    /** Makes a file and opens it; {@code fid} is the directory before and the file afterwards. */
    record Lcreate(int fid, FileName name, int flags, int mode, int gid) implements Request {}

    /** Makes a symbolic link. */
    record Symlink(int directory, FileName name, FileName target, int gid) implements Request {}

    /** Makes a device node, a pipe or a socket. */
    record Mknod(int directory, FileName name, int mode, int major, int minor, int gid) implements Request {}

    /** Gives a file another place. */
    record Rename(int fid, int directory, FileName name) implements Request {}

    /** Asks where a symbolic link leads. */
    record Readlink(int fid) implements Request {}

    /** Asks for attributes. */
    record Getattr(int fid, long mask) implements Request {}

    /** Sets attributes. */
    record Setattr(int fid, AttributeChange change) implements Request {}

    /** Makes {@code newFid} the value of an extended attribute, or the list of their names if {@code name} is empty. */
    record Xattrwalk(int fid, int newFid, FileName name) implements Request {}

    /** Makes {@code fid} take the value of an extended attribute, which is set when it is clunked. */
    record Xattrcreate(int fid, FileName name, long size, int flags) implements Request {}

    /** Reads entries of a directory. */
    record Readdir(int fid, long offset, int count) implements Request {}

    /** Wants the file on stable storage. */
    record Fsync(int fid, boolean dataOnly) implements Request {}

    /** Locks or unlocks. */
    record Lock(int fid, int flags, LockRange range) implements Request {}

    /** Asks who stands in the way of a lock. */
    record Getlock(int fid, LockRange range) implements Request {}

    /** Gives a file one more name. */
    record Link(int directory, int fid, FileName name) implements Request {}

    /** Makes a directory. */
    record Mkdir(int directory, FileName name, int mode, int gid) implements Request {}

    /** Gives a file another place, by name. */
    record Renameat(int directory, FileName name, int newDirectory, FileName newName) implements Request {}

    /** Removes a name; {@code flags} says whether of a directory. */
    record Unlinkat(int directory, FileName name, int flags) implements Request {}

    /** Reads. */
    record Read(int fid, long offset, int count) implements Request {}

    /** Writes; the data is part of the message. */
    record Write(int fid, long offset, MemorySegment data) implements Request {}

    /** Forgets a fid. */
    record Clunk(int fid) implements Request {}

    /** Removes the file and forgets the fid. */
    record Remove(int fid) implements Request {}

    /** Asks for the file system. */
    record Statfs(int fid) implements Request {}

    /** A message that 9P2000.L does not have. */
    record Unknown(int type) implements Request {}

    /** A message that is not in the form that it should be in. */
    record Malformed(String reason) implements Request {}
}
