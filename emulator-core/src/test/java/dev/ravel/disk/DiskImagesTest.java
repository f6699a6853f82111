package dev.ravel.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.HostFile;
import dev.ravel.host.ImageFile;
import dev.ravel.host.RawDisk;
import dev.ravel.host.qcow2.NewImage;
import dev.ravel.host.qcow2.Qcow2Disk;
import dev.ravel.host.qcow2.Qcow2Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskImagesTest {
    private static final int SIZE = 65_536;
    private static final Optional<ImageFormat> UNSAID = Optional.empty();

    @TempDir
    Path folder;

    private Path qcow2(String name, Optional<Qcow2Header.Backing> backing) throws IOException {
        Path image = folder.resolve(name);
        Files.createDirectories(image.getParent());
        try (HostFile file = ImageFile.create(image)) {
            new NewImage(SIZE, backing).write(file);
        }
        return image;
    }

    private static Optional<Qcow2Header.Backing> over(String name, String format) {
        return Optional.of(new Qcow2Header.Backing(name, Optional.of(format)));
    }

    private Path raw(String name) throws IOException {
        byte[] bytes = new byte[SIZE];
        Arrays.fill(bytes, (byte) 7);
        Path image = folder.resolve(name);
        Files.createDirectories(image.getParent());
        return Files.write(image, bytes);
    }

    private static byte[] firstSector(BlockBackend disk) throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(BlockBackend.SECTOR_SIZE);
        disk.read(0, sector);
        return sector.array();
    }

    private static void refuses(Path file, String message) {
        assertThatThrownBy(() -> DiskImages.open(file, true, UNSAID, false).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void theFirstBytesTellTheFormatIfTheUserDoesNot() throws IOException {
        try (BlockBackend disk = DiskImages.open(qcow2("a", Optional.empty()), false, UNSAID, false)) {
            assertThat(disk).isInstanceOf(Qcow2Disk.class);
        }
        try (BlockBackend disk = DiskImages.open(raw("b"), false, UNSAID, false)) {
            assertThat(firstSector(disk)).containsOnly(7);
        }
        try (BlockBackend disk = DiskImages.open(folder.resolve("a"), false, Optional.of(ImageFormat.RAW), false)) {
            assertThat(disk).isInstanceOf(RawDisk.class);
            assertThat(firstSector(disk)).startsWith('Q', 'F', 'I', 0xfb);
        }
        assertThatThrownBy(() -> DiskImages.open(folder.resolve("b"), false, Optional.of(ImageFormat.QCOW2), false))
                .hasMessageEndingWith("b: it is not a qcow2 image");
    }

    @Test
    void aGuestCannotMakeARawDiskLookLikeAnotherFormat() throws IOException {
        byte[] header = Files.readAllBytes(qcow2("made", over("/etc/passwd", "raw")));
        Path image = raw("disk");
        try (BlockBackend disk = DiskImages.open(image, false, UNSAID, false)) {
            assertThatThrownBy(() -> disk.write(0, ByteBuffer.wrap(header, 0, 512)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("format=raw");
            disk.write(512, ByteBuffer.wrap(header, 0, 512));
            disk.write(0, ByteBuffer.wrap(new byte[512]));
        }
        try (BlockBackend disk = DiskImages.open(image, false, Optional.of(ImageFormat.RAW), false)) {
            disk.write(0, ByteBuffer.wrap(header, 0, 512));
            assertThat(firstSector(disk)).startsWith('Q', 'F', 'I', 0xfb);
        }
    }

    @Test
    void anImageUnderAnotherIsInItsFolderUnlessTheUserAllowsMore() throws IOException {
        Path outside = raw("outside");
        qcow2("in/middle", over("below/base", "raw"));
        raw("in/below/base");
        try (BlockBackend disk = DiskImages.open(qcow2("in/top", over("middle", "qcow2")), false, UNSAID, false)) {
            assertThat(firstSector(disk)).containsOnly(7);
        }
        for (String name : new String[] {outside.toString(), "../outside", "file:../outside"}) {
            Path image = qcow2("in/" + name.hashCode(), over(name, "raw"));
            refuses(image, "is not in the same folder; if you trust the image, add ,backing=anywhere");
            try (BlockBackend disk = DiskImages.open(image, true, UNSAID, true)) {
                assertThat(firstSector(disk)).containsOnly(7);
            }
        }
        Files.createSymbolicLink(folder.resolve("in/link"), outside);
        refuses(qcow2("in/linked", over("link", "raw")), "is not in the same folder");
    }

    @Test
    void chainsWithoutAnEndAndThingsThatAreNoImagesAreRefused() throws IOException {
        Path one = qcow2("one", over("two", "qcow2"));
        qcow2("two", over("one", "qcow2"));
        refuses(one, "come back to");
        assertThatThrownBy(() -> DiskImages.open(one, false, UNSAID, false)).isInstanceOf(IOException.class);
        refuses(qcow2("three", over("missing", "raw")), "is not a file here");
        refuses(qcow2("four", over("json:{\"driver\":\"nbd\"}", "raw")), "is not a file here");
        refuses(qcow2("five", over(".", "raw")), "is not a file here");
        refuses(qcow2("six", over("one", "vmdk")), "'vmdk', which is not supported");
        refuses(Files.createFile(folder.resolve("empty")), "is empty");
    }

    @Test
    void severalDisksMayHaveTheSameImageUnderThemWhichNobodyWritesMeanwhile() throws IOException {
        Path base = raw("base");
        try (BlockBackend a = DiskImages.open(qcow2("a", over("base", "raw")), false, UNSAID, false);
                BlockBackend b = DiskImages.open(qcow2("b", over("base", "raw")), false, UNSAID, false)) {
            a.write(0, ByteBuffer.allocate(512));
            assertThat(firstSector(b)).containsOnly(7);
            assertThatThrownBy(() -> DiskImages.open(base, false, UNSAID, false))
                    .hasMessageContaining("in use");
            assertThatThrownBy(() -> DiskImages.open(folder.resolve("a"), true, UNSAID, false))
                    .hasMessageContaining("in use");
        }
        DiskImages.open(base, false, UNSAID, false).close();
    }

    @Test
    void anImageThatBecomesShorterFailsToBeRead() throws IOException {
        Path image = raw("disk");
        try (BlockBackend disk = DiskImages.open(image, false, UNSAID, false);
                FileChannel shortened = FileChannel.open(image, StandardOpenOption.WRITE)) {
            shortened.truncate(1000);
            ByteBuffer sector = ByteBuffer.allocate(512);
            assertThatThrownBy(() -> disk.read(1024, sector)).hasMessageContaining("has become shorter");
        }
    }
}
