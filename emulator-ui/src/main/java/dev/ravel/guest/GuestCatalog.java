package dev.ravel.guest;

import dev.ravel.guest.DebianFetcher.Parts;
import dev.ravel.guest.DebianFetcher.Selection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The guests that Ravel knows, and those of them that are in the user's cache. A guest is a folder, and a record beside
 * it that is written last: without the record there is no guest. Several threads and processes may use one cache at
 * once.
 */
public final class GuestCatalog {
    /** The guest that has no disk. */
    static final String DEBIAN = "debian";

    /**
     * The kernel's self-tests of its cryptography are more than half of the instructions of its start: they are left
     * out.
     */
    private static final String DEBIAN_COMMAND_LINE = "console=ttyS0 cryptomgr.notests";

    private final GuestCache cache;
    private final Settings settings;

    /** Where guests come from, asked only when one is fetched. */
    @FunctionalInterface
    public interface Settings {
        /**
         * What to fetch with.
         *
         * @param mirror the user's choice, if any
         */
        FetchSettings get(Optional<URI> mirror) throws GuestException;
    }

    /**
     * A line of the list.
     *
     * @param installed the guest, when it is in the cache
     */
    public record Entry(String name, String description, Optional<Guest> installed) {}

    /** A catalog over a cache folder, which need not exist yet. */
    public GuestCatalog(Path cacheFolder, Settings settings) {
        this.cache = new GuestCache(cacheFolder);
        this.settings = settings;
    }

    /** The catalog over this user's cache, which fetches with what this host's apt trusts. */
    public static GuestCatalog ofUser() {
        return new GuestCatalog(
                GuestCache.ofUser(System.getenv()), mirror -> HostApt.current().settings(mirror));
    }

    /** The names that {@link #find} knows. */
    public static List<String> names() {
        return List.of(DEBIAN);
    }

    /** All guests in the order of {@link #names}. */
    public List<Entry> list() {
        return List.of(new Entry(
                DEBIAN, "Debian's own Linux kernel for riscv64 and a busybox shell", stored().map(this::guest)));
    }

    /**
     * A guest that is in the cache. One that an older Ravel packed is packed anew first.
     *
     * @throws GuestException if there is no guest of that name, or it cannot be packed
     */
    public Optional<Guest> find(String name) throws GuestException {
        requireKnown(name);
        Optional<GuestRecord> stored = stored();
        if (stored.isPresent() && !stored.get().recipe().equals(Initramfs.recipe())) {
            return Optional.of(guest(packAgain()));
        }
        return stored.map(this::guest);
    }

    /**
     * A guest from the cache, fetched if it is not there.
     *
     * @param mirror where to fetch from instead of the host's own mirrors
     * @throws GuestException if it can neither be found nor fetched
     */
    public Guest require(String name, Optional<URI> mirror, FetchProgress progress) throws GuestException {
        Optional<Guest> found = find(name);
        return found.isPresent() ? found.get() : fetch(name, mirror, progress, false);
    }

    /**
     * Fetches a guest, or brings one that is in the cache up to date.
     *
     * @param mirror where to fetch from instead of the host's own mirrors
     * @throws GuestException if it cannot be fetched; what was in the cache before still is
     */
    public Guest fetch(String name, Optional<URI> mirror, FetchProgress progress) throws GuestException {
        requireKnown(name);
        return fetch(name, mirror, progress, true);
    }

    /**
     * Takes a guest out of the cache, with all that was downloaded for it.
     *
     * @return whether it was there
     */
    public boolean remove(String name) throws GuestException {
        requireKnown(name);
        if (!Files.exists(cache.guests())) {
            return false;
        }
        try (GuestCache.Lock _ = cache.lock(FetchProgress.NONE)) {
            boolean was = stored().isPresent();
            GuestCache.delete(record());
            deleteOthers(Optional.empty());
            GuestCache.delete(cache.downloads());
            return was;
        }
    }

    private static void requireKnown(String name) throws GuestException {
        if (!names().contains(name)) {
            throw new GuestException("no guest is called " + name + "; there is: " + String.join(", ", names()));
        }
    }

    private Guest fetch(String name, Optional<URI> mirror, FetchProgress progress, boolean update)
            throws GuestException {
        FetchSettings fetchSettings = settings.get(mirror);
        try (GuestCache.Lock _ = cache.lock(progress)) {
            Optional<GuestRecord> before = stored();
            if (before.isPresent() && !update) {
                // Another process was faster.
                return guest(before.get());
            }
            DebianFetcher fetcher = new DebianFetcher(fetchSettings, cache.downloads(), progress);
            GuestRecord after = fetcher.withFirstWhole(selection -> {
                if (before.isPresent() && before.get().id().equals(selection.id())) {
                    progress.step(name + " is up to date");
                    return before.get();
                }
                return install(selection, fetcher.fetch(selection), progress);
            });
            fetcher.forgetDownloads();
            deleteOthers(Optional.of(after.directory()));
            return guest(after);
        }
    }

