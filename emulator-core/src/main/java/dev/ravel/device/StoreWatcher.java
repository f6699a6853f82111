package dev.ravel.device;

/**
 * A device behind a few bytes of RAM: it is told of stores to them, and loads read RAM as they always do. What is stored is
 * in RAM only if the device puts it there; {@link #read} is for whoever looks on.
 *
 * <p>No store TLB may hold the page meanwhile, which makes all stores to it slow. So the device hears of those as well, and
 * may give the watch up and look at the bytes from time to time instead.
 */
public interface StoreWatcher extends Device {
    /** Whether stores to its bytes come here; otherwise they go to RAM. Asked by any thread, without the device lock. */
    boolean watches();

    /** A hart is about to store to the page of the bytes, beside them. Called while the device watches. */
    void storedBeside();
}
