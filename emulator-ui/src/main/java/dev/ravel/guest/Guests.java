package dev.ravel.guest;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.BootImage;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.firmware.Kernel;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.machine.config.ShareConfig;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All guests that can be started by name: Ravel's own kernels, those of the {@link GuestCatalog}, the user's own. */
public final class Guests {
    private Guests() {}

    /** Their names, Ravel's own first. */
    public static List<String> names() {
        return Stream.concat(ours(), InstalledGuests.ofUser().names().stream()).toList();
    }

    /** Whether a name is not for the user's own guests. */
    static boolean isOurs(String name) {
        return ours().anyMatch(name::equals);
    }

    private static Stream<String> ours() {
        return Stream.concat(Arrays.stream(Kernel.values()).map(Kernel::guestName), GuestCatalog.names().stream());
    }

    /**
     * Has the builder start a guest, whose disk becomes the machine's next. One that is not in the user's cache is fetched
     * first.
     *
     * @param mirror where to fetch from instead of the host's own mirrors
     * @throws GuestException if there is no guest of that name, or it cannot be had
     */
    public static void configure(MachineBuilder builder, String name, Optional<URI> mirror, FetchProgress progress)
            throws GuestException {
        configure(builder, name, Surroundings.USUAL, mirror, progress);
    }

    /**
     * What a guest finds.
     *
     * @param temporary whether what it writes to its disk is gone with the machine
     * @param display whether the machine has one: then Linux tells there, too, what it does
     */
    public record Surroundings(boolean temporary, boolean display) {
        /** A disk that keeps what is written, and no display. */
        public static final Surroundings USUAL = new Surroundings(false, false);
    }

    /** As {@link #configure(MachineBuilder, String, Optional, FetchProgress)}, for a guest in other surroundings. */
    public static void configure(
            MachineBuilder builder,
            String name,
            Surroundings surroundings,
            Optional<URI> mirror,
            FetchProgress progress)
            throws GuestException {
        Optional<Kernel> own = Kernel.named(name);
        if (own.isPresent()) {
            builder.kernel(image(own.get()));
            return;
        }
        Optional<Guest> installed = InstalledGuests.ofUser().find(name);
        if (installed.isEmpty() && !GuestCatalog.names().contains(name)) {
            throw unknown(name);
        }
        Guest guest =
                installed.isPresent() ? installed.get() : GuestCatalog.ofUser().require(name, mirror, progress);
        guest.disk().ifPresent(disk -> builder.add(new DiskConfig(disk, false, surroundings.temporary)));
        // What programs take for the console is what comes last.
        String console = surroundings.display ? "console=tty0 " : "";
        builder.kernel(guest.kernel()).initrd(guest.initrd()).append(console + guest.commandLine());
    }

    /** Whether it is a guest with a disk of its own. */
    public static boolean hasDisk(String name) {
        return InstalledGuests.ofUser().exists(name);
    }

    /**
     * The device by which an installed guest changes what boots it, if it can: for machines in which time is the host's, since
     * what it changes there is not taken back with the machine.
     */
    public static Optional<ShareConfig> bootShare(String name) {
        return InstalledGuests.ofUser().bootShare(name);
    }

    /** There is no guest of that name. */
    public static GuestException unknown(String name) {
        return new GuestException("there is no guest " + name + "; there are: " + String.join(", ", names()));
    }

    private static BootImage image(Kernel kernel) {
        try {
            return ImageLoader.parse("guest " + kernel.guestName(), ElfWriter.write(kernel.assemble()));
        } catch (ImageException e) {
            throw new IllegalStateException("Ravel's own kernel " + kernel.guestName() + " cannot be loaded", e);
        }
    }
}
