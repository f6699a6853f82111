package dev.ravel.fdt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.StringJoiner;

/**
 * Writes a tree as source. A value's type is not recorded in a tree, so it is guessed: strings, else cells, else
 * bytes.
 */
final class SourceWriter {
    private final StringBuilder out = new StringBuilder();

    private SourceWriter() {}

    static String write(DeviceTree tree) {
        SourceWriter writer = new SourceWriter();
        writer.out.append("/dts-v1/;\n\n");
        for (DeviceTree.Reservation r : tree.reservations()) {
            writer.out.append(String.format("/memreserve/ 0x%x 0x%x;\n", r.address(), r.size()));
        }
        writer.node(tree.root(), "");
        return writer.out.toString();
    }

    private void node(Node node, String indent) {
        out.append(indent).append(node.name().isEmpty() ? "/" : node.name()).append(" {\n");
        String inner = indent + "\t";
        node.properties().forEach((name, value) -> {
            out.append(inner).append(name);
            if (value.length > 0) {
                out.append(" = ").append(value(value));
            }
            out.append(";\n");
        });
        for (Node child : node.children()) {
            out.append('\n');
            node(child, inner);
        }
        out.append(indent).append("};\n");
    }

    private static String value(byte[] value) {
        if (isStrings(value)) {
            StringJoiner strings = new StringJoiner("\", \"", "\"", "\"");
            String text = new String(value, 0, value.length - 1, StandardCharsets.US_ASCII);
            for (String s : text.split("\0")) {
                strings.add(s.replace("\\", "\\\\").replace("\"", "\\\""));
            }
            return strings.toString();
        }
        if (value.length % 4 == 0) {
            StringJoiner cells = new StringJoiner(" ", "<", ">");
            for (int i = 0; i < value.length; i += 4) {
                cells.add("0x" + Integer.toHexString(ByteBuffer.wrap(value).getInt(i)));
            }
            return cells.toString();
        }
        return "[" + HexFormat.ofDelimiter(" ").formatHex(value) + "]";
    }

    /** Whether the bytes are printable, non-empty, terminated strings. */
    private static boolean isStrings(byte[] value) {
        boolean empty = true;
        for (byte b : value) {
            if (b == 0 ? empty : b < ' ' || b > '~') {
                return false;
            }
            empty = b == 0;
        }
        return value.length > 0 && value[value.length - 1] == 0;
    }
}
