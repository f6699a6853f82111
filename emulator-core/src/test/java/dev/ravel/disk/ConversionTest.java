package dev.ravel.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.qcow2.QemuImg;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConversionTest {
    private static final int SIZE = 5_000_192;

    @TempDir
    Path folder;

    /** Text that compresses well, noise that does not, and zeroes. */
    private Path raw() throws IOException {
        byte[] bytes = new byte[SIZE];
        Random random = new Random(1);
        for (int i = 0; i < 2_000_000; i++) {
            bytes[i] = (byte) ("ravel qcow2 ".charAt(i % 12) + (random.nextInt(20) == 0 ? 1 : 0));
        }
        byte[] noise = new byte[300_000];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, 2_500_000, noise.length);
        bytes[SIZE - 1] = 1;
        return Files.write(folder.resolve("raw"), bytes);
    }

    private static void convert(Path from, Path to, ImageFormat format, boolean compressed) throws IOException {
        new Conversion(from, Optional.empty(), to, format, compressed, false).run();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thereAndBackAgainIsTheSameAndQemuAgrees(boolean compressed) throws IOException, InterruptedException {
        Path raw = raw();
        Path image = folder.resolve("image");
        convert(raw, image, ImageFormat.QCOW2, compressed);
        Path back = folder.resolve("back");
        convert(image, back, ImageFormat.RAW, false);
        assertThat(Files.mismatch(raw, back)).isEqualTo(-1);
        assertThat(ImageInfo.check(image, false).messages()).isEmpty();
        assertThat(ImageInfo.check(image, false).compressedClusters() > 20).isEqualTo(compressed);
        assertThat(Files.size(image)).isLessThan(compressed ? 1_500_000 : 3_000_000);
        QemuImg.needed();
        QemuImg.succeeds("check", "-f", "qcow2", image);
        QemuImg.succeeds("compare", "-f", "raw", "-F", "qcow2", raw, image);
    }

    @Test
    void whatIsUnderAnImageIsCopiedToo() throws IOException {
        Path raw = raw();
        Path top = folder.resolve("top");
        new NewDisk(top, ImageFormat.QCOW2, OptionalLong.empty(), Optional.of("raw")).make();
        byte[] expected = Files.readAllBytes(raw);
        byte[] written = new byte[70_144];
        new Random(2).nextBytes(written);
        System.arraycopy(written, 0, expected, 512, written.length);
        try (BlockBackend disk = DiskImages.open(top, false, Optional.empty(), false)) {
            assertThat(disk.size()).isEqualTo(Math.ceilDiv(SIZE, 512) * 512);
            disk.write(512, ByteBuffer.wrap(written));
        }
        Path back = folder.resolve("back");
        convert(top, back, ImageFormat.RAW, false);
        assertThat(Files.readAllBytes(back)).startsWith(expected);
    }

    @Test
    void whatCannotBeMadeLeavesNothingBehind() throws IOException {
        Path there = Files.createFile(folder.resolve("there"));
        assertThatThrownBy(() -> new NewDisk(there, ImageFormat.RAW, OptionalLong.of(512), Optional.empty()).make())
                .hasMessageContaining("is there already");
        Path made = folder.resolve("made");
        assertThatThrownBy(() ->
                        new NewDisk(made, ImageFormat.QCOW2, OptionalLong.of(Long.MAX_VALUE), Optional.empty()).make())
                .hasMessageContaining("not possible");
        assertThatThrownBy(
                        () -> new NewDisk(made, ImageFormat.QCOW2, OptionalLong.of(1L << 60), Optional.empty()).make())
                .hasMessageContaining("too large");
        assertThatThrownBy(
                        () -> new NewDisk(made, ImageFormat.QCOW2, OptionalLong.empty(), Optional.of("missing")).make())
                .hasMessageContaining("missing does not exist");
        Path damaged = folder.resolve("damaged");
        new NewDisk(damaged, ImageFormat.QCOW2, OptionalLong.of(1 << 20), Optional.empty()).make();
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[35] = 1;
        Files.write(damaged, bytes);
        assertThatThrownBy(() -> convert(damaged, made, ImageFormat.RAW, false)).hasMessageContaining("encrypted");
        assertThat(made).doesNotExist();
    }
}
