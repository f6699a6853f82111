package dev.ravel.guest;

import dev.ravel.guest.PackageIndex.Package;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches Debian's own kernel and busybox for riscv64 from one of the {@link DebianSuites}: the packages that its index
 * vouches for.
 */
final class DebianFetcher {
    private static final String KERNEL_PACKAGE = "linux-image-riscv64";
    private static final String BUSYBOX_PACKAGE = "busybox-static";

    /** What the board's devices need, and the file systems on them; loaded when they are needed. */
    static final List<String> MODULES = List.of(
            "virtio_mmio",
            "virtio_pci",
            "virtio_blk",
            "virtio_net",
            "virtio_console",
            "virtio_rng",
            "virtio_balloon",
            "virtio_input",
            "virtio_gpu",
            "evdev",
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
    record Selection(DebianSuites.Suite from, List<Package> packages) {
        /** The name of the suite. */
        String suite() {
            return from.name();
        }

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

    /** Does something with the first suite that a mirror can give whole: {@link DebianSuites#withFirstWhole}. */
    <T> T withFirstWhole(Use<T> use) throws GuestException {
        return new DebianSuites(settings, downloads, progress).withFirstWhole(suite -> use.of(select(suite)));
    }

    private static Selection select(DebianSuites.Suite suite) throws SuiteException {
        List<Package> packages = new ArrayList<>(suite.index().withExactDependencies(KERNEL_PACKAGE));
        packages.add(suite.index().newest(BUSYBOX_PACKAGE));
        return new Selection(suite, List.copyOf(packages));
    }

    /** Fetches the packages and takes out of them what a guest needs. */
    Parts fetch(Selection selection) throws GuestException {
        List<Path> files = selection.from.fetch(selection.packages);
        progress.step("unpacking the kernel of Debian " + selection.suite());
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
                    "the packages of Debian " + selection.suite() + " cannot be unpacked below " + downloads + ": "
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
