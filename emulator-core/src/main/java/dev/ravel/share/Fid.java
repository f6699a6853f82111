package dev.ravel.share;

import dev.ravel.ninep.FileName;
import dev.ravel.ninep.WireWriter;

/** What a fid of the guest stands for: a place, and what was begun there. */
final class Fid {
    private Node node;
    private final int uid;
    private State state = new State.Found();

    /** What was begun. */
    sealed interface State {
        /** Nothing. */
        record Found() implements State {}

        /** A file was opened with these flags. */
        record OpenFile(Handle handle, int flags, FileKey key) implements State {}

        /** A directory was opened. */
        record OpenDirectory(Handle handle, long device) implements State {}

        /** The value of an extended attribute, or a list of their names, to be read. */
        record XattrValue(byte[] value) implements State {}

        /** An extended attribute, to be written and then set. */
        record NewXattr(FileName name, int size, int flags, WireWriter written) implements State {}

        /** What it was could not be found again after a snapshot. */
        record Lost() implements State {}
    }

    /** Which file of the host. */
    record FileKey(long device, long inode) {}

    /**
     * A fid for a place.
     *
     * @param node counts it as a user already
     * @param uid the guest's user who found it
     */
    Fid(Node node, int uid) {
        this.node = node;
        this.uid = uid;
    }

    Node node() {
        return node;
    }

    /** Stands for another place from now on, which counts it as a user already. */
    void moveTo(Node other) {
        node.release();
        node = other;
    }

    int uid() {
        return uid;
    }

    State state() {
        return state;
    }

    void setState(State state) {
        this.state = state;
    }
}
