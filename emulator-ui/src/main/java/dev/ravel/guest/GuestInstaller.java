package dev.ravel.guest;

import dev.ravel.disk.ImageFormat;
import dev.ravel.disk.NewDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Installs Debian on a new disk. The host finds out what packages the system needs, and fetches and checks them; then the
 * guest {@code debian} starts in a machine with the disk, and runs Debian's own debootstrap there, both stages of it, with
 * the packages coming over the machine's network. The script that it runs is {@code installer/install} beside this class.
 */
public final class GuestInstaller {
    private static final String HOST_OF_USER_NETWORK = "10.0.2.2";
    private static final String FOLDER = "installer";
    private static final List<String> SCRIPTS = List.of("install", "boot-hook");

    private final GuestCatalog catalog;
    private final InstalledGuests installed;
    private final InstallerMachine machine;

    /**
     * What the user wants.
     *
     * @param name of the guest and of its host
     * @param size bytes of the disk
     * @param suite the release of Debian; empty: the first that Ravel knows and the mirror has whole
     * @param mirror where to fetch from instead of the host's own mirrors
     */
    public record Wish(String name, long size, Optional<String> suite, Optional<URI> mirror) {}

    GuestInstaller(GuestCatalog catalog, InstalledGuests installed, InstallerMachine machine) {
        this.catalog = catalog;
        this.installed = installed;
        this.machine = machine;
    }

    /** Installs this user's guests, in machines of Ravel's own. */
    public static GuestInstaller ofUser() {
        return new GuestInstaller(GuestCatalog.ofUser(), InstalledGuests.ofUser(), new RavelInstallerMachine());
    }

    /**
     * Installs a guest. If that fails, or the process is interrupted, there is nothing of it.
     *
     * @throws GuestException if it cannot be installed
     */
    public Guest create(Wish wish, FetchProgress progress) throws GuestException {
        try (InstalledGuests.Draft draft = installed.begin(wish.name());
                Interruption _ = new Interruption(draft, progress)) {
            return create(draft, wish, progress);
        }
    }

    private Guest create(InstalledGuests.Draft draft, Wish wish, FetchProgress progress) throws GuestException {
        FetchSettings all = catalog.settings(wish.mirror());
        FetchSettings settings =
                wish.suite().isPresent() ? all.only(wish.suite().get()) : all;
        Guest live = catalog.require(GuestCatalog.DEBIAN, wish.mirror(), progress);
        Source source = catalog.withDownloads(
                settings,
                progress,
                downloads -> downloads.suites().withFirstWhole(suite -> {
                    SystemPlan possible = SystemPlan.of(suite);
                    requireRoom(possible, wish.size());
                    take(suite.fetch(possible.files()), draft.packages());
                    return new Source(possible, downloads.suites().sources(suite), settings);
                }));
        try (PackageServer server = new PackageServer(draft.packages(), source.plan.files())) {
            Guest guest = install(draft, wish, live, source, server.port(), progress);
            catalog.forgetDownloads();
            return guest;
        }
    }

    /** Takes files out of the cache, where others may delete them: by a link, or as a copy from another file system. */
    private static void take(List<Path> files, Path folder) throws GuestException {
        GuestCache.delete(folder);
        try {
            Files.createDirectory(folder);
            for (Path file : files) {
                Path taken = folder.resolve(file.getFileName());
                try {
                    Files.createLink(taken, file);
                } catch (IOException | UnsupportedOperationException e) {
                    Files.copy(file, taken);
                }
            }
        } catch (IOException e) {
            throw InstalledGuests.cannotWrite(folder, e);
        }
    }

    /**
     * Where a system comes from.
     *
     * @param apt the lines of its own sources
     */
    private record Source(SystemPlan plan, List<String> apt, FetchSettings settings) {}

    private void requireRoom(SystemPlan plan, long size) throws GuestException {
        long needed = plan.diskSize();
        if (size < needed) {
            throw new GuestException("--size " + megabytes(size) + " is too small: Debian "
                    + plan.suite().name() + " needs " + megabytes(needed) + " at least");
        }
        long room = installed.room();
        if (room < needed + plan.fetchSize()) {
            throw new GuestException(installed.root() + ": " + megabytes(room) + " are left on this disk, and "
                    + megabytes(needed + plan.fetchSize())
                    + " are needed; make room, or set XDG_DATA_HOME to another folder");
        }
    }

