package dev.ravel.fdt;

import java.util.List;

/**
 * A whole device tree: what a flattened device tree holds besides its nodes.
 *
 * @param root the node without a name
 * @param reservations memory that the operating system leaves alone (Devicetree Specification 0.4, 5.3)
 * @param bootCpu physical id of the hart that boots
 */
public record DeviceTree(Node root, List<Reservation> reservations, int bootCpu) {
    public DeviceTree {
        reservations = List.copyOf(reservations);
    }

    /** A range of physical memory, in bytes. */
    public record Reservation(long address, long size) {}

    /** A tree without reservations that hart 0 boots. */
    public DeviceTree(Node root) {
        this(root, List.of(), 0);
    }

    /**
     * Reads a blob (DTB). Bytes after the blob's own total size are ignored.
     *
     * @throws FdtFormatException if it is not one: the message says what is wrong, in one line
     */
    public static DeviceTree read(byte[] blob) throws FdtFormatException {
        return new BlobReader(blob).read();
    }

    /** The blob, version 17, its size a multiple of eight. */
    public byte[] toBlob() {
        return BlobWriter.write(this);
    }

    /** The source (DTS) that {@code dtc} compiles to the same tree. */
    public String toSource() {
        return SourceWriter.write(this);
    }
}
