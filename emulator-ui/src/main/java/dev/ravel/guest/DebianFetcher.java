package dev.ravel.guest;

import dev.ravel.guest.PackageIndex.Package;
import dev.ravel.guest.Release.SignedFile;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches Debian's own kernel and busybox for riscv64: the suite's signed {@code InRelease}, the index of packages that
 * it vouches for, the packages that the index vouches for. Every file is checked before anything looks into it.
 */
final class DebianFetcher {
    private static final String KERNEL_PACKAGE = "linux-image-riscv64";
    private static final String BUSYBOX_PACKAGE = "busybox-static";
    private static final String INDEX = "main/binary-riscv64/Packages";

    /** What the board's devices need, and the file systems on them; loaded when they are needed. */
    static final List<String> MODULES = List.of(
            "virtio_mmio",
            "virtio_blk",
            "virtio_net",
            "virtio_console",
            "virtio_rng",
            "virtio_balloon",
            "vmw_vsock_virtio_transport",
            "ext4",
            "overlay",
            "9p",
            "9pnet_virtio");

    /** boot/vmlinux-VERSION, or usr/lib/modules/VERSION/vmlinuz in newer suites. */
    private static final Pattern KERNEL_FILE =
            Pattern.compile("boot/vmlinu[xz]-(.+)|(?:usr/)?lib/modules/([^/]+)/vmlinu[xz]");

    private final FetchSettings settings;
    private final Path downloads;
    private final FetchProgress progress;

    DebianFetcher(FetchSettings settings, Path downloads, FetchProgress progress) {
        this.settings = settings;
        this.downloads = downloads;
        this.progress = progress;
    }

    /** The packages of a guest, found and not yet fetched. */
    record Selection(Mirror mirror, String suite, List<Package> packages) {
        /** Tells one selection from another: the packages' hashes, and what is taken out of them. */
        String id() {
            MessageDigest digest = Mirror.newSha256();
            digest.update(MODULES.toString().getBytes(StandardCharsets.US_ASCII));
            packages.forEach(p -> digest.update(p.file().sha256().getBytes(StandardCharsets.US_ASCII)));
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        }
    }

    /** What is in the packages. */
    record Parts(String kernelVersion, byte[] kernel, byte[] busybox, List<KernelModules.Module> modules) {}

    /** What one suite on one mirror gives. */
    interface Use<T> {
        T of(Selection selection) throws GuestException;
    }

    /**
     * Does something with the first suite that a mirror can give whole. What is wrong with the suites before it is told
     * as a step; what is wrong with all of them is the exception.
     */
    <T> T withFirstWhole(Use<T> use) throws GuestException {
        List<String> failures = new ArrayList<>();
        for (URI address : settings.mirrors()) {
            Mirror mirror = new Mirror(address, downloads, settings.proxies(), progress);
            for (String suite : settings.suites()) {
                try {
                    return use.of(select(mirror, suite));
                } catch (SuiteException e) {
                    progress.step(mirror.name() + ": " + e.getMessage());
                    failures.add(mirror.name() + ": " + e.getMessage());
                }
            }
        }
        throw new GuestException(String.join("; ", failures) + "; try again later, or name another with --mirror");
    }

    private Selection select(Mirror mirror, String suite) throws GuestException {
        progress.step("checking Debian " + suite);
        String directory = "dists/" + suite + "/";
        byte[] signed = mirror.read(directory + "InRelease")
                .orElseThrow(() -> new SuiteException("the mirror has no suite " + suite));
        String name = mirror.name() + "/" + directory + "InRelease";
        Release release = Release.parse(
                name,
                Clearsigned.verify(
                        name, signed, settings.keyrings(), settings.now().get()));
        if (!release.codename().equals(suite)) {
            throw new GuestException(name + ": is that of \"" + release.codename() + "\"; use another mirror");
        }
        if (settings.checkValidUntil()
                && release.validUntil().isPresent()
                && release.validUntil().get().isBefore(settings.now().get())) {
            throw new SuiteException("the suite " + suite + " on the mirror was valid until "
                    + release.validUntil().get() + " only (host's clock: "
                    + settings.now().get() + ")");
        }
        PackageIndex index = index(mirror, suite, directory, release);
        List<Package> packages = new ArrayList<>(index.withExactDependencies(KERNEL_PACKAGE));
        packages.add(index.newest(BUSYBOX_PACKAGE));
        return new Selection(mirror, suite, List.copyOf(packages));
    }

