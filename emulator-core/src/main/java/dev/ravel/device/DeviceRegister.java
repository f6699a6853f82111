package dev.ravel.device;

import java.util.OptionalLong;

/**
 * A register of a device at one moment.
 *
 * @param name as its specification has it; of one that is another by the direction, or by a bit elsewhere, all names
 * @param offset bytes from the device's base
 * @param size bytes
 * @param value what a guest would read, zero-extended, had it read now; empty if it can only be written, or if what it gives
 *     is elsewhere until it is read
 */
public record DeviceRegister(String name, long offset, int size, OptionalLong value) {
    /** One that can be read. */
    public static DeviceRegister of(String name, long offset, int size, long value) {
        return new DeviceRegister(name, offset, size, OptionalLong.of(value));
    }

    /** One that has no value to read. */
    public static DeviceRegister writeOnly(String name, long offset, int size) {
        return new DeviceRegister(name, offset, size, OptionalLong.empty());
    }

    /** Whether a byte of the device belongs to it. */
    public boolean contains(long byteOffset) {
        return byteOffset >= offset && byteOffset < offset + size;
    }
}
