package dev.ravel.fdt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a blob that may be anything: every offset and length is checked before it is used. */
final class BlobReader {
    /** Deeper trees are refused, so that walking a tree cannot exhaust the stack; real ones are under ten deep. */
    private static final int MAX_DEPTH = 64;

    private final byte[] blob;
    private int structureEnd;
    private int stringsAt;
    private int stringsEnd;
    /** Where in the structure block the reader is. */
    private int at;

    BlobReader(byte[] blob) {
        this.blob = blob;
    }

    DeviceTree read() throws FdtFormatException {
        if (blob.length < Blob.HEADER_SIZE) {
            throw new FdtFormatException("it has only " + blob.length + " bytes");
        }
        ByteBuffer header = ByteBuffer.wrap(blob);
        int magic = header.getInt();
        if (magic != Blob.MAGIC) {
            throw new FdtFormatException(String.format("it starts with %08x instead of %08x", magic, Blob.MAGIC));
        }
        int total = header.getInt();
        if (total < Blob.HEADER_SIZE || total > blob.length) {
            throw new FdtFormatException("its header says " + Integer.toUnsignedString(total) + " bytes, there are "
                    + blob.length + ": truncated?");
        }
        int structureAt = header.getInt();
        stringsAt = header.getInt();
        int reservationsAt = header.getInt();
        int version = header.getInt();
        int lastCompatible = header.getInt();
        int bootCpu = header.getInt();
        int stringsSize = header.getInt();
        if (version < Blob.LAST_COMPATIBLE_VERSION || lastCompatible > Blob.VERSION) {
            throw new FdtFormatException("version " + Integer.toUnsignedString(version) + " is not supported, only "
                    + Blob.LAST_COMPATIBLE_VERSION + " and " + Blob.VERSION);
        }
        // Version 16 does not record the size of the structure block.
        int structureSize = version >= Blob.VERSION ? header.getInt() : total - structureAt;
        checkBlock("structure block", structureAt, structureSize, total, 4);
        checkBlock("strings block", stringsAt, stringsSize, total, 1);
        stringsEnd = stringsAt + stringsSize;
        structureEnd = structureAt + structureSize;
        at = structureAt;
        return new DeviceTree(tree(), reservations(reservationsAt, total), bootCpu);
    }

    private static void checkBlock(String what, int offset, int size, int total, int alignment)
            throws FdtFormatException {
        if (offset < Blob.HEADER_SIZE || size < 0 || offset > total - size || offset % alignment != 0) {
            throw new FdtFormatException(
                    String.format("the %s (offset 0x%x, 0x%x bytes) is not inside the blob", what, offset, size));
        }
    }

    private List<DeviceTree.Reservation> reservations(int offset, int total) throws FdtFormatException {
        checkBlock("memory reservation block", offset, Blob.RESERVATION_SIZE, total, 8);
        List<DeviceTree.Reservation> out = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(blob, offset, total - offset);
        while (in.remaining() >= Blob.RESERVATION_SIZE) {
            DeviceTree.Reservation entry = new DeviceTree.Reservation(in.getLong(), in.getLong());
            if (entry.address() == 0 && entry.size() == 0) {
                return out;
            }
            out.add(entry);
        }
        throw new FdtFormatException("the memory reservation block has no end");
    }

    private Node tree() throws FdtFormatException {
        if (token() != Blob.BEGIN_NODE) {
            throw new FdtFormatException("the structure block does not start with a node");
        }
        Node root = new Node(nodeName());
        if (!root.name().isEmpty()) {
            throw new FdtFormatException("the root node has the name '" + root.name() + "'");
        }
        Optional<Node> current = Optional.of(root);
        int depth = 1;
        while (current.isPresent()) {
            Node node = current.get();
            int where = at;
            int token = token();
            switch (token) {
                case Blob.PROP -> property(node);
                case Blob.BEGIN_NODE -> {
                    if (++depth > MAX_DEPTH) {
                        throw new FdtFormatException("nodes are nested more than " + MAX_DEPTH + " deep");
                    }
                    current = Optional.of(newChild(node));
                }
                case Blob.END_NODE -> {
                    depth--;
                    current = node.parent();
                }
                case Blob.END -> throw new FdtFormatException("node " + node.path() + " has no end");
                default -> throw new FdtFormatException(String.format("unknown token %d at offset 0x%x", token, where));
            }
        }
        if (token() != Blob.END) {
            throw new FdtFormatException("something follows the root node");
        }
        return root;
    }

    private Node newChild(Node parent) throws FdtFormatException {
        String name = nodeName();
        if (parent.find(name).isPresent()) {
            throw new FdtFormatException("node " + parent.path() + " has two children named '" + name + "'");
        }
        try {
            return parent.child(name);
        } catch (IllegalArgumentException e) {
            throw new FdtFormatException("node " + parent.path() + ": " + e.getMessage());
        }
    }

    private void property(Node node) throws FdtFormatException {
        int length = word();
        int nameOffset = word();
        if (length < 0 || length > structureEnd - at) {
            throw new FdtFormatException("a property of node " + node.path() + " ends outside the structure block");
        }
        if (nameOffset < 0 || nameOffset >= stringsEnd - stringsAt) {
            throw new FdtFormatException(
                    "the name of a property of node " + node.path() + " is outside the strings block");
        }
        String name = string(stringsAt + nameOffset, stringsEnd);
        byte[] value = new byte[length];
        System.arraycopy(blob, at, value, 0, length);
        at = Math.min(align(at + length), structureEnd);
        try {
            node.bytes(name, value);
        } catch (IllegalArgumentException e) {
            throw new FdtFormatException("node " + node.path() + ": " + e.getMessage());
        }
    }

    private String nodeName() throws FdtFormatException {
        String name = string(at, structureEnd);
        at = Math.min(align(at + name.length() + 1), structureEnd);
        return name;
    }

    /** The NUL-terminated string at {@code from}. One byte is one character, so that lengths are those of the blob. */
    private String string(int from, int end) throws FdtFormatException {
        for (int i = from; i < end; i++) {
            if (blob[i] == 0) {
                return new String(blob, from, i - from, StandardCharsets.ISO_8859_1);
            }
        }
        throw new FdtFormatException(String.format("the name at offset 0x%x has no end", from));
    }

    private int token() throws FdtFormatException {
        int token;
        do {
            token = word();
        } while (token == Blob.NOP);
        return token;
    }

    private int word() throws FdtFormatException {
        if (structureEnd - at < 4) {
            throw new FdtFormatException("the structure block ends in the middle of a node");
        }
        at += 4;
        return ByteBuffer.wrap(blob).getInt(at - 4);
    }

    private static int align(int offset) {
        return offset + 3 & -4;
    }
}
