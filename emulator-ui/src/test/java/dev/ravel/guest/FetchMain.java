package dev.ravel.guest;

import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A process of its own that wants a guest: arguments are the cache, the mirror and the keyring. */
final class FetchMain {
    private FetchMain() {}

    public static void main(String[] args) throws GuestException {
        GuestCatalog catalog = new GuestCatalog(Path.of(args[0]), mirror -> settings(args[1], args[2]));
        System.out.println(catalog.require("debian", Optional.empty(), FetchProgress.NONE));
    }

    /** What is fetched from that mirror alone, which has signed it with that keyring. */
    static FetchSettings settings(String mirror, String keyring) {
        return new FetchSettings(
                List.of(URI.create(mirror)),
                List.of(Path.of(keyring)),
                true,
                ProxySelector.of(null),
                List.of("trixie"),
                Instant::now);
    }
}
