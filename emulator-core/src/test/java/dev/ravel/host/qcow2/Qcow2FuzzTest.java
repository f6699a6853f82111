package dev.ravel.host.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ravel.host.BlockBackend;
import dev.ravel.host.RawDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever an image holds, it is refused, or what is asked of its disk is done or fails, and what can be written can be read
 * back. The normal run takes the seeds, and some thousand images with a few wrong fields; a long one is
 * {@code JAZZER_FUZZ=1 mvn -pl emulator-core test -Dtest=Qcow2FuzzTest}.
 */
class Qcow2FuzzTest {
    private static final int SIZE = 32_768;
    private static final int MUTATIONS = 3000;

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void anyImageIsRefusedOrUsed(byte[] image) throws IOException {
        if (image.length < 1 << 20) {
            tryOut(image);
        }
    }

    @Test
    void imagesWithWrongFieldsAreRefusedOrUsed() throws IOException {
        List<byte[]> images = images();
        Random random = new Random(20);
        int used = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] image = images.get(random.nextInt(images.size())).clone();
            for (int wrong = random.nextInt(1, 4); wrong > 0; wrong--) {
                makeWrong(image, random);
            }
            used += tryOut(image) ? 1 : 0;
        }
        assertThat(used).as("of %s", MUTATIONS).isBetween(MUTATIONS / 10, MUTATIONS * 9 / 10);
    }

    /** A field of the header, an entry of a table, or anything. */
    private static void makeWrong(byte[] image, Random random) {
        ByteBuffer bytes = ByteBuffer.wrap(image);
        int at = switch (random.nextInt(3)) {
            case 0 -> random.nextInt(112 / 4) * 4;
            case 1 -> random.nextInt(image.length / 8) * 8;
            default -> random.nextInt(Math.min(image.length, 4096) / 8) * 8;
        };
        switch (random.nextInt(6)) {
            case 0 -> bytes.put(at, (byte) random.nextInt());
            case 1 -> bytes.putInt(Math.min(at, image.length - 4), random.nextInt());
            case 2 -> bytes.putLong(Math.min(at, image.length - 8), random.nextLong());
            case 3 -> bytes.putInt(Math.min(at, image.length - 4), -1 >>> random.nextInt(32));
            case 4 ->
                bytes.putLong(Math.min(at, image.length - 8), random.nextInt(200) * 512L | random.nextLong(4) << 62);
            default -> bytes.put(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(8)));
        }
    }

    private static boolean tryOut(byte[] image) throws IOException {
        boolean used = read(image.clone());
        used |= write(new FragileFile(image.clone(), false));
        checkAndRepair(new FragileFile(image.clone(), false));
        return used;
    }

    private static Optional<BlockBackend> under(Qcow2Header header) throws IOException {
        return header.backing().isPresent()
                ? Optional.of(RawDisk.of(new FragileFile(new byte[10_000], true)))
                : Optional.empty();
    }

    private static List<Long> places(BlockBackend disk) {
        long last = disk.size() - BlockBackend.SECTOR_SIZE;
        return Stream.of(0L, 4096L, last / 1024 * 512, last)
                .filter(at -> at <= last)
                .toList();
    }

    private static boolean read(byte[] image) throws IOException {
        FragileFile file = new FragileFile(image, true);
        try {
            Qcow2Header header = Qcow2Header.read(file);
            header.snapshotNames(file);
            try (Qcow2Disk disk = Qcow2Disk.open(file, header, under(header))) {
                ByteBuffer data = ByteBuffer.allocate((int) Math.min(SIZE, disk.size()));
                disk.read(0, data);
                for (long at : places(disk)) {
                    disk.read(at, ByteBuffer.allocate(BlockBackend.SECTOR_SIZE));
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean write(FragileFile file) throws IOException {
        Qcow2Disk disk;
        try {
            Qcow2Header header = Qcow2Header.read(file);
            disk = Qcow2Disk.open(file, header, under(header));
        } catch (IOException e) {
            return false;
        }
        byte[] data = new byte[BlockBackend.SECTOR_SIZE];
        new Random(1).nextBytes(data);
        for (long at : places(disk)) {
            try {
                disk.write(at, ByteBuffer.wrap(data));
                ByteBuffer back = ByteBuffer.allocate(data.length);
                disk.read(at, back);
                assertThat(back.array()).isEqualTo(data);
            } catch (IOException e) {
                continue;
            }
        }
        attempt(() -> disk.writeZeroes(0, Math.min(disk.size(), 10_240), true));
        attempt(() -> disk.discard(0, Math.min(disk.size(), 20_480)));
        attempt(disk::flush);
        attempt(disk::close);
        return true;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void attempt(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            // The guest is told so.
        }
    }

    private static void checkAndRepair(FragileFile file) {
        attempt(() -> {
            Qcow2Header header = Qcow2Header.read(file);
            Qcow2Check.Report report = Qcow2Check.check(file, header);
            if (report.repairable()) {
                Qcow2Check.repair(file, header);
                assertThat(Qcow2Check.check(file, Qcow2Header.read(file)).messages())
                        .isEmpty();
            }
        });
    }

    static Stream<Arguments> seeds() throws IOException {
        return images().stream().map(image -> Arguments.of((Object) image));
    }

    /** Of both versions, with all that Ravel writes. */
    private static List<byte[]> images() throws IOException {
        Optional<Qcow2Header.Backing> none = Optional.empty();
        Optional<Qcow2Header.Backing> under = Optional.of(new Qcow2Header.Backing("base", Optional.of("raw")));
        List<byte[]> images = new ArrayList<>();
        for (NewImage image : List.of(
                new NewImage(SIZE, 2, 9, 4, false, none),
                new NewImage(SIZE, 3, 9, 4, true, under),
                new NewImage(SIZE, 3, 10, 0, false, none),
                new NewImage(SIZE, 3, 12, 6, false, none))) {
            FragileFile file = new FragileFile();
            image.write(file);
            images.add(file.content().clone());
            Qcow2Header header = Qcow2Header.read(file);
            try (Qcow2Disk disk = Qcow2Disk.open(file, header, under(header))) {
                byte[] data = new byte[9000 / 512 * 512];
                new Random(3).nextBytes(data);
                disk.write(512, ByteBuffer.wrap(data));
                if (image.version() == 3 && image.refcountOrder() > 0) {
                    disk.writeCompressed(
                            20_480, ByteBuffer.allocate(header.clusterSize()).put(0, (byte) 1));
                    disk.writeCompressed(
                            24_576, ByteBuffer.allocate(header.clusterSize()).put(0, (byte) 2));
                }
                disk.writeZeroes(4096, 4096, false);
            }
            images.add(file.content().clone());
        }
        return images;
    }
}
