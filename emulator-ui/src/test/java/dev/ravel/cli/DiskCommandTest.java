package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ravel disk} as a shell sees it. */
class DiskCommandTest {
    @TempDir
    Path folder;

    private RavelProcess ravel = new RavelProcess(Path.of(""));

    @BeforeEach
    void makeRavel() {
        ravel = new RavelProcess(folder);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private int disk(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "disk";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return ravel.run(all);
    }

    @Test
    void anImageIsMadeAndToldAbout() throws Exception {
        Files.write(folder.resolve("base"), new byte[3 << 20]);
        assertThat(disk("create", "-b", "base", path("d.qcow2")))
                .as(ravel.errors())
                .isZero();
        assertThat(disk("info", path("d.qcow2"))).isZero();
        assertThat(ravel.output())
                .contains("format: qcow2\n", "size: 3M (3145728 bytes)\n", "under it: base (raw)\n", "version: 3\n");
        assertThat(disk("info", "--json", path("d.qcow2"))).isZero();
        JsonNode info = JsonMapper.shared().readTree(ravel.output());
        assertThat(info.get("virtual-size").asLong()).isEqualTo(3 << 20);
        assertThat(info.get("backing-filename").asString()).isEqualTo("base");
        assertThat(disk("convert", "-O", "raw", path("d.qcow2"), path("d.raw"))).isZero();
        assertThat(folder.resolve("d.raw")).hasSize(3 << 20);
    }

    @Test
    void lostSpaceIsFoundAndGivenBack() throws Exception {
        assertThat(disk("create", path("d"), "64M")).isZero();
        assertThat(disk("check", path("d"))).isZero();
        assertThat(ravel.output()).endsWith("the image is good\n");
        try (RandomAccessFile image = new RandomAccessFile(path("d"), "rw")) {
            // The count of a cluster behind all others.
            image.setLength(6 << 16);
            image.seek((2 << 16) + 2 * 5);
            image.writeShort(1);
        }
        assertThat(disk("check", path("d"))).isEqualTo(3);
        assertThat(ravel.output())
                .contains("cluster 5 leaks", "1 cluster takes space for nothing; --repair gives it back");
        assertThat(disk("check", "--repair", path("d"))).isZero();
        assertThat(disk("check", path("d"))).isZero();
    }

    @Test
    void whatIsWrongIsToldInOneLine() throws Exception {
        assertThat(disk("create", path("d"))).isEqualTo(Main.EXIT_USAGE);
        assertThat(ravel.errors()).startsWith("ravel: the size of the disk is missing: write for example 10G");
        assertThat(disk("create", path("d"), "10X")).isEqualTo(Main.EXIT_USAGE);
        Files.write(folder.resolve("raw"), new byte[512]);
        assertThat(disk("check", path("raw"))).isEqualTo(Main.EXIT_ERROR);
        assertThat(ravel.errors())
                .isEqualTo("ravel: " + path("raw") + " is a raw image, in which there is nothing to check\n");
        assertThat(disk("info", path("nothing"))).isEqualTo(Main.EXIT_ERROR);
        assertThat(ravel.errors()).isEqualTo("ravel: " + path("nothing") + " does not exist\n");
        assertThat(disk("convert", "-c", "-O", "raw", path("raw"), path("x"))).isEqualTo(Main.EXIT_ERROR);
        assertThat(ravel.errors()).isEqualTo("ravel: " + path("x") + ": only a qcow2 image can be compressed\n");
        assertThat(disk()).isEqualTo(Main.EXIT_USAGE);
    }
}
