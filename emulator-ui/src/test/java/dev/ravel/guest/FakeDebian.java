package dev.ravel.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Makes a small suite out of nothing: packages with a kernel, modules and busybox, their index, the signed release. */
final class FakeDebian {
    static final String VERSION = "6.1.2-riscv64";
    static final byte[] KERNEL = "a kernel".repeat(500).getBytes(StandardCharsets.US_ASCII);
    static final byte[] BUSYBOX =
            "\177ELF code [\0[[\0ash\0busybox\0mount\0sh\0\0more".getBytes(StandardCharsets.ISO_8859_1);
    static final String INDEX = "main/binary-riscv64/Packages.xz";

    private FakeDebian() {}

    /** A suite that keeps kernel and modules in one package, as trixie does. */
    static void publishOnePiece(FakeMirror mirror, String suite, SigningKey key) {
        publishOnePiece(mirror, suite, key, Map.of());
    }

    /** The same, with packages enough to install a system. */
    static void publishSystem(FakeMirror mirror, String suite, SigningKey key) {
        Map<String, String> more = new LinkedHashMap<>();
        more.put("base-files", "libc6\nEssential: yes\nInstalled-Size: 1024\nArchitecture: riscv64");
        more.put("libc6", "");
        for (String name : List.of(
                "apt",
                "systemd-sysv",
                "udev",
                "dbus",
                "libpam-systemd",
                "systemd-resolved",
                "initramfs-tools",
                "kmod",
                "e2fsprogs",
                "iproute2",
                "iputils-ping",
                "debootstrap")) {
            more.put(name, "libc6\nArchitecture: all");
        }
        publishOnePiece(mirror, suite, key, more);
    }

