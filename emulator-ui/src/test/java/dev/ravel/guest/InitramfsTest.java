package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.Test;

class InitramfsTest {
    private static final List<KernelModules.Module> MODULES = List.of(
            new KernelModules.Module("failover", FakeDebian.module("license=GPL"), List.of()),
            new KernelModules.Module(
                    "virtio_net", FakeDebian.module("alias=virtio:d00000001v*", "alias=net"), List.of("failover")));

    private record Entry(CpioArchiveEntry header, byte[] content) {
        String text() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    private static Map<String, Entry> unpack(byte[] archive) throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        try (CpioArchiveInputStream in = new CpioArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (CpioArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                assertThat(entries.put(e.getName(), new Entry(e, in.readAllBytes())))
                        .as(e.getName())
                        .isNull();
            }
        }
        return entries;
    }

    private static Map<String, Entry> pack() throws IOException {
        return unpack(Initramfs.pack("6.1", MODULES, FakeDebian.BUSYBOX));
    }

    @Test
    void itHoldsAnInitThatTheKernelCanStart() throws IOException {
        Map<String, Entry> entries = pack();
        assertThat(entries.get("init").header().getMode()).isEqualTo(0100755);
        assertThat(entries.get("init").text()).startsWith("#!/bin/sh\n");
        assertThat(entries.get("bin/busybox").content()).isEqualTo(FakeDebian.BUSYBOX);
        assertThat(entries.get("bin/sh").header().isSymbolicLink()).isTrue();
        assertThat(entries.get("bin/sh").text()).isEqualTo("busybox");
        assertThat(entries.get("sbin").text()).isEqualTo("bin");
    }

    @Test
    void theConsoleIsThereBeforeAnythingIsMounted() throws IOException {
        CpioArchiveEntry console = pack().get("dev/console").header();
        assertThat(console.isCharacterDevice()).isTrue();
        assertThat(console.getRemoteDeviceMaj()).isEqualTo(5);
        assertThat(console.getRemoteDeviceMin()).isEqualTo(1);
    }

    @Test
    void modulesLieWhereModprobeLooksForThem() throws IOException {
        Map<String, Entry> entries = pack();
        assertThat(entries.get("lib/modules/6.1/modules.alias").text())
                .isEqualTo("alias virtio:d00000001v* virtio_net\nalias net virtio_net\n");
        assertThat(entries.get("lib/modules/6.1/modules.dep").text())
                .isEqualTo("failover.ko:\nvirtio_net.ko: failover.ko\n");
        assertThat(entries.get("lib/modules/6.1/virtio_net.ko").content())
                .isEqualTo(MODULES.getLast().content());
    }

    @Test
    void aModulesLineNamesWhatItsDependenciesNeedToo() throws IOException {
        List<KernelModules.Module> modules = List.of(
                new KernelModules.Module("netfs", MODULES.getFirst().content(), List.of()),
                new KernelModules.Module("9pnet", MODULES.getFirst().content(), List.of("netfs")),
                new KernelModules.Module("9p", MODULES.getFirst().content(), List.of("9pnet")));
        assertThat(unpack(Initramfs.pack("6.1", modules, FakeDebian.BUSYBOX))
                        .get("lib/modules/6.1/modules.dep")
                        .text())
                .isEqualTo("netfs.ko:\n9pnet.ko: netfs.ko\n9p.ko: 9pnet.ko netfs.ko\n");
    }

    @Test
    void everyEntryComesAfterItsFolder() throws IOException {
        List<String> names = List.copyOf(pack().keySet());
        for (String name : names) {
            int slash = name.lastIndexOf('/');
            if (slash >= 0) {
                assertThat(names.subList(0, names.indexOf(name))).contains(name.substring(0, slash));
            }
        }
    }

    @Test
    void theSamePartsGiveTheSameBytes() throws IOException {
        assertThat(Initramfs.pack("6.1", MODULES, FakeDebian.BUSYBOX))
                .isEqualTo(Initramfs.pack("6.1", MODULES, FakeDebian.BUSYBOX));
        assertThat(Initramfs.recipe()).matches("[0-9a-f]{16}").isEqualTo(Initramfs.recipe());
    }

    @Test
    void theAppletsOfBusyboxAreInItsTable() {
        assertThat(Initramfs.applets(FakeDebian.BUSYBOX)).containsExactly("[", "[[", "ash", "busybox", "mount", "sh");
        assertThat(Initramfs.applets("no table".getBytes(StandardCharsets.US_ASCII)))
                .isEmpty();
        assertThat(Initramfs.applets("[\0[[\0cut off".getBytes(StandardCharsets.US_ASCII)))
                .containsExactly("[", "[[");
    }
}
