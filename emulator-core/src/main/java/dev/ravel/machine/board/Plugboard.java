package dev.ravel.machine.board;

import dev.ravel.device.Device;
import dev.ravel.machine.config.Backplane;
import dev.ravel.machine.config.Board;
import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.machine.config.Field;
import dev.ravel.machine.config.VirtioBus;
import dev.ravel.memory.Ram;
import dev.ravel.pci.PciHost;
import dev.ravel.time.EventQueue;
import dev.ravel.virtio.GuestMemory;
import dev.ravel.virtio.VirtioDevice;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Collects what the devices of a machine plug in, until the board is wired up. */
final class Plugboard implements Backplane {
    private final Surroundings surroundings;
    private final VirtioBus bus;
    private final Mapper mapper;
    private final SortedMap<Integer, VirtioDevice> virtio = new TreeMap<>();

    /**
     * What there is in the machine before its devices.
     *
     * @param deterministic whether work is done at the instruction that asks for it
     */
    record Surroundings(
            int harts,
            Ram ram,
            EventQueue events,
            RandomGenerator entropy,
            Resources resources,
            boolean deterministic) {}

    /** Puts a device on the bus. */
    @FunctionalInterface
    interface Mapper {
        void map(Device device, long base, long size);
    }

    /** Collects those of a machine whose virtio devices are attached so. */
    Plugboard(Surroundings surroundings, VirtioBus bus, Mapper mapper) {
        this.bus = bus;
        this.surroundings = surroundings;
        this.mapper = mapper;
    }

    /** What is in a virtio slot. */
    Optional<VirtioDevice> slot(int slot) {
        return Optional.ofNullable(virtio.get(slot));
    }

    /** The virtio devices by their slots. */
    Stream<VirtioDevice> virtio() {
        return virtio.values().stream();
    }

    @Override
    public void virtio(Field field, VirtioDevice device) {
        int slots = switch (bus) {
            case MMIO -> Board.FREE_VIRTIO_SLOTS;
            // The host bridge has one.
            case PCI -> PciHost.SLOTS - 1;
        };
        for (int slot = 0; slot < slots; slot++) {
            if (virtio.putIfAbsent(slot, device) == null) {
                return;
            }
        }
        throw new ConfigurationException(field, "cannot be added: the board has slots for " + slots + " such devices");
    }

    @Override
    public void virtio(int slot, VirtioDevice device) {
        virtio.put(slot, device);
    }

    @Override
    public void map(Device device, long base, long size) {
        mapper.map(device, base, size);
    }

    @Override
    public void instructions(long address, byte[] bytes) {
        surroundings.ram.writeShadow(address, bytes);
    }

    @Override
    public boolean deterministic() {
        return surroundings.deterministic;
    }

    @Override
    public int harts() {
        return surroundings.harts;
    }

    @Override
    public GuestMemory memory() {
        return new GuestMemory(surroundings.ram);
    }

    @Override
    public EventQueue events() {
        return surroundings.events;
    }

    @Override
    public RandomGenerator entropy() {
        return surroundings.entropy;
    }

    @Override
    public Executor worker(String name, int threads) {
        if (surroundings.deterministic) {
            return Runnable::run;
        }
        return own(Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name(name + "-", 0).factory()));
    }

    @Override
    public <T extends AutoCloseable> T own(T resource) {
        return surroundings.resources.add(resource);
    }
}
