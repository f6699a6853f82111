package dev.ravel.machine;

import dev.ravel.boot.BootImage;
import dev.ravel.device.ConsolePort;
import dev.ravel.engine.EngineProvider;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.machine.config.DeviceConfig;
import dev.ravel.machine.config.Field;
import dev.ravel.machine.config.FlashConfig;
import dev.ravel.machine.config.FwCfgConfig;
import dev.ravel.machine.config.MachineConfig;
import dev.ravel.machine.config.MachineConfig.KernelSource;
import dev.ravel.machine.config.VirtioBus;
import dev.ravel.memory.Ram;
import dev.ravel.observe.Observer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Describes a machine and builds it. What is not said is a machine with 512 MiB, one hart, Ravel's own firmware, and
 * nobody at the console.
 */
public final class MachineBuilder {
    private static final long MIB = 1 << 20;
    private static final long SMALLEST_MEMORY = MIB;
    private static final long LARGEST_MEMORY = 1L << 38;
    private static final int MOST_HARTS = 64;

    private long memory = 512 * MIB;
    private int harts = 1;
    private Optional<String> engine = Optional.empty();
    private Bios bios = new Bios.BuiltIn();
    private Optional<KernelSource> kernel = Optional.empty();
    private Optional<Path> initrd = Optional.empty();
    private Optional<String> commandLine = Optional.empty();
    private Optional<Path> deviceTree = Optional.empty();
    private ConsolePort console = ConsolePort.NONE;
    private final List<DeviceConfig> devices = new ArrayList<>();
    private VirtioBus virtioBus = VirtioBus.MMIO;
    private boolean deterministic;
    private Observer observer = Observer.NONE;

    MachineBuilder() {}

    /** RAM in bytes: a multiple of 4 KiB from 1 MiB to 256 GiB. */
    public MachineBuilder memory(long bytes) {
        memory = bytes;
        return this;
    }

    /**
     * Checks a size of RAM.
     *
     * @throws ConfigurationException if no machine can have so much
     */
    public static void checkMemory(long bytes) {
        if (bytes < SMALLEST_MEMORY || bytes > LARGEST_MEMORY || bytes % Ram.PAGE_SIZE != 0) {
            throw new ConfigurationException(
                    Field.Part.MEMORY, bytes + ": RAM must be a multiple of 4 KiB from 1M to 256G");
        }
    }

    /**
     * Checks a number of harts.
     *
     * @throws ConfigurationException if no machine can have so many
     */
    public static void checkHarts(int count) {
        if (count < 1 || count > MOST_HARTS) {
            throw new ConfigurationException(Field.Part.HARTS, count + ": a machine has 1 to " + MOST_HARTS + " harts");
        }
    }

    /** The number of harts, 1 to 64. */
    public MachineBuilder cpus(int count) {
        harts = count;
        return this;
    }

    /**
     * The execution engine by its name; by default the {@linkplain EngineProvider#preferred preferred} one. It is told at once to
     * {@linkplain EngineProvider#prepare prepare}, beside all else that is to be said of the machine.
     */
    public MachineBuilder engine(String name) {
        EngineProvider.find(name).ifPresent(EngineProvider::prepare);
        engine = Optional.of(name);
        return this;
    }

    /** What runs first, in M-mode. */
    public MachineBuilder bios(Bios first) {
        bios = first;
        return this;
    }

    /** What is started: a Linux {@code Image}, an ELF or a raw image, plain or compressed. */
    public MachineBuilder kernel(Path file) {
        kernel = Optional.of(new KernelSource.File(file));
        return this;
    }

    /** What is started, read already. */
    public MachineBuilder kernel(BootImage image) {
        kernel = Optional.of(new KernelSource.Image(image));
        return this;
    }

    /** The kernel's initial RAM disk. */
    public MachineBuilder initrd(Path file) {
        initrd = Optional.of(file);
        return this;
    }

    /** The kernel's command line. */
    public MachineBuilder append(String text) {
        commandLine = Optional.of(text);
        return this;
    }

    /** A device tree blob instead of the machine's own; {@code /chosen} and the firmware's memory are still filled in. */
    public MachineBuilder deviceTree(Path file) {
        deviceTree = Optional.of(file);
        return this;
    }

    /** The host's side of the serial line. */
    public MachineBuilder console(ConsolePort port) {
        console = port;
        return this;
    }

    /** Adds a device. Those that need a slot get theirs in the order in which they are added. */
    public MachineBuilder add(DeviceConfig device) {
        devices.add(device);
        return this;
    }

    /** How virtio devices are attached; in slots of the board's unless this is said. */
    public MachineBuilder virtioBus(VirtioBus bus) {
        virtioBus = bus;
        return this;
    }

    /** Takes time from the count of instructions: two runs are then the same to the instruction. One hart only. */
    public MachineBuilder deterministic() {
        deterministic = true;
        return this;
    }

    /** Installs an observer. */
    public MachineBuilder observer(Observer watcher) {
        observer = watcher;
        return this;
    }

    /**
     * Builds the machine: switched off, everything in place for its first instruction.
     *
     * @throws ConfigurationException if it cannot be built as described
     */
    public Machine build() {
        checkMemory(memory);
        checkHarts(harts);
        if (deterministic && harts > 1) {
            throw new ConfigurationException(
                    Field.Part.HARTS, harts + ": deterministic time needs a machine with one hart");
        }
        boolean startsFlash = FlashConfig.startsFlash(devices);
        if (bios instanceof Bios.None && kernel.isEmpty() && !startsFlash) {
            throw new ConfigurationException(
                    Field.Part.FIRMWARE, "none: then the kernel is started by the machine itself; name a kernel");
        }
        if (initrd.isPresent() && kernel.isEmpty()) {
            throw new ConfigurationException(
                    Field.Part.INITRD, initrd.get() + ": needs a kernel that uses it; name a kernel");
        }
        Optional<FwCfgConfig.Start> start =
                startsFlash && !(bios instanceof Bios.None) ? kernel.map(this::forFlash) : Optional.empty();
        return Machine.assemble(new MachineConfig(
                memory,
                harts,
                engine.orElseGet(() -> EngineProvider.preferred().name()),
                bios,
                start.isPresent() ? Optional.empty() : kernel,
                start.isPresent() ? Optional.empty() : initrd,
                commandLine,
                deviceTree,
                console,
                checkedDevices(start),
                virtioBus,
                deterministic,
                observer));
    }

    /** The firmware starts what is in flash, which is told to start the kernel. */
    private FwCfgConfig.Start forFlash(KernelSource source) {
        if (source instanceof KernelSource.File file) {
            return new FwCfgConfig.Start(file.path(), initrd, commandLine);
        }
        throw new ConfigurationException(
                Field.Part.KERNEL,
                "cannot be started: what is in flash starts kernels from files only; leave one of them out");
    }

    /** What was added, and what every machine has. */
    private List<DeviceConfig> checkedDevices(Optional<FwCfgConfig.Start> start) {
        List<DeviceConfig> all = new ArrayList<>();
        for (DeviceConfig device : devices) {
            device.check(Collections.unmodifiableList(all));
            all.add(device);
        }
        for (DeviceConfig always : DeviceConfig.onEveryBoard()) {
            if (all.stream().noneMatch(device -> device.getClass() == always.getClass())) {
                all.add(always);
            }
        }
        all.replaceAll(device -> device instanceof FwCfgConfig files && start.isPresent()
                ? new FwCfgConfig(files.items(), start)
                : device);
        return List.copyOf(all);
    }
}
