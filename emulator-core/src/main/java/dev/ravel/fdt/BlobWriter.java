package dev.ravel.fdt;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Flattens a tree. Blocks stand in the order header, reservations, structure, strings. */
final class BlobWriter {
    private final ByteArrayOutputStream structure = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final Map<String, Integer> stringOffsets = new LinkedHashMap<>();

    private BlobWriter() {}

    static byte[] write(DeviceTree tree) {
        BlobWriter writer = new BlobWriter();
        writer.node(tree.root());
        writer.word(Blob.END);
        return writer.assemble(tree);
    }

    private byte[] assemble(DeviceTree tree) {
        int reservationsAt = Blob.HEADER_SIZE;
        int structureAt = reservationsAt + (tree.reservations().size() + 1) * Blob.RESERVATION_SIZE;
        int stringsAt = structureAt + structure.size();
        int total = stringsAt + strings.size() + 7 & -8;
        ByteBuffer out = ByteBuffer.allocate(total);
        out.putInt(Blob.MAGIC)
                .putInt(total)
                .putInt(structureAt)
                .putInt(stringsAt)
                .putInt(reservationsAt);
        out.putInt(Blob.VERSION).putInt(Blob.LAST_COMPATIBLE_VERSION).putInt(tree.bootCpu());
        out.putInt(strings.size()).putInt(structure.size());
        for (DeviceTree.Reservation r : tree.reservations()) {
            out.putLong(r.address()).putLong(r.size());
        }
        out.putLong(0).putLong(0);
        out.put(structure.toByteArray()).put(strings.toByteArray());
        return out.array();
    }

    private void node(Node node) {
        word(Blob.BEGIN_NODE);
        structure.writeBytes(terminated(node.name()));
        pad();
        node.properties().forEach((name, value) -> {
            word(Blob.PROP);
            word(value.length);
            word(stringOffset(name));
            structure.writeBytes(value);
            pad();
        });
        node.children().forEach(this::node);
        word(Blob.END_NODE);
    }

    private int stringOffset(String name) {
        return stringOffsets.computeIfAbsent(name, n -> {
            int offset = strings.size();
            strings.writeBytes(terminated(n));
            return offset;
        });
    }

    private void word(int value) {
        structure.writeBytes(ByteBuffer.allocate(4).putInt(value).array());
    }

    private void pad() {
        while (structure.size() % 4 != 0) {
            structure.write(0);
        }
    }

    private static byte[] terminated(String s) {
        return (s + "\0").getBytes(StandardCharsets.ISO_8859_1);
    }
}
