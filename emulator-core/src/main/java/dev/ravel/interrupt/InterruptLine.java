package dev.ravel.interrupt;

/**
 * A level-triggered wire from a device to whatever listens at its other end. Setting it to the level it has is free.
 */
@FunctionalInterface
public interface InterruptLine {
    /** A wire that leads nowhere. */
    InterruptLine UNCONNECTED = level -> {};

    /** Drives the wire: {@code true} is asserted. */
    void set(boolean level);
}
