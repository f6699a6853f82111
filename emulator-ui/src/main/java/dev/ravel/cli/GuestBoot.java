package dev.ravel.cli;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.BootImage;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.firmware.Kernel;
import dev.ravel.guest.Guest;
import dev.ravel.guest.GuestCatalog;
import dev.ravel.guest.GuestException;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Decides what a machine starts: a guest by its name, or the files that were named. */
final class GuestBoot {
    /** What is started when nothing is named. */
    private static final String DEFAULT_GUEST = "debian";

    private GuestBoot() {}

    /**
     * What options say about the start; a file or a command line takes the place of the guest's own.
     *
     * @param mirror where a guest is fetched from that is not in the cache
     */
    record BootRequest(
            Optional<String> guest,
            Optional<Path> kernel,
            Optional<Path> initrd,
            Optional<String> commandLine,
            Bios bios,
            Optional<URI> mirror) {}

    /** Tells the builder what to start; returns a name for titles. A guest that is not in the cache is fetched first. */
    static String configure(MachineBuilder builder, BootRequest request) throws GuestException {
        builder.bios(request.bios);
        String name = start(builder, request);
        request.initrd.ifPresent(builder::initrd);
        request.commandLine.ifPresent(builder::append);
        return name;
    }

    private static String start(MachineBuilder builder, BootRequest request) throws GuestException {
        if (request.kernel.isPresent()) {
            builder.kernel(request.kernel.get());
            return request.kernel.get().getFileName().toString();
        }
        boolean firmwareOnly = request.bios instanceof Bios.File && request.guest.isEmpty();
        if (firmwareOnly) {
            return "firmware";
        }
        if (request.bios instanceof Bios.None) {
            throw new CliException("--bios none starts the kernel in M-mode: name a bare-metal program with --kernel");
        }
        String name = request.guest.orElse(DEFAULT_GUEST);
        Optional<Kernel> own = Kernel.named(name);
        if (own.isPresent()) {
            builder.kernel(image(own.get()));
            return name;
        }
        try (ConsoleProgress progress = ConsoleProgress.open()) {
            Guest guest = GuestCatalog.ofUser().require(name, request.mirror, progress.progress());
            builder.kernel(guest.kernel()).initrd(guest.initrd()).append(guest.commandLine());
        } catch (GuestException e) {
            throw GuestCatalog.names().contains(name) ? e : GuestCommand.unknown(name);
        }
        return name;
    }

    private static BootImage image(Kernel kernel) {
        try {
            return ImageLoader.parse("guest " + kernel.guestName(), ElfWriter.write(kernel.assemble()));
        } catch (ImageException e) {
            throw new IllegalStateException("Ravel's own kernel " + kernel.guestName() + " cannot be loaded", e);
        }
    }
}