    /** With more packages and what they depend on, which other fields may follow. */
    private static void publishOnePiece(FakeMirror mirror, String suite, SigningKey key, Map<String, String> more) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("./boot/vmlinux-" + VERSION, KERNEL);
        files.putAll(modules());
        Map<String, byte[]> debs = new LinkedHashMap<>();
        StringBuilder index = new StringBuilder();
        add(index, debs, suite, "linux-image-riscv64", "linux-image-" + VERSION + " (= 6.1.2-1)", Map.of());
        add(index, debs, suite, "linux-image-" + VERSION, "kmod, initramfs-tools (>= 0.1) | other", files);
        add(index, debs, suite, "busybox-static", "", Map.of("./usr/bin/busybox", BUSYBOX));
        more.forEach((name, depends) -> add(index, debs, suite, name, depends, Map.of("./usr/share/" + name, KERNEL)));
        publish(mirror, suite, key, index.toString(), debs, "");
    }

    /** A suite that cuts the kernel into pieces, as forky does. */
    static void publishPieces(FakeMirror mirror, String suite, SigningKey key) {
        String image = "linux-image-" + VERSION;
        String binary = "linux-binary-" + VERSION;
        String modules = "linux-modules-" + VERSION;
        Map<String, byte[]> debs = new LinkedHashMap<>();
        StringBuilder index = new StringBuilder();
        add(index, debs, suite, "linux-image-riscv64", image + " (= 6.1.2-1)", Map.of());
        String depends = "dracut | initramfs-tools, " + binary + " (= 6.1.2-1), " + modules + " (= 6.1.2-1)";
        add(index, debs, suite, image, depends, Map.of());
        add(index, debs, suite, binary, "", Map.of("./usr/lib/modules/" + VERSION + "/vmlinuz", KERNEL));
        add(index, debs, suite, modules, "kmod, " + binary + " (= 6.1.2-1)", modules());
        add(index, debs, suite, "busybox-static", "", Map.of("./usr/bin/busybox", BUSYBOX));
        publish(mirror, suite, key, index.toString(), debs, "");
    }

    /** Puts a suite without packages on the mirror, in the archive below a path. */
    static void publishEmpty(FakeMirror mirror, String archive, String suite, SigningKey key) {
        publish(mirror, archive, suite, key, "", Map.of(), "");
    }

    /** Puts the index, the packages and the signed release on the mirror. */
    static void publish(
            FakeMirror mirror,
            String suite,
            SigningKey key,
            String index,
            Map<String, byte[]> debs,
            String releaseFields) {
        publish(mirror, "", suite, key, index, debs, releaseFields);
    }

    private static void publish(
            FakeMirror mirror,
            String archive,
            String suite,
            SigningKey key,
            String index,
            Map<String, byte[]> debs,
            String releaseFields) {
        String folder = archive + "dists/" + suite + "/";
        debs.forEach(mirror::put);
        byte[] compressed = xz(index.getBytes(StandardCharsets.UTF_8));
        String hash = sha256(compressed);
        mirror.put(folder + INDEX, compressed);
        mirror.put(folder + "main/binary-riscv64/by-hash/SHA256/" + hash, compressed);
        mirror.put(folder + "InRelease", key.sign(release(suite, releaseFields, hash, compressed.length)));
    }

    static String release(String suite, String fields, String hash, int size) {
        return "Origin: Debian\nCodename: " + suite + "\nDate: Sat, 21 Nov 2026 09:15:44 UTC\n" + fields
                + "Acquire-By-Hash: yes\nDescription: a test - nothing else\nMD5Sum:\n 00 1 " + INDEX + "\nSHA256:\n "
                + hash + " " + size + " " + INDEX + "\n";
    }

    static void add(
            StringBuilder index,
            Map<String, byte[]> debs,
            String suite,
            String name,
            String depends,
            Map<String, byte[]> files) {
        byte[] deb = deb(files);
        String path = "pool/" + suite + "/" + name + ".deb";
        debs.put(path, deb);
        index.append("Package: ").append(name).append("\nVersion: 6.1.2-1\n");
        index.append(depends.isEmpty() ? "" : "Depends: " + depends + "\n");
        index.append("Description: short\n long: not a field\nFilename: ").append(path);
        index.append("\nSize: ").append(deb.length);
        index.append("\nSHA256: ").append(sha256(deb)).append("\n\n");
    }

    private static Map<String, byte[]> modules() {
        String directory = "./usr/lib/modules/" + VERSION + "/";
        Map<String, byte[]> files = new LinkedHashMap<>();
        Map<String, String> modules = new LinkedHashMap<>();
        modules.put("virtio_blk", "");
        modules.put("virtio_mmio", "");
        modules.put("virtio_pci", "");
        modules.put("virtio_net", "net_failover");
        modules.put("net_failover", "failover");
        modules.put("failover", "");
        modules.put("virtio-rng", "");
        modules.put("virtio_balloon", "");
        modules.put("virtio_input", "");
        modules.put("drm", "");
        modules.put("virtio_gpu", "drm");
        modules.put("evdev", "");
        modules.put("vsock", "");
        modules.put("vmw_vsock_virtio_transport", "vsock");
        modules.put("crc32c_generic", "");
        modules.put("jbd2", "");
        modules.put("ext4", "jbd2,mbcache");
        modules.put("overlay", "");
        modules.put("9pnet", "");
        modules.put("9p", "9pnet");
        modules.put("9pnet_virtio", "9pnet");
        modules.put("unwanted", "");
        modules.forEach((name, depends) -> files.put(
                directory + "kernel/drivers/" + name + ".ko.xz",
                xz(module("depends=" + depends, name.equals("ext4") ? "softdep=pre: crypto-crc32c" : "license=GPL"))));
        files.put(
                directory + "modules.builtin",
                "kernel/drivers/char/virtio_console.ko\nkernel/fs/mbcache.ko\n".getBytes(StandardCharsets.UTF_8));
        return files;
    }

    /** A module that is an ELF64 file with nothing but a section {@code .modinfo}. */
    static byte[] module(String... info) {
        byte[] text = (String.join("\0", info) + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] names = "\0.modinfo\0.shstrtab\0".getBytes(StandardCharsets.UTF_8);
        int sections = 64 + text.length + names.length;
        ByteBuffer out = ByteBuffer.allocate(sections + 3 * 64).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).putLong(40, sections);
        out.putShort(58, (short) 64).putShort(60, (short) 3).putShort(62, (short) 2);
        out.put(64, text).put(64 + text.length, names);
        out.putInt(sections + 64, 1).putLong(sections + 64 + 24, 64).putLong(sections + 64 + 32, text.length);
        out.putInt(sections + 128, 10);
        out.putLong(sections + 128 + 24, 64 + text.length).putLong(sections + 128 + 32, names.length);
        return out.array();
    }

    static byte[] deb(Map<String, byte[]> files) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        ByteArrayOutputStream ar = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(tar)) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            out.putArchiveEntry(new TarArchiveEntry("./usr/"));
            out.closeArchiveEntry();
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                out.putArchiveEntry(entry);
                out.write(file.getValue());
                out.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
        members.put("control.tar.xz", xz(new byte[1024]));
        members.put("data.tar.xz", xz(tar.toByteArray()));
        try (ArArchiveOutputStream out = new ArArchiveOutputStream(ar)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                out.putArchiveEntry(new ArArchiveEntry(member.getKey(), member.getValue().length));
                out.write(member.getValue());
                out.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ar.toByteArray();
    }

    static byte[] xz(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (XZOutputStream out = new XZOutputStream(bytes, new LZMA2Options(0))) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(Mirror.newSha256().digest(content));
    }

    /** The {@code modules.dep} of a guest made of {@link #modules}. */
    static String dependencies() {
        return """
                virtio_mmio.ko:
                virtio_pci.ko:
                virtio_blk.ko:
                failover.ko:
                net_failover.ko: failover.ko
                virtio_net.ko: net_failover.ko failover.ko
                virtio_rng.ko:
                virtio_balloon.ko:
                virtio_input.ko:
                drm.ko:
                virtio_gpu.ko: drm.ko
                evdev.ko:
                vsock.ko:
                vmw_vsock_virtio_transport.ko: vsock.ko
                crc32c_generic.ko:
                jbd2.ko:
                ext4.ko: jbd2.ko crc32c_generic.ko
                overlay.ko:
                9pnet.ko:
                9p.ko: 9pnet.ko
                9pnet_virtio.ko: 9pnet.ko
                """;
    }
}
