package dev.ravel.device;

import dev.ravel.fdt.Node;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A memory-mapped device. Its methods are called with the machine's device lock held, so a device needs no locks of its
 * own for register state; host work that may block happens elsewhere and comes back through the machine's event queue.
 */
public interface Device extends AutoCloseable {

    /** A short name for messages and traces: {@code uart}, {@code plic}, {@code virtio-blk}. */
    String name();

    /** What a guest relies on beyond the name, in words: two devices of the same can take each other's state. */
    default String identity() {
        return name();
    }

    /**
     * Reads {@code size} bytes (1, 2, 4 or 8, naturally aligned) at {@code offset}. Registers that do not exist read as
     * zero. The result is zero-extended.
     */
    long read(long offset, int size);

    /**
     * Whether reading it is like reading memory, so that a load may be misaligned. It comes in bytes then: {@link #read} is always
     * naturally aligned.
     */
    default boolean takesMisalignedLoads() {
        return false;
    }

    /** Its registers by name, in the order of their offsets, as they are now: nothing changes by looking. */
    default List<DeviceRegister> registers() {
        return List.of();
    }

    /** Writes the low {@code size} bytes of {@code value}. Registers that do not exist ignore it. */
    void write(long offset, int size, long value);

    /** Returns to the state after power-on. */
    void reset();

    /** Is about to be restored: as {@link #reset}, and takes nothing from the host until then. */
    default void prepareRestore() {
        reset();
    }

    /**
     * Adds this device's node or nodes below {@code parent}.
     *
     * @param placement where the board put the device: the only way that it learns addresses
     */
    void describe(Node parent, Placement placement);

    /**
     * Writes the device's whole guest-visible state, and what it waits for: ticks until what it has scheduled, and what it
     * has posted to the event queue. Saving changes nothing.
     */
    void save(StateWriter out);

    /**
     * Reads back what {@link #save} wrote, after {@link #prepareRestore}; harts, clock and RAM are what they were already. It drives
     * its interrupt lines, and posts and schedules again what it waits for; it takes no request from guest memory that it
     * would not have looked at by then.
     */
    void restore(StateReader in);

    /** Devices that are reached through this one, such as those on a bus, where they are now. */
    default List<Behind> behind() {
        return List.of();
    }

    /** What the guest can change that {@link #save} does not write, because the host keeps it, in words. */
    default Optional<String> keptByHost() {
        return Optional.empty();
    }

    /** Releases host resources. */
    @Override
    default void close() {}

    /**
     * A device that is reached through another, which resets it, saves it and closes it.
     *
     * @param offset of its first byte from that of the other
     * @param size bytes
     * @param line which of the other's interrupts it raises, from 0; empty if none
     */
    record Behind(long offset, long size, Device device, OptionalInt line) {}

    /**
     * Where a device is on the board.
     *
     * @param base physical address
     * @param size bytes of the window
     * @param interrupt number at the interrupt controller, 0 if it has none
     * @param interruptParent phandle of the interrupt controller
     */
    record Placement(long base, long size, int interrupt, int interruptParent) {}
}