    private PackageIndex index(Mirror mirror, String suite, String directory, Release release) throws GuestException {
        for (String path : List.of(INDEX + ".xz", INDEX + ".gz")) {
            SignedFile file = release.files().get(path);
            if (file == null) {
                continue;
            }
            String plain = directory + path;
            String byHash = plain.substring(0, plain.lastIndexOf('/')) + "/by-hash/SHA256/" + file.sha256();
            Path fetched = mirror.fetch(
                    "the package index of " + suite,
                    file,
                    release.byHash() ? new String[] {byHash, plain} : new String[] {plain});
            try (InputStream in = new BufferedInputStream(Files.newInputStream(fetched), 1 << 16);
                    BufferedReader reader = new BufferedReader(
                            new InputStreamReader(Deb.decompress(path, in), StandardCharsets.UTF_8), 1 << 16)) {
                return PackageIndex.read(suite, reader);
            } catch (IOException e) {
                throw new GuestException(fetched + ": cannot be read: " + e.getMessage(), e);
            }
        }
        throw new SuiteException("the suite " + suite + " has no packages for riscv64");
    }

    /** Fetches the packages and takes out of them what a guest needs. */
    Parts fetch(Selection selection) throws GuestException {
        List<Path> files = new ArrayList<>();
        for (Package p : selection.packages) {
            files.add(selection.mirror.fetch(p.path().substring(p.path().lastIndexOf('/') + 1), p.file(), p.path()));
        }
        progress.step("unpacking the kernel of Debian " + selection.suite);
        Unpacked unpacked = new Unpacked();
        try (KernelModules modules = new KernelModules(downloads.resolve("modules.spool"))) {
            for (int i = 0; i < files.size(); i++) {
                Package from = selection.packages.get(i);
                String label = "unpacking " + from.name().replaceFirst("-\\d.*", "");
                Deb.read(
                        files.get(i),
                        (path, content) -> unpacked.take(path, content, modules),
                        position -> progress.transferred(
                                label, position, from.file().size()));
            }
            return new Parts(
                    unpacked.require(unpacked.kernelVersion, "kernel"),
                    unpacked.require(unpacked.kernel, "kernel"),
                    unpacked.require(unpacked.busybox, "busybox"),
                    modules.inOrder(MODULES));
        } catch (IOException e) {
            throw new GuestException(
                    "the packages of Debian " + selection.suite + " cannot be unpacked below " + downloads + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Deletes what was fetched, also what an earlier try left. */
    void forgetDownloads() throws GuestException {
        GuestCache.delete(downloads);
    }

    private static final class Unpacked {
        private Optional<String> kernelVersion = Optional.empty();
        private Optional<byte[]> kernel = Optional.empty();
        private Optional<byte[]> busybox = Optional.empty();

        void take(String path, InputStream content, KernelModules modules) throws IOException {
            Matcher kernelFile = KERNEL_FILE.matcher(path);
            if (kernelFile.matches()) {
                kernelVersion = Optional.ofNullable(kernelFile.group(1)).or(() -> Optional.of(kernelFile.group(2)));
                kernel = Optional.of(content.readAllBytes());
            } else if (path.equals("bin/busybox") || path.equals("usr/bin/busybox")) {
                busybox = Optional.of(content.readAllBytes());
            } else if (path.endsWith("/modules.builtin")) {
                modules.addBuiltIn(content);
            } else if (KernelModules.isModuleFile(path)) {
                modules.add(path, content);
            }
        }

        <T> T require(Optional<T> part, String what) throws GuestException {
            return part.orElseThrow(
                    () -> new GuestException("the packages hold no " + what + "; try another suite or mirror"));
        }
    }
}
