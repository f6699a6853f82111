package dev.ravel.boot;

import java.util.ServiceLoader;

/**
 * Supplies the firmware that machines start when they are given no other; found by {@link ServiceLoader}, since the
 * firmware is a module above this one.
 */
public interface FirmwareProvider {

    /**
     * The firmware, linked for or movable to {@code address}.
     *
     * @param address physical address at which it will be loaded: the start of RAM
     */
    BootImage firmware(long address);

    /**
     * Bytes from {@code address} on that belong to the firmware alone, reserved in the device tree; a multiple of 4
     * KiB.
     */
    long reservedSize();
}
