package dev.ravel.fdt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A node of a device tree: a name, properties in order, children in order. */
public final class Node {
    private final String name;
    private final Map<String, byte[]> properties = new LinkedHashMap<>();
    private final List<Node> children = new ArrayList<>();

    /** A node without properties; the root's name is empty. */
    public Node(String name) {
        this.name = name;
    }

    /** The name with its unit address: {@code serial@10000000}. */
    public String name() {
        return name;
    }

    /** The child of that name, added if there is none yet. */
    public Node child(String childName) {
        return find(childName).orElseGet(() -> {
            Node child = new Node(childName);
            children.add(child);
            return child;
        });
    }

    /** The child of that name. */
    public Optional<Node> find(String childName) {
        return children.stream().filter(c -> c.name.equals(childName)).findFirst();
    }

    /** Sets a property without a value. */
    public Node flag(String property) {
        return bytes(property, new byte[0]);
    }

    /** Sets a property of big-endian 32-bit cells. */
    public Node cells(String property, int... values) {
        byte[] out = new byte[values.length * 4];
        java.nio.ByteBuffer.wrap(out).asIntBuffer().put(values);
        return bytes(property, out);
    }

    /** Sets a property of big-endian 64-bit numbers, each two cells. */
    public Node longs(String property, long... values) {
        byte[] out = new byte[values.length * 8];
        java.nio.ByteBuffer.wrap(out).asLongBuffer().put(values);
        return bytes(property, out);
    }

    /** Sets a property of one or more strings. */
    public Node strings(String property, String... values) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        for (String value : values) {
            out.writeBytes(value.getBytes(StandardCharsets.UTF_8));
            out.write(0);
        }
        return bytes(property, out.toByteArray());
    }

    /** Sets a property to raw bytes. */
    public Node bytes(String property, byte[] value) {
        properties.put(property, value.clone());
        return this;
    }

    /** The raw value of a property. */
    public Optional<byte[]> property(String property) {
        return Optional.ofNullable(properties.get(property)).map(v -> Arrays.copyOf(v, v.length));
    }

    /** The properties in order. */
    public Map<String, byte[]> properties() {
        return Collections.unmodifiableMap(properties);
    }

    /** The children in order. */
    public List<Node> children() {
        return Collections.unmodifiableList(children);
    }
}
