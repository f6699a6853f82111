package dev.ravel.machine.config;

/** How virtio devices are attached to a board. */
public enum VirtioBus {
    /** Each in a slot of the board's. */
    MMIO,
    /** On the PCI bus. */
    PCI
}
