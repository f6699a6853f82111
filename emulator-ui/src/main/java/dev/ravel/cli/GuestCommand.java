package dev.ravel.cli;

import dev.ravel.firmware.Kernel;
import dev.ravel.guest.Guest;
import dev.ravel.guest.GuestCatalog;
import dev.ravel.guest.GuestException;
import dev.ravel.guest.GuestInstaller;
import dev.ravel.guest.Guests;
import dev.ravel.guest.InstalledGuests;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ravel guest}: what can be booted by name. */
@Command(name = "guest", mixinStandardHelpOptions = true, description = "List, fetch, install and remove guests.")
final class GuestCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: list, fetch, create or remove");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the guests that there are.")
    void list() {
        PrintWriter out = spec.commandLine().getOut();
        for (Kernel kernel : Kernel.values()) {
            print(out, kernel.guestName(), "built in", kernel.description());
        }
        for (GuestCatalog.Entry entry : GuestCatalog.ofUser().list()) {
            String state = entry.installed()
                    .map(guest -> guest.suite() + " " + guest.kernelVersion())
                    .orElse("not fetched");
            print(out, entry.name(), state, entry.description());
        }
        InstalledGuests installed = InstalledGuests.ofUser();
        for (String name : installed.names()) {
            try {
                installed
                        .find(name)
                        .ifPresent(guest -> print(
                                out,
                                name,
                                guest.suite() + " " + guest.kernelVersion(),
                                "installed on a disk of its own"));
            } catch (GuestException e) {
                print(out, name, "has nothing to boot", "installed on a disk of its own; 'run' says what is wrong");
            }
        }
        out.flush();
    }

    private static void print(PrintWriter out, String name, String state, String description) {
        out.printf("%-10s %-30s %s%n", name, state, description);
    }

    @Command(
            name = "fetch",
            mixinStandardHelpOptions = true,
            description = "Fetch a guest into the cache, or bring it up to date.")
    void fetch(
            @Parameters(paramLabel = "NAME", description = "The guest's name.") String name,
            @Option(
                            names = "--mirror",
                            paramLabel = "URL",
                            description = "Fetch from this Debian mirror instead of the host's own.",
                            converter = MirrorConverter.class)
                    Optional<URI> mirror)
            throws GuestException {
        requireFetched(name);
        try (ConsoleProgress progress = ConsoleProgress.open()) {
            Guest guest = GuestCatalog.ofUser().fetch(name, mirror, progress.progress());
            PrintWriter out = spec.commandLine().getOut();
            out.println(guest.name() + " is ready: Debian " + guest.suite() + ", Linux " + guest.kernelVersion());
            out.flush();
        }
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Install Debian on a new disk: debootstrap runs in a machine, with packages from the mirror.",
                "'ravel run NAME' starts it then. Its first login is root, without a password."
            })
    void create(
            @Parameters(paramLabel = "NAME", description = "The guest's name, which is also that of its host.")
                    String name,
            @Option(
                            names = "--size",
                            paramLabel = "SIZE",
                            required = true,
                            description = "Size of the disk, such as 4G. The host gives it only what is written to it.",
                            converter = Sizes.class)
                    long size,
            @Option(
                            names = "--suite",
                            paramLabel = "SUITE",
                            description = "Debian's release, by its code name (default: the first of "
                                    + "trixie and forky that the mirror has whole).")
                    Optional<String> suite,
            @Option(
                            names = "--mirror",
                            paramLabel = "URL",
                            description = "Install from this Debian mirror instead of the host's own.",
                            converter = MirrorConverter.class)
                    Optional<URI> mirror)
            throws GuestException {
        try (ConsoleProgress progress = ConsoleProgress.open()) {
            Guest guest = GuestInstaller.ofUser()
                    .create(new GuestInstaller.Wish(name, size, suite, mirror), progress.progress());
            PrintWriter out = spec.commandLine().getOut();
            out.println(guest.name() + " is installed: Debian " + guest.suite() + ", Linux " + guest.kernelVersion()
                    + "; start it with 'ravel run " + guest.name() + "', and log in as root, without a password");
            out.flush();
        }
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Take a guest out of the cache, or delete one that is installed, with its disk.")
    void remove(@Parameters(paramLabel = "NAME", description = "The guest's name.") String name) throws GuestException {
        if (InstalledGuests.ofUser().remove(name)) {
            return;
        }
        requireFetched(name);
        if (!GuestCatalog.ofUser().remove(name)) {
            throw new CliException("guest " + name + " was not fetched: there is nothing to remove");
        }
    }

    private static void requireFetched(String name) throws GuestException {
        if (Kernel.named(name).isPresent()) {
            throw new CliException("guest " + name + " is built in: it needs no fetching and cannot be removed");
        }
        if (Guests.hasDisk(name)) {
            throw new CliException(
                    "guest " + name + " is installed on its disk: it is brought up to date by its own apt");
        }
        if (!GuestCatalog.names().contains(name)) {
            throw Guests.unknown(name);
        }
    }
}
