package dev.ravel.guest;

import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where guests are fetched from and who is believed.
 *
 * @param mirrors addresses of the folders that hold {@code dists} and {@code pool}, tried in order
 * @param keyrings files with the public keys that may sign a suite
 * @param checkValidUntil whether a suite whose {@code Valid-Until} has passed is refused
 * @param proxies how the mirrors are reached
 * @param suites the suites to try, the best first
 * @param now the time by which keys and suites are judged
 */
public record FetchSettings(
        List<URI> mirrors,
        List<Path> keyrings,
        boolean checkValidUntil,
        ProxySelector proxies,
        List<String> suites,
        Supplier<Instant> now) {
    /** The suites of Debian whose kernel Ravel boots. */
    public static final List<String> SUITES = List.of("trixie", "forky");

    public FetchSettings {
        mirrors = List.copyOf(mirrors);
        keyrings = List.copyOf(keyrings);
        suites = List.copyOf(suites);
    }

    /** The same, for one suite. */
    FetchSettings only(String suite) {
        return new FetchSettings(mirrors, keyrings, checkValidUntil, proxies, List.of(suite), now);
    }
}
