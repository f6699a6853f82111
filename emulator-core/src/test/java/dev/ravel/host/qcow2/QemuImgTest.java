package dev.ravel.host.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.disk.DiskImages;
import dev.ravel.disk.ImageFormat;
import dev.ravel.host.BlockBackend;
import dev.ravel.host.HostFile;
import dev.ravel.host.ImageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code qemu-img} and Ravel agree on images that either of them made. */
class QemuImgTest {
    private static final int SIZE = 1 << 20;

    @TempDir
    Path folder;

    @BeforeAll
    static void qemuImgIsThere() {
        QemuImg.needed();
    }

    private static BlockBackend open(Path image, boolean readOnly) throws IOException {
        return DiskImages.open(image, readOnly, Optional.of(ImageFormat.QCOW2), false);
    }

    /** Random data, with zeroes and what can be compressed in between. */
    private Path content(String name, int seed, int size) throws IOException {
        byte[] bytes = new byte[size];
        Random random = new Random(seed);
        for (int at = 0; at < size; at += 1 << 14) {
            byte[] piece = new byte[Math.min(1 << 14, size - at)];
            switch (random.nextInt(3)) {
                case 0 -> random.nextBytes(piece);
                case 1 -> Arrays.setAll(new int[piece.length], i -> piece[i] = (byte) (i / 100));
                default -> {}
            }
            System.arraycopy(piece, 0, bytes, at, piece.length);
        }
        return Files.write(folder.resolve(name), bytes);
    }

    private static void isGood(Path image) throws IOException, InterruptedException {
        QemuImg.succeeds("check", "-f", "qcow2", image);
        try (HostFile file = ImageFile.open(image, true)) {
            assertThat(Qcow2Check.check(file, Qcow2Header.read(file)).messages())
                    .isEmpty();
        }
    }

