package dev.ravel.guest;

import dev.ravel.guest.PackageIndex.Package;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * What a new system is made of.
 *
 * @param required what debootstrap unpacks by itself, to go on in the new system
 * @param base what it then installs
 * @param tools what formats the disk before there is a system
 * @param debootstrap Debian's own installer
 */
record SystemPlan(
        DebianSuites.Suite suite,
        List<Package> required,
        List<Package> base,
        List<Package> tools,
        Package debootstrap) {
    /** Beside the required ones: what boots, logs in, and is on the network. */
    private static final List<String> WANTED = List.of(
            "apt",
            "systemd-sysv",
            "udev",
            "dbus",
            "libpam-systemd",
            "systemd-resolved",
            "linux-image-riscv64",
            "initramfs-tools",
            "e2fsprogs",
            "iproute2",
            "iputils-ping");

    /** A mirror that speaks TLS is checked by these. */
    private static final String CERTIFICATES = "ca-certificates";

    private static final String TOOLS = "e2fsprogs";
    private static final long FILE_SYSTEM = 160L << 20;

    SystemPlan {
        required = List.copyOf(required);
        base = List.copyOf(base);
        tools = List.copyOf(tools);
    }

    /** The smallest system of a suite that boots, and can be added to. */
    static SystemPlan of(DebianSuites.Suite suite) throws SuiteException {
        PackageIndex index = suite.index();
        PackageSet system = new PackageSet(index);
        system.addRequired();
        List<Package> required = system.packages();
        for (String name : WANTED) {
            system.add(List.of(index.newest(name)));
        }
        if ("https".equalsIgnoreCase(suite.address().getScheme())) {
            system.add(List.of(index.newest(CERTIFICATES)));
        }
        PackageSet tools = new PackageSet(index);
        tools.add(List.of(index.newest(TOOLS)));
        List<Package> base = system.packages();
        return new SystemPlan(
                suite,
                required,
                base.subList(required.size(), base.size()),
                tools.packages(),
                index.newest("debootstrap"));
    }

    /** All packages of the system, in the order in which they are installed. */
    List<Package> packages() {
        Set<Package> all = new LinkedHashSet<>(required);
        all.addAll(base);
        return List.copyOf(all);
    }

    /** All that has to be fetched. */
    List<Package> files() {
        Set<Package> all = new LinkedHashSet<>(packages());
        all.addAll(tools);
        all.add(debootstrap);
        return List.copyOf(all);
    }

    /** Bytes of all that has to be fetched. */
    long fetchSize() {
        return files().stream().mapToLong(p -> p.file().size()).sum();
    }

    /** Bytes that a disk must have: for the system, for its packages while they are installed, and for the file system. */
    long diskSize() {
        long installed =
                packages().stream().mapToLong(p -> p.traits().installedSize()).sum();
        return installed + installed / 4 + fetchSize() + FILE_SYSTEM;
    }

    /** A line for each package: its hash, and the name of its file. */
    static String list(Collection<Package> packages) {
        return packages.stream()
                .map(p -> p.file().sha256() + " " + p.fileName() + "\n")
                .collect(Collectors.joining());
    }

    /**
     * What debootstrap has found out when it has fetched all packages, as its {@code --make-tarball} leaves it: which they
     * are, where they are, and their paragraphs of the index.
     */
    byte[] tarball() throws GuestException {
        String mirror = suite.mirror().name();
        String index =
                mirror.replaceFirst("^[^:]+://", "") + "/dists/" + suite.name() + "/main/binary-riscv64/Packages";
        StringBuilder places = new StringBuilder();
        packages()
                .forEach(p -> places.append(p.name())
                        .append(" /var/cache/apt/archives/")
                        .append(p.fileName())
                        .append('\n'));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            add(tar, "debootstrap/required", names(required));
            add(tar, "debootstrap/base", names(base));
            add(tar, "debootstrap/debpaths", places.toString());
            add(tar, "var/lib/apt/lists/" + index.replace('/', '_'), suite.paragraphs(packages()));
        } catch (IOException e) {
            throw new GuestException("the list of packages cannot be packed: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    private static String names(List<Package> packages) {
        return packages.stream().map(Package::name).collect(Collectors.joining(" ", "", "\n"));
    }

    private static void add(TarArchiveOutputStream tar, String name, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
