package dev.ravel.pci;

import dev.ravel.device.Device;
import dev.ravel.fdt.Node;

/**
 * A function of a PCI device: a {@link Device} whose registers are its configuration space. Those behind its BARs are devices of
 * their own, which it resets, saves and restores.
 */
public interface PciFunction extends Device {
    /** Bytes of a configuration space. */
    int SIZE = 0x1000;

    /** The configuration space. */
    ConfigurationSpace configuration();

    @Override
    default long read(long offset, int size) {
        return configuration().read((int) offset, size);
    }

    @Override
    default void write(long offset, int size, long value) {
        configuration().write((int) offset, size, value);
    }

    /** The bus tells what is on it. */
    @Override
    default void describe(Node parent, Placement placement) {}
}
