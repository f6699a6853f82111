package dev.ravel.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** A guest for Java to learn from how one is found, in a cache that is there for so long only. */
public final class PretendedGuest {
    private PretendedGuest() {}

    /**
     * Has the guest, whose kernel and initramfs are both {@code content}, found in a cache, and used.
     *
     * @throws GuestException if this host has no room for it
     */
    public static <T> T with(byte[] content, Function<Guest, T> use) throws GuestException {
        Path folder;
        try {
            folder = Files.createTempDirectory("ravel-training");
        } catch (IOException e) {
            throw new GuestException("no folder for temporary files: " + e.getMessage(), e);
        }
        try {
            Path guests = new GuestCache(folder).guests();
            GuestCache.createDirectories(guests.resolve("pretended"));
            GuestCache.write(guests.resolve("pretended").resolve("kernel"), content);
            GuestCache.write(guests.resolve("pretended").resolve("initrd"), content);
            new GuestRecord(
                            "0",
                            "none",
                            "0",
                            "pretended",
                            content.length,
                            "initrd",
                            content.length,
                            Initramfs.recipe(),
                            List.of())
                    .write(guests.resolve(GuestCatalog.DEBIAN + ".properties"));
            GuestCatalog catalog = new GuestCatalog(folder, _ -> {
                throw new GuestException("nothing is fetched here");
            });
            return use.apply(catalog.find(GuestCatalog.DEBIAN)
                    .orElseThrow(() -> new IllegalStateException("what was written was not found")));
        } finally {
            GuestCache.delete(folder);
        }
    }
}