    @Test
    void whatRavelMarksAsDamagedIsSoForQemuWhichRepairsIt() throws IOException, InterruptedException {
        Path image = folder.resolve("damaged");
        QemuImg.succeeds("create", "-f", "qcow2", image, SIZE);
        try (BlockBackend disk = open(image, false)) {
            disk.write(0, ByteBuffer.allocate(4 << 16));
            disk.flush();
        }
        try (HostFile file = ImageFile.open(image, false)) {
            Qcow2Header header = Qcow2Header.read(file);
            ByteBuffer entry = ByteBuffer.allocate(8);
            file.read(header.l1Offset(), entry);
            long table = entry.getLong(0) & 0x00ff_ffff_ffff_fe00L;
            file.write(table + 8, ByteBuffer.allocate(8).putLong(0, header.l1Offset() | 1L << 63));
        }
        BlockBackend disk = open(image, false);
        assertThatThrownBy(() -> disk.write(1 << 16, ByteBuffer.allocate(512))).isInstanceOf(Qcow2Exception.class);
        disk.close();
        assertThat(QemuImg.succeeds("info", "--output=json", image)).contains("\"corrupt\": true");
        assertThatThrownBy(() -> open(image, false)).hasMessageContaining("marked as damaged");
        open(image, true).close();
        QemuImg.run("check", "-r", "all", image);
        assertThat(QemuImg.succeeds("info", "--output=json", image)).contains("\"corrupt\": false");
        open(image, false).close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compat=0.10",
                "compat=1.1",
                "cluster_size=512",
                "cluster_size=4k",
                "cluster_size=2M",
                "refcount_bits=1",
                "refcount_bits=2",
                "refcount_bits=64",
                "lazy_refcounts=on",
                "preallocation=metadata",
                "preallocation=full",
                "compression_type=zstd"
            })
    void imagesOfQemuAreReadAndWrittenAsQemuDoes(String options) throws IOException, InterruptedException {
        Path raw = content("raw", options.hashCode(), SIZE);
        Path image = folder.resolve("image");
        QemuImg.succeeds("convert", "-f", "raw", "-O", "qcow2", "-o", options, raw, image);
        byte[] expected = Files.readAllBytes(raw);
        ModelDisk model = new ModelDisk(expected, new Random(5));
        try (BlockBackend disk = open(image, false)) {
            model.equalsThatOf(disk);
            for (int i = 0; i < 30; i++) {
                model.step(disk);
            }
        }
        isGood(image);
        Files.write(raw, model.bytes());
        QemuImg.succeeds("compare", "-f", "raw", "-F", "qcow2", raw, image);
    }

    @ParameterizedTest
    @CsvSource({"zlib,512", "zlib,4k", "zlib,64k", "zlib,2M", "zstd,4k", "zstd,64k", "zstd,2M"})
    void compressedClustersAreReadAndOverwritten(String type, String clusterSize)
            throws IOException, InterruptedException {
        Path raw = content("raw", 3, SIZE);
        Path image = folder.resolve("image");
        String options = "compression_type=" + type + ",cluster_size=" + clusterSize;
        QemuImg.succeeds("convert", "-c", "-f", "raw", "-O", "qcow2", "-o", options, raw, image);
        try (HostFile file = ImageFile.open(image, true)) {
            assertThat(Qcow2Check.check(file, Qcow2Header.read(file)).compressedClusters())
                    .isPositive();
        }
        ModelDisk model = new ModelDisk(Files.readAllBytes(raw), new Random(6));
        try (BlockBackend disk = open(image, false)) {
            model.equalsThatOf(disk);
            for (int i = 0; i < 30; i++) {
                model.step(disk);
            }
            model.equalsThatOf(disk);
        }
        isGood(image);
        Files.write(raw, model.bytes());
        QemuImg.succeeds("compare", "-f", "raw", "-F", "qcow2", raw, image);
    }

    @ParameterizedTest
    @CsvSource({"raw,1.1,700000", "qcow2,1.1,1500000", "qcow2,0.10,700000", "raw,0.10,1500000"})
    void imagesUnderImagesAreReadAndStayAsTheyAre(String format, String compat, int size)
            throws IOException, InterruptedException {
        int whole = size / 512 * 512;
        Path raw = content("raw", size, whole);
        Path base = folder.resolve("base");
        Path overlay = folder.resolve("overlay");
        QemuImg.succeeds("convert", "-f", "raw", "-O", format, raw, base);
        QemuImg.succeeds(
                "create",
                "-f",
                "qcow2",
                "-o",
                "cluster_size=4k,compat=" + compat,
                "-F",
                format,
                "-b",
                "base",
                overlay,
                SIZE);
        byte[] before = Files.readAllBytes(base);
        ModelDisk model = new ModelDisk(Arrays.copyOf(Files.readAllBytes(raw), SIZE), new Random(7));
        try (BlockBackend disk = open(overlay, false)) {
            model.equalsThatOf(disk);
            for (int i = 0; i < 60; i++) {
                model.step(disk);
            }
        }
        isGood(overlay);
        assertThat(Files.readAllBytes(base)).isEqualTo(before);
        Files.write(raw, model.bytes());
        QemuImg.succeeds("compare", "-f", "raw", "-F", "qcow2", raw, overlay);
    }

    @Test
    void snapshotsInsideAnImageKeepWhatTheyHad() throws IOException, InterruptedException {
        Path raw = content("raw", 8, SIZE);
        Path image = folder.resolve("image");
        QemuImg.succeeds("convert", "-f", "raw", "-O", "qcow2", "-o", "cluster_size=4k", raw, image);
        QemuImg.succeeds("snapshot", "-c", "before", image);
        ModelDisk model = new ModelDisk(Files.readAllBytes(raw), new Random(9));
        try (BlockBackend disk = open(image, false)) {
            for (int i = 0; i < 60; i++) {
                model.step(disk);
            }
        }
        isGood(image);
        QemuImg.succeeds("snapshot", "-a", "before", image);
        QemuImg.succeeds("compare", "-f", "raw", "-F", "qcow2", raw, image);
        isGood(image);
    }

    @ParameterizedTest
    @CsvSource({"2,16,4,1073741824", "3,16,4,1073741824", "3,9,0,1048576", "3,9,6,134217728", "3,21,4,10995116277760"})
    void newImagesOfRavelAreGood(int version, int clusterBits, int order, long size)
            throws IOException, InterruptedException {
        Path image = folder.resolve("image");
        try (HostFile file = ImageFile.create(image)) {
            new NewImage(size, version, clusterBits, order, version == 3, Optional.empty()).write(file);
        }
        isGood(image);
        assertThat(QemuImg.succeeds("info", "--output=json", image))
                .contains("\"virtual-size\": " + size, "\"cluster-size\": " + (1 << clusterBits));
        try (BlockBackend disk = open(image, false)) {
            byte[] data = new byte[8192];
            new Random(1).nextBytes(data);
            disk.write(size - data.length, ByteBuffer.wrap(data));
            ByteBuffer there = ByteBuffer.allocate(data.length);
            disk.read(size - data.length, there);
            assertThat(there.array()).isEqualTo(data);
        }
        isGood(image);
    }

    @Test
    void oneWhoseRefcountTableGrowsInTheRepairIsGood() throws IOException, InterruptedException {
        Path raw = content("raw", 4, SIZE);
        Path image = folder.resolve("image");
        String options = "cluster_size=512,refcount_bits=64,lazy_refcounts=on";
        QemuImg.succeeds("convert", "-S", "0", "-f", "raw", "-O", "qcow2", "-o", options, raw, image);
        try (HostFile file = ImageFile.open(image, false)) {
            Qcow2DiskTest.leaveDirtyBeyondItsRefcountTable(file);
        }
        ModelDisk model = new ModelDisk(Files.readAllBytes(raw), new Random(10));
        try (BlockBackend disk = open(image, false)) {
            for (int i = 0; i < 30; i++) {
                model.step(disk);
            }
        }
        isGood(image);
        Files.write(raw, model.bytes());
        QemuImg.succeeds("compare", "-f", "raw", "-F", "qcow2", raw, image);
    }

    @Test
    void neitherWritesWhatTheOtherUses() throws IOException, InterruptedException {
        Path image = folder.resolve("image");
        QemuImg.succeeds("create", "-f", "qcow2", image, "1M");
        try (BlockBackend disk = open(image, false)) {
            assertThat(disk.size()).isEqualTo(1 << 20);
            assertThat(QemuImg.run("resize", image, "2M").output()).contains("Failed to get");
        }
        try (BlockBackend disk = open(image, true)) {
            assertThat(disk.isReadOnly()).isTrue();
            assertThat(QemuImg.run("resize", image, "2M").output()).contains("Failed to get");
            QemuImg.succeeds("info", image);
        }
        QemuImg.succeeds("resize", image, "2M");
    }

    @Test
    void whatIsDiscardedTakesNoSpaceOfTheHost() throws IOException, InterruptedException {
        Path image = folder.resolve("image");
        QemuImg.succeeds("create", "-f", "qcow2", image, "64M");
        long empty = spaceOf(image);
        try (BlockBackend disk = open(image, false)) {
            byte[] data = new byte[8 << 20];
            new Random(1).nextBytes(data);
            disk.write(0, ByteBuffer.wrap(data));
            disk.flush();
            assertThat(spaceOf(image)).isGreaterThan(8 << 20);
            disk.discard(0, data.length);
            disk.flush();
            assertThat(spaceOf(image)).isLessThan(empty + (1 << 20));
        }
        isGood(image);
    }

    private static long spaceOf(Path file) throws IOException {
        Process du = new ProcessBuilder("du", "-B1", file.toString()).start();
        String output = new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return Long.parseLong(output.substring(0, output.indexOf('\t')));
    }
}
