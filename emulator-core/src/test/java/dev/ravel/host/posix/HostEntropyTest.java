package dev.ravel.host.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostEntropyTest {
    @TempDir
    Path folder;

    /** No number comes twice, and each bit of them is now 0 and now 1: 64 numbers would all have it alike once in 2<sup>63</sup> times. */
    @Test
    void numbersDiffer() {
        areRandom(HostEntropy.ofHost());
    }

    @Test
    void withoutADeviceTheyDifferToo() {
        areRandom(HostEntropy.from(folder.resolve("none")));
    }

    /** A device that ends before all bytes are there counts as none: zeros would be left. */
    @Test
    void withADeviceThatEndsTheyDifferToo() throws IOException {
        Path device = Files.write(folder.resolve("short"), new byte[7]);

        areRandom(HostEntropy.from(device));
    }

    @Test
    void bytesAreTheDevices() throws IOException {
        Path device = Files.write(folder.resolve("device"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        byte[] bytes = new byte[9];

        HostEntropy.from(device).nextBytes(bytes);

        assertThat(bytes).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(HostEntropy.from(device).nextLong()).isEqualTo(0x0102030405060708L);
    }

    private static void areRandom(RandomGenerator entropy) {
        long[] numbers = LongStream.generate(entropy::nextLong).limit(64).toArray();
        assertThat(numbers).doesNotHaveDuplicates();
        assertThat(LongStream.of(numbers).reduce(-1, (a, b) -> a & b)).isZero();
        assertThat(LongStream.of(numbers).reduce(0, (a, b) -> a | b)).isEqualTo(-1);
    }
}
