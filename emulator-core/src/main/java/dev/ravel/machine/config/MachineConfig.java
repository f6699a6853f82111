package dev.ravel.machine.config;

import dev.ravel.boot.BootImage;
import dev.ravel.device.ConsolePort;
import dev.ravel.observe.Observer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What machine it is to be, checked; made by {@code MachineBuilder}.
 *
 * @param memory bytes of RAM
 * @param harts how many
 * @param engine name of the execution engine
 * @param bios what runs first
 * @param kernel what the firmware, or the machine itself, starts
 * @param initrd the kernel's initial RAM disk
 * @param commandLine the kernel's command line
 * @param deviceTree a device tree to use instead of the machine's own
 * @param console the host's side of the serial line
 * @param devices in the order in which they are attached
 * @param virtioBus how virtio devices are attached
 * @param deterministic whether time is the count of instructions instead of the wall's
 * @param observer who watches
 */
public record MachineConfig(
        long memory,
        int harts,
        String engine,
        Bios bios,
        Optional<KernelSource> kernel,
        Optional<Path> initrd,
        Optional<String> commandLine,
        Optional<Path> deviceTree,
        ConsolePort console,
        List<DeviceConfig> devices,
        VirtioBus virtioBus,
        boolean deterministic,
        Observer observer) {

    /** Where the kernel comes from. */
    public sealed interface KernelSource {
        /** A file, which is read when the machine is built. */
        record File(Path path) implements KernelSource {}

        /** An image that was read already. */
        record Image(BootImage image) implements KernelSource {}
    }
}
