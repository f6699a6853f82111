package dev.ravel.guest;

import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.BootImage;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.firmware.Kernel;
import dev.ravel.machine.MachineBuilder;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All guests that can be started by name: Ravel's own kernels and those of the {@link GuestCatalog}. */
public final class Guests {
    private Guests() {}

    /** Their names, Ravel's own first. */
    public static List<String> names() {
        return Stream.concat(Arrays.stream(Kernel.values()).map(Kernel::guestName), GuestCatalog.names().stream())
                .toList();
    }

    /**
     * Has the builder start a guest. One that is not in the user's cache is fetched first.
     *
     * @param mirror where to fetch from instead of the host's own mirrors
     * @throws GuestException if there is no guest of that name, or it cannot be had
     */
    public static void configure(MachineBuilder builder, String name, Optional<URI> mirror, FetchProgress progress)
            throws GuestException {
        Optional<Kernel> own = Kernel.named(name);
        if (own.isPresent()) {
            builder.kernel(image(own.get()));
            return;
        }
        if (!GuestCatalog.names().contains(name)) {
            throw unknown(name);
        }
        Guest guest = GuestCatalog.ofUser().require(name, mirror, progress);
        builder.kernel(guest.kernel()).initrd(guest.initrd()).append(guest.commandLine());
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
