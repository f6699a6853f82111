package dev.ravel.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawDiskTest {
    @TempDir
    Path directory;

    private Path image;

    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("disk.img");
        byte[] bytes = new byte[8192];
        Arrays.fill(bytes, (byte) 7);
        Files.write(image, bytes);
    }

    private static byte[] read(BlockBackend disk, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        disk.read(offset, buffer);
        return buffer.array();
    }

    private void refuses(Path file, boolean readOnly, String message) {
        assertThatThrownBy(() -> RawDisk.open(file, readOnly))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void whatIsWrittenIsReadAndIsInTheFile() throws IOException {
        try (RawDisk disk = RawDisk.open(image, false)) {
            assertThat(disk.size()).isEqualTo(8192);
            disk.write(512, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            disk.flush();
            assertThat(read(disk, 511, 5)).containsExactly(7, 1, 2, 3, 7);
            assertThat(Files.readAllBytes(image)).hasSize(8192).contains(3, org.assertj.core.data.Index.atIndex(514));
        }
    }

    @Test
    void aLastSectorThatIsNotFullReadsAsZeroesAndCanBeWritten() throws IOException {
        Files.write(image, new byte[] {1, 2, 3});
        try (RawDisk disk = RawDisk.open(image, false)) {
            assertThat(disk.size()).isEqualTo(512);
            assertThat(read(disk, 0, 5)).containsExactly(1, 2, 3, 0, 0);
            disk.write(510, ByteBuffer.wrap(new byte[] {8, 9}));
            assertThat(Files.size(image)).isEqualTo(512);
        }
    }

    @Test
    void zeroesAreWrittenWhereSomethingElseIs() throws IOException {
        Files.write(image, new byte[300_000]);
        try (RawDisk disk = RawDisk.open(image, false)) {
            disk.write(100_000, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
            disk.writeZeroes(1, 100_001, true);
            assertThat(read(disk, 99_999, 6)).containsExactly(0, 0, 0, 3, 4, 0);
            disk.discard(0, 512);
        }
    }

    @Test
    void oneWriterKeepsOthersOut() throws IOException {
        try (RawDisk disk = RawDisk.open(image, false)) {
            refuses(image, false, "in use by another Ravel");
            refuses(image, true, "in use by another Ravel");
            assertThat(disk.isReadOnly()).isFalse();
        }
        RawDisk.open(image, false).close();
    }

    @Test
    void anotherProcessKeepsUsOutToo() throws IOException, InterruptedException {
        Path ready = directory.resolve("ready");
        Path program = directory.resolve("Lock.java");
        Files.writeString(program, """
                import java.nio.channels.FileChannel;
                import java.nio.file.*;
                class Lock {
                    public static void main(String[] args) throws Exception {
                        try (FileChannel c = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
                            c.lock();
                            Files.writeString(Path.of(args[1]), "locked");
                            System.in.read();
                        }
                    }
                }
                """);
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        program.toString(),
                        image.toString(),
                        ready.toString())
                .inheritIO()
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
        try {
            while (!Files.exists(ready)) {
                assertThat(other.isAlive()).isTrue();
                Thread.sleep(20);
            }
            refuses(image, false, "in use by another Ravel");
        } finally {
            other.getOutputStream().close();
            other.waitFor();
        }
        RawDisk.open(image, false).close();
    }

    @Test
    void imagesThatCannotBeUsedAreRefusedWithTheReason() throws IOException {
        refuses(directory.resolve("nothing.img"), false, "does not exist");
        refuses(directory, true, "is a directory");
        Path empty = Files.createFile(directory.resolve("empty.img"));
        refuses(empty, false, "is empty");
        Files.delete(empty);
    }

    @Test
    void anImageWithoutPermissionIsRefusedWithTheReason() throws IOException {
        assertThat(image.toFile().setWritable(false)).isTrue();
        assumeFalse(Files.isWritable(image), "this user may write everything");
        refuses(image, false, "is not writable; change its permissions, or add ,readonly");
        try (RawDisk disk = RawDisk.open(image, true)) {
            assertThat(disk.isReadOnly()).isTrue();
            assertThat(read(disk, 0, 2)).containsExactly(7, 7);
        }
    }
}
