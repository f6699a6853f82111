package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.host.RawDisk;
import dev.ravel.state.StateTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryDiskTest {
    private static final int SIZE = 200 * 1024;

    @TempDir
    private Path folder;

    private final byte[] content = new byte[SIZE];

    private TemporaryDisk disk(long most) throws IOException {
        new Random(7).nextBytes(content);
        Path file = Files.write(folder.resolve("disk"), content);
        return new TemporaryDisk(RawDisk.open(file, true), most);
    }

    private static byte[] all(TemporaryDisk disk) throws IOException {
        byte[] bytes = new byte[SIZE];
        disk.read(0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    @Test
    void whatIsWrittenIsReadAndGoesBackWithItsSnapshotAndTheFileStays() throws IOException {
        Random random = new Random(8);
        byte[] expected;
        List<StateTree> saved = new ArrayList<>();
        List<byte[]> then = new ArrayList<>();
        try (TemporaryDisk disk = disk(1 << 20)) {
            expected = content.clone();
            for (int i = 0; i < 200; i++) {
                int offset = random.nextInt(SIZE / 512) * 512;
                int length = Math.min(SIZE - offset, (1 + random.nextInt(300)) * 512);
                if (i % 5 == 4) {
                    disk.writeZeroes(offset, length, true);
                    Arrays.fill(expected, offset, offset + length, (byte) 0);
                } else {
                    byte[] bytes = new byte[length];
                    random.nextBytes(bytes);
                    disk.write(offset, ByteBuffer.wrap(bytes));
                    System.arraycopy(bytes, 0, expected, offset, length);
                }
                assertThat(all(disk)).isEqualTo(expected);
                if (i % 20 == 0) {
                    StateTree tree = new StateTree();
                    disk.save(tree);
                    saved.add(tree);
                    then.add(expected.clone());
                }
            }
            for (int i : new int[] {9, 0, 4, 8}) {
                disk.restore(saved.get(i).reader());
                assertThat(all(disk)).isEqualTo(then.get(i));
                disk.writeZeroes(0, SIZE, false);
            }
        }
        assertThat(folder.resolve("disk")).hasBinaryContent(content);
    }

    @Test
    void itTakesNoMoreThanItMay() throws IOException {
        try (TemporaryDisk disk = disk(1 << 17)) {
            disk.write(0, ByteBuffer.allocate(1 << 17));
            assertThatThrownBy(() -> disk.write(1 << 17, ByteBuffer.allocate(512)))
                    .hasMessage("the temporary disk is full: it keeps 128 KiB of changes");
            disk.write(512, ByteBuffer.allocate(512));
        }
    }
}
