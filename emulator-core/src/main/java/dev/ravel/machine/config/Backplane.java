package dev.ravel.machine.config;

import dev.ravel.device.Device;
import dev.ravel.time.EventQueue;
import dev.ravel.virtio.GuestMemory;
import dev.ravel.virtio.VirtioDevice;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** What a board offers to the devices that are plugged into it. */
public interface Backplane {
    /**
     * Puts a device into the first free virtio slot.
     *
     * @param field what an error is about
     * @throws ConfigurationException if there is none
     */
    void virtio(Field field, VirtioDevice device);

    /** Puts a device into a virtio slot that is kept for its kind. */
    void virtio(int slot, VirtioDevice device);

    /** Puts a device that raises no interrupt at an address. */
    void map(Device device, long base, long size);

    /** Says what a device holds from an address in {@link Board#FLASH} on: harts fetch instructions from a copy of it. */
    void instructions(long address, byte[] bytes);

    /** Whether two runs of the machine are to be the same to the instruction. */
    boolean deterministic();

    /** The number of harts. */
    int harts();

    /** RAM, for devices that master the bus. */
    GuestMemory memory();

    /** Where the host's answers enter the machine. */
    EventQueue events();

    /** Random bytes: the same in each run of a deterministic machine. */
    RandomGenerator entropy();

    /**
     * Threads for what may keep a hart waiting. In a deterministic machine work is done at the instruction that asks for
     * it. When the machine is closed, what is under way is finished, before anything that was {@linkplain #own owned} earlier
     * is closed.
     *
     * @param name of the threads
     * @param threads how many pieces of work are done at once; with 1, they are done in order
     */
    Executor worker(String name, int threads);

    /** Has the machine close it at its end, also if the machine cannot be completed: nobody else does. */
    <T extends AutoCloseable> T own(T resource);
}
