package dev.ravel.share;

import dev.ravel.host.posix.Errno;
import dev.ravel.host.posix.HostCallException;
import dev.ravel.ninep.FileName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A place in the shared folder as the guest knows it: a name in another place, or the root. There is one node for a
 * place, so a rename by the guest takes every fid below with it. Nodes exist while a fid or a node below uses them.
 */
final class Node {
    /** The deepest place; Linux's longest path has as many components. */
    static final int MAX_DEPTH = 2048;

    private Node parent;
    private FileName name;
    private final Map<FileName, Node> children = new HashMap<>();
    /** Descriptors of the file while fids have it open. */
    private final Deque<Handle> open = new ArrayDeque<>();

    private int users;
    private boolean gone;

    private Node() {
        this.parent = this;
        this.name = FileName.of(".");
    }

    private Node(Node parent, FileName name) {
        this.parent = parent;
        this.name = name;
    }

    /** The shared folder itself; exists as long as the caller wants. */
    static Node root() {
        Node root = new Node();
        root.users = 1;
        return root;
    }

    boolean isRoot() {
        return parent == this;
    }

    /** Where it is; the root is in itself. */
    Node parent() {
        return parent;
    }

    /** Its name there. */
    FileName name() {
        return name;
    }

    /** Whether the guest has removed it. */
    boolean isGone() {
        return gone;
    }

    /** The place of that name in this one, for a new user. */
    Node use(FileName child) {
        Node found = children.get(child);
        if (found == null) {
            found = new Node(this, child);
            children.put(child, found);
            users++;
        }
        return found.use();
    }

    /** One more user. */
    Node use() {
        users++;
        return this;
    }

    /** One user less. */
    void release() {
        Node node = this;
        while (--node.users == 0) {
            if (!node.gone) {
                node.parent.children.remove(node.name);
            }
            node = node.parent;
        }
    }

    /** A fid has it open. */
    void opened(Handle handle) {
        open.add(handle);
    }

    /** The opposite of {@link #opened}. */
    void closed(Handle handle) {
        open.remove(handle);
    }

    /** Descriptors that fids have open. */
    Deque<Handle> open() {
        return open;
    }

    /** Whether a fid, or one below, uses the place of that name. */
    boolean knows(FileName child) {
        return children.containsKey(child);
    }

    /** The guest has removed the place of that name. */
    void removed(FileName child) {
        Node node = children.remove(child);
        if (node != null) {
            node.gone = true;
        }
    }

    /** The guest has moved what was at {@code oldName} here; what was at the new place is gone. */
    void moved(FileName oldName, Node newParent, FileName newName) {
        Node node = children.get(oldName);
        if (newParent == this && newName.equals(oldName)) {
            return;
        }
        newParent.removed(newName);
        if (node == null) {
            return;
        }
        children.remove(oldName);
        if (newParent.isBelow(node)) {
            // Only if the host's user moved directories at the same moment.
            node.gone = true;
            return;
        }
        newParent.children.put(newName, node);
        newParent.users++;
        node.parent = newParent;
        node.name = newName;
        release();
    }

    private boolean isBelow(Node other) {
        for (Node n = this; !n.isRoot(); n = n.parent) {
            if (n == other) {
                return true;
            }
        }
        return false;
    }

    /** The names that lead here from the root; fails if one of the places is gone. */
    List<FileName> path() throws HostCallException {
        List<FileName> names = new ArrayList<>();
        for (Node n = this; !n.isRoot(); n = n.parent) {
            if (n.gone) {
                throw new HostCallException(Errno.ENOENT);
            }
            names.add(n.name);
        }
        if (names.size() > MAX_DEPTH) {
            throw new HostCallException(Errno.ENAMETOOLONG);
        }
        Collections.reverse(names);
        return names;
    }
}