    private GuestRecord install(Selection selection, Parts parts, FetchProgress progress) throws GuestException {
        progress.step("packing the initramfs");
        String directory = DEBIAN + "-" + selection.id();
        Path target = cache.guests().resolve(directory);
        GuestCache.delete(target);
        GuestCache.createDirectories(target.resolve("modules"));
        GuestCache.write(target.resolve("kernel"), parts.kernel());
        GuestCache.write(target.resolve("busybox"), parts.busybox());
        List<GuestRecord.Module> modules = new ArrayList<>();
        for (KernelModules.Module module : parts.modules()) {
            GuestCache.write(moduleFile(target, module.name()), module.content());
            modules.add(new GuestRecord.Module(module.name(), module.depends()));
        }
        return packAndRecord(new GuestRecord(
                selection.id(),
                selection.suite(),
                parts.kernelVersion(),
                directory,
                parts.kernel().length,
                "",
                0,
                "",
                modules));
    }

    /** Where packages come from, and where they are kept by their hashes. */
    record Downloads(DebianSuites suites, Path folder) {}

    /** What is done with packages. */
    interface Use<T> {
        T of(Downloads downloads) throws GuestException;
    }

    /** Fetches packages; nobody else changes the cache meanwhile. */
    <T> T withDownloads(FetchSettings from, FetchProgress progress, Use<T> use) throws GuestException {
        try (GuestCache.Lock _ = cache.lock(progress)) {
            Path folder = cache.downloads();
            return use.of(new Downloads(new DebianSuites(from, folder, progress), folder));
        }
    }

    /** Deletes what {@link #withDownloads} has left for another try. */
    void forgetDownloads() throws GuestException {
        try (GuestCache.Lock _ = cache.lock(FetchProgress.NONE)) {
            GuestCache.delete(cache.downloads());
        }
    }

    /** What is fetched with. */
    FetchSettings settings(Optional<URI> mirror) throws GuestException {
        return settings.get(mirror);
    }

    private GuestRecord packAgain() throws GuestException {
        try (GuestCache.Lock _ = cache.lock(FetchProgress.NONE)) {
            GuestRecord stored =
                    stored().orElseThrow(() -> new GuestException("the guest was removed just now; fetch it"));
            return stored.recipe().equals(Initramfs.recipe()) ? stored : packAndRecord(stored);
        }
    }

    /** Packs the initramfs out of the parts in the guest's folder and writes the record, which makes it the guest. */
    private GuestRecord packAndRecord(GuestRecord stored) throws GuestException {
        Path directory = cache.guests().resolve(stored.directory());
        String recipe = Initramfs.recipe();
        byte[] initrd;
        try {
            List<KernelModules.Module> modules = new ArrayList<>();
            for (GuestRecord.Module module : stored.modules()) {
                modules.add(new KernelModules.Module(
                        module.name(), Files.readAllBytes(moduleFile(directory, module.name())), module.depends()));
            }
            initrd = Initramfs.pack(stored.kernelVersion(), modules, Files.readAllBytes(directory.resolve("busybox")));
        } catch (IOException e) {
            throw new GuestException(directory + ": parts of the guest are missing; remove it and fetch it again", e);
        }
        Path file = directory.resolve("initrd-" + recipe);
        GuestCache.write(file, initrd);
        GuestRecord packed = new GuestRecord(
                stored.id(),
                stored.suite(),
                stored.kernelVersion(),
                stored.directory(),
                stored.kernelSize(),
                file.getFileName().toString(),
                initrd.length,
                recipe,
                stored.modules());
        packed.write(record());
        if (!stored.initrd().isEmpty() && !stored.initrd().equals(packed.initrd())) {
            GuestCache.delete(directory.resolve(stored.initrd()));
        }
        return packed;
    }

    private static Path moduleFile(Path directory, String name) {
        return directory.resolve("modules").resolve(name + ".ko");
    }

    private Path record() {
        return cache.guests().resolve(DEBIAN + ".properties");
    }

    /** The record, if it is there and what it names is too. */
    private Optional<GuestRecord> stored() {
        return GuestRecord.read(record());
    }

    private Guest guest(GuestRecord stored) {
        Path directory = cache.guests().resolve(stored.directory());
        return new Guest(
                DEBIAN,
                stored.suite(),
                stored.kernelVersion(),
                directory.resolve("kernel"),
                directory.resolve(stored.initrd()),
                DEBIAN_COMMAND_LINE,
                Optional.empty());
    }

    /** Deletes the folders of other versions, and what a killed process left. */
    private void deleteOthers(Optional<String> keep) throws GuestException {
        List<Path> folders;
        try (Stream<Path> inside = Files.list(cache.guests())) {
            folders = inside.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new GuestException(cache.guests() + ": cannot be read: " + e.getMessage(), e);
        }
        for (Path folder : folders) {
            if (!folder.getFileName().toString().equals(keep.orElse(""))) {
                GuestCache.delete(folder);
            }
        }
    }
}