    private static String megabytes(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20) + "M";
    }

    private Guest install(
            InstalledGuests.Draft draft, Wish wish, Guest live, Source source, int port, FetchProgress progress)
            throws GuestException {
        SystemPlan plan = source.plan;
        String uuid = UUID.randomUUID().toString();
        Path share = draft.scratch().resolve("share");
        Path initrd = draft.scratch().resolve("initrd");
        InstallerConsole console = new InstallerConsole(plan, progress);
        try {
            Files.createDirectory(share);
            new NewDisk(draft.disk(), ImageFormat.QCOW2, OptionalLong.of(wish.size()), Optional.empty()).make();
            Files.write(initrd, initramfs(live, wish.name(), uuid, source, port));
            Path log = installed.root().resolve("." + wish.name() + ".log");
            try (OutputStream copy = Files.newOutputStream(log)) {
                progress.step("starting the installer in a machine; this takes a while");
                machine.run(
                        new InstallerMachine.Setup(
                                live.kernel(), initrd, live.commandLine() + " quiet", draft.disk(), share),
                        (bytes, offset, length) -> {
                            console.accept(bytes, offset, length);
                            write(copy, bytes, offset, length);
                        });
            }
            if (!console.done()) {
                throw new GuestException("the installation failed: " + console.failure() + "; " + log
                        + " is what the installer printed");
            }
            String version = Files.readString(share.resolve("version")).strip();
            Guest guest = draft.publish(
                    plan.suite().name(),
                    version,
                    share.resolve("kernel"),
                    share.resolve("initrd"),
                    "root=UUID=" + uuid + " " + live.commandLine());
            Files.deleteIfExists(log);
            return guest;
        } catch (IOException e) {
            throw InstalledGuests.cannotWrite(draft.disk(), e);
        }
    }

    private static void write(OutputStream log, byte[] bytes, int offset, int length) {
        try {
            log.write(bytes, offset, length);
        } catch (IOException e) {
            // A log that is not whole holds nothing up.
        }
    }

    /** That of the guest debian, over which the installer's files are laid. */
    private static byte[] initramfs(Guest live, String name, String uuid, Source source, int port)
            throws IOException, GuestException {
        SystemPlan plan = source.plan;
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(Files.readAllBytes(live.initrd()));
        // An archive begins at a multiple of four bytes.
        both.write(new byte[-both.size() & 3]);
        CpioWriter cpio = new CpioWriter();
        cpio.file("etc/inittab", 0644, Initramfs.resource(FOLDER + "/inittab"));
        cpio.directory(FOLDER);
        for (String script : SCRIPTS) {
            cpio.file(FOLDER + "/" + script, 0755, Initramfs.resource(FOLDER + "/" + script));
        }
        cpio.file(FOLDER + "/tools", 0644, SystemPlan.list(plan.tools()));
        cpio.file(FOLDER + "/packages", 0644, SystemPlan.list(plan.packages()));
        cpio.file(FOLDER + "/sources.list", 0644, String.join("\n", source.apt) + "\n");
        cpio.file(FOLDER + "/plan.tar", 0644, plan.tarball());
        cpio.file(FOLDER + "/config", 0644, """
                name=%s
                suite=%s
                mirror=%s
                proxy=%s
                server=http://%s:%d
                debootstrap=%s
                uuid=%s
                """.formatted(
                        name,
                        quoted(plan.suite().name()),
                        quoted(plan.suite().mirror().name()),
                        quoted(proxy(source)),
                        HOST_OF_USER_NETWORK,
                        port,
                        plan.debootstrap().file().sha256(),
                        uuid));
        both.write(cpio.finish());
        return both.toByteArray();
    }

    /** The host's proxy for the mirror, for the guest's own apt; one on the host's loopback is none for the guest. */
    private static String proxy(Source source) {
        return source.settings.proxies().select(source.plan.suite().address()).stream()
                .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
                .map(Proxy::address)
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast)
                .filter(address ->
                        address.isUnresolved() || !address.getAddress().isLoopbackAddress())
                .map(address -> "http://" + address.getHostString() + ":" + address.getPort())
                .limit(1)
                .collect(Collectors.joining());
    }

    /** As one word of the shell. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
