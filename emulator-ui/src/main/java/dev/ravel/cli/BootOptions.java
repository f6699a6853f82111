package dev.ravel.cli;

import dev.ravel.guest.GuestException;
import dev.ravel.guest.Guests;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.Board;
import dev.ravel.machine.config.DeviceConfig;
import dev.ravel.machine.config.DisplayConfig;
import dev.ravel.machine.config.FlashConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The options that say what is booted, and on which machine. */
abstract sealed class BootOptions {
    private static final String GUEST =
            "A guest from 'ravel guest list'; debian if neither a guest nor --kernel is given.";

    /** For a command whose parameter is a guest. */
    static final class WithGuest extends BootOptions {
        @Parameters(arity = "0..1", paramLabel = "GUEST", description = GUEST)
        private Optional<String> guest = Optional.empty();

        @Override
        Optional<String> guest() {
            return guest;
        }
    }

    /** For a command whose parameters are something else. */
    static final class WithoutParameter extends BootOptions {
        @Option(names = "--guest", paramLabel = "GUEST", description = GUEST)
        private Optional<String> guest = Optional.empty();

        @Override
        Optional<String> guest() {
            return guest;
        }
    }

    @Option(
            names = "--kernel",
            paramLabel = "FILE",
            description = "Boot this kernel: a Linux Image or an ELF, plain or compressed.")
    private Optional<Path> kernel = Optional.empty();

    @Option(names = "--initrd", paramLabel = "FILE", description = "Its initial RAM disk.")
    private Optional<Path> initrd = Optional.empty();

    @Option(names = "--append", paramLabel = "TEXT", description = "The kernel's command line.")
    private Optional<String> append = Optional.empty();

    @Option(
            names = "--bios",
            paramLabel = "builtin|none|FILE",
            description = "Firmware; none starts the kernel in M-mode.")
    private String bios = "builtin";

    @Option(names = "--dtb", paramLabel = "FILE", description = "Use this device tree instead of the machine's own.")
    private Optional<Path> deviceTree = Optional.empty();

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            description = "If the guest has to be fetched: from this Debian mirror instead of the host's own.",
            converter = MirrorConverter.class)
    private Optional<URI> mirror = Optional.empty();

    @Mixin
    private MachineOptions options = new MachineOptions();

    @Mixin
    private DeviceOptions devices = new DeviceOptions();

    /** The guest that was named. */
    abstract Optional<String> guest();

    /** Complains of what cannot go together. */
    void check(CommandLine command) {
        if (guest().isPresent() && kernel.isPresent()) {
            throw new ParameterException(command, "give a guest or --kernel, not both");
        }
    }

    /** The firmware. */
    Bios bios() {
        return Bios.parse(bios);
    }

    /** How many harts. */
    int cpus() {
        return options.cpus;
    }

    /**
     * Tells the builder all of it; returns a name for titles. A guest that is not in the cache is fetched first.
     *
     * @param networked whether the machine is on a network even if none is asked for, and a guest can change what boots it
     */
    String configure(MachineBuilder builder, boolean networked) throws GuestException {
        builder.memory(options.memory).cpus(options.cpus).engine(options.engine).virtioBus(options.virtio);
        deviceTree.ifPresent(builder::deviceTree);
        int slots = Board.FREE_VIRTIO_SLOTS - (guest().filter(Guests::hasDisk).isPresent() ? 1 : 0);
        List<DeviceConfig> all = devices.all(networked ? slots : 0);
        // First the guest, whose own disk comes before all others.
        String name = GuestBoot.configure(
                builder,
                new GuestBoot.BootRequest(
                        guest(),
                        kernel,
                        initrd,
                        append,
                        bios(),
                        FlashConfig.startsFlash(all),
                        DisplayConfig.isIn(all),
                        mirror));
        all.forEach(builder::add);
        if (networked && DeviceOptions.slots(all) < slots) {
            guest().flatMap(Guests::bootShare).ifPresent(builder::add);
        }
        return name;
    }
}
