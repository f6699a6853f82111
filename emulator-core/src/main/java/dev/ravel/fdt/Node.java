package dev.ravel.fdt;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A node of a device tree: a name, properties in order, children in order. Devices describe themselves with it; a tree
 * that was read can be searched, changed, and given to a machine in place of its own.
 */
public final class Node {
    private static final String PHANDLE = "phandle";

    private final String name;
    private final Optional<Node> parent;
    private final Map<String, byte[]> properties = new LinkedHashMap<>();
    private final List<Node> children = new ArrayList<>();

    /** A node without properties or parent; the root's name is empty. */
    public Node(String name) {
        this(name, Optional.empty());
    }

    private Node(String name, Optional<Node> parent) {
        this.name = name;
        this.parent = parent;
    }

    /** The name with its unit address: {@code serial@10000000}. */
    public String name() {
        return name;
    }

    /** The node above; empty for the root. */
    public Optional<Node> parent() {
        return parent;
    }

    /** The node above all. */
    public Node root() {
        Node node = this;
        while (node.parent.isPresent()) {
            node = node.parent.get();
        }
        return node;
    }

    /** The names from the root to here: {@code /soc/serial@10000000}. */
    public String path() {
        return parent.map(p -> (p.parent.isPresent() ? p.path() : "") + "/" + name)
                .orElse("/");
    }

    /**
     * The child of that name, added if there is none yet.
     *
     * @throws IllegalArgumentException if the name is empty or holds a slash or a NUL
     */
    public Node child(String childName) {
        if (childName.isEmpty() || childName.indexOf('/') >= 0 || childName.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("'" + childName + "' cannot be the name of a device-tree node");
        }
        return find(childName).orElseGet(() -> {
            Node child = new Node(childName, Optional.of(this));
            children.add(child);
            return child;
        });
    }

    /** The child of that name. */
    public Optional<Node> find(String childName) {
        return children.stream().filter(c -> c.name.equals(childName)).findFirst();
    }

    /**
     * The node at a path from the root. A step without a unit address finds the first node whose name differs only in
     * having one (Devicetree Specification 0.4, 2.2.3).
     *
     * @param path {@code /soc/serial@10000000}; {@code /} is the root
     */
    public Optional<Node> at(String path) {
        Optional<Node> node = Optional.of(root());
        for (String step : path.split("/")) {
            if (!step.isEmpty()) {
                node = node.flatMap(n -> n.find(step)
                        .or(() -> n.children.stream()
                                .filter(c -> c.name.startsWith(step + "@"))
                                .findFirst()));
            }
        }
        return node;
    }

    /** This node and all below it, parents before children. */
    public Stream<Node> walk() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(Node::walk));
    }

    /** This node's phandle, a fresh one if it had none. */
    public int phandle() {
        OptionalInt own = cell(PHANDLE);
        if (own.isPresent()) {
            return own.getAsInt();
        }
        int fresh =
                1 + root().walk().mapToInt(n -> n.cell(PHANDLE).orElse(0)).max().orElse(0);
        cells(PHANDLE, fresh);
        return fresh;
    }

    /** The node that a reference in any property means: the one with that phandle, anywhere in the tree. */
    public Optional<Node> byPhandle(int phandle) {
        return root().walk()
                .filter(n -> n.cell(PHANDLE).equals(OptionalInt.of(phandle)))
                .findFirst();
    }

    /** Sets a property without a value. */
    public Node flag(String property) {
        return bytes(property, new byte[0]);
    }

    /** Sets a property of big-endian 32-bit cells. */
    public Node cells(String property, int... values) {
        byte[] out = new byte[values.length * 4];
        ByteBuffer.wrap(out).asIntBuffer().put(values);
        return bytes(property, out);
    }

    /** Sets a property of big-endian 64-bit numbers, each two cells. */
    public Node longs(String property, long... values) {
        byte[] out = new byte[values.length * 8];
        ByteBuffer.wrap(out).asLongBuffer().put(values);
        return bytes(property, out);
    }

    /** Sets a property of one or more strings. */
    public Node strings(String property, String... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String value : values) {
            out.writeBytes(value.getBytes(StandardCharsets.UTF_8));
            out.write(0);
        }
        return bytes(property, out.toByteArray());
    }

    /**
     * Sets a property to raw bytes.
     *
     * @throws IllegalArgumentException if the property's name is empty or holds a NUL
     */
    public Node bytes(String property, byte[] value) {
        if (property.isEmpty() || property.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("'" + property + "' cannot be the name of a device-tree property");
        }
        properties.put(property, value.clone());
        return this;
    }

    /** Takes a property away; of no effect if there is none. */
    public Node remove(String property) {
        properties.remove(property);
        return this;
    }

    /** Takes a child away with all below it; of no effect if there is none. */
    public Node removeChild(String childName) {
        children.removeIf(c -> c.name.equals(childName));
        return this;
    }

    /** The raw value of a property. */
    public Optional<byte[]> property(String property) {
        return Optional.ofNullable(properties.get(property)).map(byte[]::clone);
    }

    /** The value of a property that is one cell; empty if it is missing or of another size. */
    public OptionalInt cell(String property) {
        byte[] value = properties.get(property);
        return value != null && value.length == 4
                ? OptionalInt.of(ByteBuffer.wrap(value).getInt())
                : OptionalInt.empty();
    }

    /** The strings of a property, none if it is missing. */
    public List<String> strings(String property) {
        byte[] value = properties.getOrDefault(property, new byte[0]);
        List<String> out = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < value.length; i++) {
            if (value[i] == 0) {
                out.add(new String(value, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        return out;
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
