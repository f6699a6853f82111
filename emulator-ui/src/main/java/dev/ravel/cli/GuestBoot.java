package dev.ravel.cli;

import dev.ravel.guest.GuestException;
import dev.ravel.guest.Guests;
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
     * @param flash whether what is in flash is started, unless a guest is named
     * @param display whether the machine has one
     * @param mirror where a guest is fetched from that is not in the cache
     */
    record BootRequest(
            Optional<String> guest,
            Optional<Path> kernel,
            Optional<Path> initrd,
            Optional<String> commandLine,
            Bios bios,
            boolean flash,
            boolean display,
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
        boolean firmwareOnly = (request.bios instanceof Bios.File || request.flash) && request.guest.isEmpty();
        if (firmwareOnly) {
            return "firmware";
        }
        if (request.bios instanceof Bios.None) {
            throw new CliException("--bios none starts the kernel in M-mode: name a bare-metal program with --kernel");
        }
        String name = request.guest.orElse(DEFAULT_GUEST);
        try (ConsoleProgress progress = ConsoleProgress.open()) {
            Guests.Surroundings surroundings = new Guests.Surroundings(false, request.display);
            Guests.configure(builder, name, surroundings, request.mirror, progress.progress());
        }
        return name;
    }
}
