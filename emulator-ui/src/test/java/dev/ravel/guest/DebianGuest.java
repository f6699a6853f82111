package dev.ravel.guest;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.util.Optional;

/** The Debian guest for tests: from the user's cache, or fetched into it. */
public final class DebianGuest {
    private DebianGuest() {}

    /** The guest. Without a mirror the test is skipped and says so; in CI it fails. */
    public static Guest require() {
        try {
            return GuestCatalog.ofUser().require("debian", Optional.empty(), FetchProgress.NONE);
        } catch (GuestException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError("the guest debian cannot be had: " + e.getMessage(), e);
            }
            return abort("needs the guest debian: " + e.getMessage());
        }
    }

    /**
     * The guest out of one suite: the user's own if it is from there, else one that is fetched into a cache beside the user's, which
     * is that of {@code XDG_CACHE_HOME=~/.cache/ravel-suites/SUITE}. Where the suite cannot be had the test is skipped and says so.
     */
    static Guest require(String suite) {
        try {
            Optional<Guest> own = GuestCatalog.ofUser()
                    .find("debian")
                    .filter(guest -> guest.suite().equals(suite));
            if (own.isPresent()) {
                return own.get();
            }
            Path cache = GuestCache.ofUser(System.getenv())
                    .resolveSibling("ravel-suites")
                    .resolve(suite)
                    .resolve("ravel");
            return new GuestCatalog(
                            cache, mirror -> HostApt.current().settings(mirror).only(suite))
                    .require("debian", Optional.empty(), FetchProgress.NONE);
        } catch (GuestException e) {
            return abort("needs the guest debian of " + suite + ": " + e.getMessage());
        }
    }
}
