package dev.ravel.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Packs the guest's first file system, not compressed, because the host reads it faster than the guest could decompress
 * it. It holds busybox under all its names, the modules, and the files of {@code initramfs/} beside this class.
 */
final class Initramfs {
    /** Where the files of {@code initramfs/} go, and whether they are programs. */
    private enum Text {
        INIT("init", "init", true),
        INITTAB("inittab", "etc/inittab", false),
        FSTAB("fstab", "etc/fstab", false),
        PROFILE("profile", "etc/profile", false),
        BANNER("banner", "etc/banner", false),
        NETWORK("network", "etc/network", true),
        ONLINE("online", "bin/online", true),
        UDHCPC("udhcpc", "etc/udhcpc/default.script", true);

        private final String resource;
        private final String path;
        private final boolean executable;

        Text(String resource, String path, boolean executable) {
            this.resource = resource;
            this.path = path;
            this.executable = executable;
        }

        byte[] content() {
            return resource("initramfs/" + resource);
        }
    }

    /** To be changed with the code that packs, for the sake of {@link #recipe}. */
    private static final String LAYOUT = "2";

    private static final List<String> DIRECTORIES = List.of(
            "bin", "dev", "etc", "etc/udhcpc", "lib", "lib/modules", "mnt", "proc", "root", "run", "sys", "tmp", "usr");
    private static final Map<String, String> LINKS =
            new TreeMap<>(Map.of("sbin", "bin", "usr/bin", "../bin", "usr/sbin", "../bin", "etc/mtab", "/proc/mounts"));
    private static final Map<String, String> SMALL_FILES = new TreeMap<>(Map.of(
            "etc/hostname", "ravel\n",
            "etc/filesystems", "ext4\n",
            "etc/hosts", "127.0.0.1 localhost ravel\n::1 localhost ravel\n",
            "etc/passwd", "root::0:0:root:/root:/bin/sh\n",
            "etc/group", "root:x:0:\ntty:x:5:\ndisk:x:6:\n"));

    private final CpioWriter out = new CpioWriter();

    private Initramfs() {}

    /**
     * An initramfs.
     *
     * @param kernelVersion what {@code uname -r} will say
     * @param modules each after those that it depends on
     * @param busybox a busybox that needs no libraries
     */
    static byte[] pack(String kernelVersion, List<KernelModules.Module> modules, byte[] busybox) throws IOException {
        Initramfs initramfs = new Initramfs();
        initramfs.write(kernelVersion, modules, busybox);
        return initramfs.out.finish();
    }

    /** Changes when an initramfs of the same busybox and modules would come out different. */
    static String recipe() {
        MessageDigest digest = Mirror.newSha256();
        for (Text text : Text.values()) {
            digest.update(text.path.getBytes(StandardCharsets.UTF_8));
            digest.update(text.content());
        }
        digest.update((LAYOUT + DIRECTORIES + LINKS + SMALL_FILES).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }

    /** A file that is beside this class in the build. */
    static byte[] resource(String name) {
        try (InputStream in = Initramfs.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is not in the build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String kernelVersion, List<KernelModules.Module> modules, byte[] busybox) throws IOException {
        for (String directory : DIRECTORIES) {
            out.directory(directory);
        }
        for (Map.Entry<String, String> link : LINKS.entrySet()) {
            out.link(link.getKey(), link.getValue());
        }
        // The kernel opens the console for the first process, before anything is mounted on /dev.
        out.device("dev/console", 0600, 5, 1);
        out.device("dev/null", 0666, 1, 3);
        for (Text text : Text.values()) {
            out.file(text.path, text.executable ? 0755 : 0644, text.content());
        }
        for (Map.Entry<String, String> small : SMALL_FILES.entrySet()) {
            out.file(small.getKey(), 0644, small.getValue());
        }
        out.file("bin/busybox", 0755, busybox);
        for (String applet : applets(busybox)) {
            if (!applet.equals("busybox")) {
                out.link("bin/" + applet, "busybox");
            }
        }
        writeModules("lib/modules/" + kernelVersion, modules);
    }

    private void writeModules(String directory, List<KernelModules.Module> modules) throws IOException {
        out.directory(directory);
        StringBuilder dependencies = new StringBuilder();
        StringBuilder aliases = new StringBuilder();
        for (KernelModules.Module module : modules) {
            out.file(directory + "/" + module.name() + ".ko", 0644, module.content());
            dependencies.append(module.name()).append(".ko:");
            allDependencies(module, modules)
                    .forEach(name -> dependencies.append(' ').append(name).append(".ko"));
            dependencies.append('\n');
            for (String alias : KernelModules.moduleInfo(module.content()).getOrDefault("alias", List.of())) {
                aliases.append("alias ")
                        .append(alias)
                        .append(' ')
                        .append(module.name())
                        .append('\n');
            }
        }
        // What modprobe reads: for init, which has it load what the devices need, and for the kernel, which calls it
        // when
        // a file system is mounted.
        out.file(directory + "/modules.dep", 0644, dependencies.toString());
        out.file(directory + "/modules.alias", 0644, aliases.toString());
    }

    /**
     * What must be there before a module, also what its dependencies depend on: modprobe looks no further than one line,
     * and loads its last first.
     */
    private static List<String> allDependencies(KernelModules.Module module, List<KernelModules.Module> inLoadOrder) {
        Set<String> needed = new HashSet<>(module.depends());
        List<String> found = new ArrayList<>();
        for (KernelModules.Module candidate : inLoadOrder.reversed()) {
            if (needed.contains(candidate.name())) {
                needed.addAll(candidate.depends());
                found.add(candidate.name());
            }
        }
        return found;
    }

    /**
     * The names under which busybox works, from the table of them that it holds: strings in order, each ended by a zero
     * byte, the table by an empty one. Empty when there is no such table; the guest then asks busybox itself.
     */
    static List<String> applets(byte[] busybox) {
        byte[] start = "[\0[[\0".getBytes(StandardCharsets.US_ASCII);
        int at = com.google.common.primitives.Bytes.indexOf(busybox, start);
        List<String> names = new ArrayList<>();
        while (at >= 0 && at < busybox.length) {
            int end = at;
            while (end < busybox.length && busybox[end] > ' ' && busybox[end] < 127) {
                end++;
            }
            String name = new String(busybox, at, end - at, StandardCharsets.US_ASCII);
            if (name.isEmpty() || name.contains("/") || end == busybox.length || busybox[end] != 0) {
                break;
            }
            names.add(name);
            at = end + 1;
        }
        return List.copyOf(names);
    }
}
