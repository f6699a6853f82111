package dev.ravel.virtio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A field of a device's configuration space (virtio 1.3, 2.5), which is little-endian.
 *
 * @param offset bytes from the start of the space
 * @param size bytes: 1, 2, 4 or 8
 */
record ConfigurationField(int offset, int size) {

    /** A {@code u8}. */
    static ConfigurationField u8(int offset) {
        return new ConfigurationField(offset, Byte.BYTES);
    }

    /** A {@code le16}. */
    static ConfigurationField le16(int offset) {
        return new ConfigurationField(offset, Short.BYTES);
    }

    /** A {@code le32}. */
    static ConfigurationField le32(int offset) {
        return new ConfigurationField(offset, Integer.BYTES);
    }

    /** A {@code le64}. */
    static ConfigurationField le64(int offset) {
        return new ConfigurationField(offset, Long.BYTES);
    }

    /** A space full of zeros that ends with this field. */
    ByteBuffer spaceToEnd() {
        return ByteBuffer.allocate(offset + size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Sets the field to the low bytes of {@code value}. */
    void put(ByteBuffer space, long value) {
        switch (size) {
            case Byte.BYTES -> space.put(offset, (byte) value);
            case Short.BYTES -> space.putShort(offset, (short) value);
            case Integer.BYTES -> space.putInt(offset, (int) value);
            case Long.BYTES -> space.putLong(offset, value);
            default -> throw new IllegalStateException("a field of " + size + " bytes");
        }
    }

    /** The field's value, zero-extended. */
    long get(ByteBuffer space) {
        return switch (size) {
            case Byte.BYTES -> space.get(offset) & 0xffL;
            case Short.BYTES -> space.getShort(offset) & 0xffffL;
            case Integer.BYTES -> space.getInt(offset) & 0xffff_ffffL;
            case Long.BYTES -> space.getLong(offset);
            default -> throw new IllegalStateException("a field of " + size + " bytes");
        };
    }

    /** Whether the byte at an offset of the space belongs to the field. */
    boolean contains(int byteOffset) {
        return byteOffset >= offset && byteOffset < offset + size;
    }
}
