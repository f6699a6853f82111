package dev.ravel.cli;

import dev.ravel.machine.Bios;
import dev.ravel.machine.MachineBuilder;
import java.nio.file.Path;
import java.util.Optional;

/** Decides what a machine starts: a guest by its name, or the files that were named. */
final class GuestBoot {
    /** What is started when nothing is named. */
    private static final String DEFAULT_GUEST = "debian";

    private GuestBoot() {}

    /** The files that options named; each overrides the guest's own. */
    record Overrides(Optional<Path> kernel, Optional<Path> initrd, Optional<String> commandLine, Bios bios) {}

    /** Tells the builder what to start; returns a name for titles. */
    static String configure(MachineBuilder builder, Optional<String> guest, Overrides given) {
        builder.bios(given.bios);
        given.kernel.ifPresent(builder::kernel);
        given.initrd.ifPresent(builder::initrd);
        given.commandLine.ifPresent(builder::append);
        boolean firmwareOnly = given.bios instanceof Bios.File && guest.isEmpty();
        if (given.kernel.isPresent() || firmwareOnly) {
            return given.kernel.map(file -> file.getFileName().toString()).orElse("firmware");
        }
        throw new CliException("guest " + guest.orElse(DEFAULT_GUEST) + " is not there");
    }
}
