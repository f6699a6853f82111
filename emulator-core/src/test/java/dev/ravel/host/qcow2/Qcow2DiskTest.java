package dev.ravel.host.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.HostFile;
import dev.ravel.host.RawDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Qcow2DiskTest {
    private static final Qcow2Header.Backing UNDER = new Qcow2Header.Backing("under", Optional.of("raw"));

    private static FragileFile image(NewImage image) throws IOException {
        FragileFile file = new FragileFile();
        image.write(file);
        return file;
    }

    private static Qcow2Disk open(HostFile file) throws IOException {
        return Qcow2Disk.open(file, Qcow2Header.read(file), Optional.empty());
    }

    private static BlockBackend raw(byte[] bytes) throws IOException {
        return RawDisk.of(new FragileFile(bytes, true));
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void isClean(HostFile file) throws IOException {
        Qcow2Check.Report report = Qcow2Check.check(file, Qcow2Header.read(file));
        assertThat(report.messages()).isEmpty();
        assertThat(report.isClean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "3, 9, 4, -1, 1", "3, 9, 4, 40000, 2", "3, 9, 0, 70000, 3", "3, 9, 1, -1, 4", "3, 9, 6, 131072, 5",
        "2, 9, 4, -1, 6", "2, 9, 4, 40000, 7", "3, 10, 2, 999, 8", "3, 12, 3, -1, 9", "3, 9, 5, 65536, 10"
    })
    void whateverIsDoneItHoldsWhatAPlainDiskWouldAndIsClean(
            int version, int clusterBits, int refcountOrder, int under, int seed) throws IOException {
        int size = 65_536;
        Optional<Qcow2Header.Backing> name = under < 0 ? Optional.empty() : Optional.of(UNDER);
        byte[] base = under < 0 ? new byte[0] : random(seed, under);
        FragileFile file = image(new NewImage(size, version, clusterBits, refcountOrder, false, name));
        ModelDisk model = new ModelDisk(Arrays.copyOf(base, size), new Random(seed));
        for (int session = 0; session < 5; session++) {
            Optional<BlockBackend> backing = under < 0 ? Optional.empty() : Optional.of(raw(base.clone()));
            try (Qcow2Disk disk = Qcow2Disk.open(file, Qcow2Header.read(file), backing)) {
                for (int i = 0; i < 150; i++) {
                    model.step(disk);
                }
                model.equalsThatOf(disk);
            }
            isClean(file);
        }
        assertThat(file.released() > 0)
                .as("version 2 cannot say that what is under it is gone")
                .isEqualTo(version == 3 || under < 0);
    }

    @Test
    void oneThatGrowsPastItsRefcountTableGetsALargerOne() throws IOException {
        // A cluster holds 64 refcounts of 64 bits, and a table of one cluster refers to 64 blocks: 2 MiB of file.
        int size = 6 << 20;
        FragileFile file = image(new NewImage(size, 3, 9, 6, false, Optional.empty()));
        assertThat(Qcow2Header.read(file).refcountTableClusters()).isEqualTo(1);
        byte[] data = random(1, size);
        try (Qcow2Disk disk = open(file)) {
            disk.write(0, ByteBuffer.wrap(data));
            assertThat(ModelDisk.all(disk)).isEqualTo(data);
        }
        assertThat(Qcow2Header.read(file).refcountTableClusters()).isGreaterThan(1);
        isClean(file);
        try (Qcow2Disk disk = open(file)) {
            assertThat(ModelDisk.all(disk)).isEqualTo(data);
        }
    }

    @Test
    void aFullHostDiskFailsTheWriteAndLeavesTheImageGood() throws IOException {
        int size = 1 << 18;
        FragileFile file = image(new NewImage(size, 3, 9, 4, false, Optional.empty()));
        byte[] data = random(1, size);
        try (Qcow2Disk disk = open(file)) {
            disk.write(0, ByteBuffer.wrap(data, 0, 40_000));
            disk.flush();
            file.capacity(file.size() + 10_000);
            assertThatThrownBy(() -> disk.write(0, ByteBuffer.wrap(data)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
            ByteBuffer there = ByteBuffer.allocate(40_000);
            disk.read(0, there);
            assertThat(there.array()).isEqualTo(Arrays.copyOf(data, 40_000));
            file.capacity(Long.MAX_VALUE);
            disk.write(0, ByteBuffer.wrap(data));
        }
        isClean(file);
        try (Qcow2Disk disk = open(file)) {
            assertThat(ModelDisk.all(disk)).isEqualTo(data);
        }
    }

    @Test
    void discardedSpaceIsGivenBackAndUsedAgain() throws IOException {
        int size = 1 << 19;
        FragileFile file = image(new NewImage(size, 3, 12, 4, false, Optional.empty()));
        try (Qcow2Disk disk = open(file)) {
            disk.write(0, ByteBuffer.wrap(random(1, size)));
            disk.flush();
            long length = file.size();
            disk.discard(0, size);
            assertThat(file.released()).as("before it is safe to").isZero();
            disk.flush();
            assertThat(file.released()).isEqualTo(size);
            disk.write(0, ByteBuffer.wrap(random(2, size)));
            assertThat(file.size()).isEqualTo(length);
        }
        isClean(file);
    }

    @Test
    void muchDiscardedSpaceIsGivenBackAlthoughTheGuestNeverFlushes() throws IOException {
        int size = 4 << 20;
        FragileFile file = image(new NewImage(size, 3, 12, 4, false, Optional.empty()));
        try (Qcow2Disk disk = open(file)) {
            disk.write(0, ByteBuffer.wrap(random(1, size)));
            disk.discard(0, size);
            assertThat(file.released()).isEqualTo(size);
            // As after a kill: nothing is lost that was handed to the host.
            isClean(new FragileFile(file.content().clone(), true));
        }
        isClean(file);
    }

    @Test
    void discardedSpaceIsUsedAgainWhenTheHostDiskIsFull() throws IOException {
        int size = 1 << 19;
        FragileFile file = image(new NewImage(2 * size, 3, 12, 4, false, Optional.empty()));
        byte[] data = random(2, size);
        try (Qcow2Disk disk = open(file)) {
            disk.write(0, ByteBuffer.wrap(random(1, size)));
            disk.flush();
            file.capacity(file.size());
            disk.discard(0, size);
            disk.write(size, ByteBuffer.wrap(data));
            ByteBuffer there = ByteBuffer.allocate(size);
            disk.read(size, there);
            assertThat(there.array()).isEqualTo(data);
        }
        isClean(file);
    }

    @ParameterizedTest
    @CsvSource({
        "9, 4, 0",
        "9, 4, 1",
        "9, 4, 2",
        "9, 6, 60",
        "9, 6, 100",
        "9, 6, 101",
        "9, 6, 102",
        "12, 4, 8",
        "12, 4, 200"
    })
    void whateverTheLastSpaceOfTheHostWasWantedForAllThatWasWrittenCanBeKept(
            int clusterBits, int refcountOrder, int sectors) throws IOException {
        int size = 1 << 20;
        FragileFile file = image(new NewImage(size, 3, clusterBits, refcountOrder, false, Optional.empty()));
        byte[] data = random(3, size);
        byte[] expected = new byte[size];
        int piece = 4096;
        try (Qcow2Disk disk = open(file)) {
            file.room(sectors);
            int failed = 0;
            // From all over the disk, so that tables are wanted in between.
            for (int i = 0; i < size / piece; i++) {
                int at = i * 37 % (size / piece) * piece;
                try {
                    disk.write(at, ByteBuffer.wrap(data, at, piece));
                    System.arraycopy(data, at, expected, at, piece);
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("No space left");
                    failed++;
                    // What was written of it is the disk's to choose.
                    ByteBuffer there = ByteBuffer.allocate(piece);
                    disk.read(at, there);
                    System.arraycopy(there.array(), 0, expected, at, piece);
                }
            }
            assertThat(failed).isPositive();
            disk.flush();
        }
        isClean(file);
        try (Qcow2Disk disk = open(file)) {
            assertThat(ModelDisk.all(disk)).isEqualTo(expected);
        }
    }

    @Test
    void whatIsUnderItIsOnlyRead() throws IOException {
        byte[] base = random(1, 8192);
        FragileFile file = image(new NewImage(16_384, 3, 12, 4, false, Optional.of(UNDER)));
        Qcow2Header header = Qcow2Header.read(file);
        assertThat(header.backing()).contains(UNDER);
        byte[] under = base.clone();
        try (Qcow2Disk disk = Qcow2Disk.open(file, header, Optional.of(raw(under)))) {
            disk.write(512, ByteBuffer.allocate(512));
            byte[] expected = Arrays.copyOf(base, 16_384);
            Arrays.fill(expected, 512, 1024, (byte) 0);
            assertThat(ModelDisk.all(disk)).isEqualTo(expected);
        }
        assertThat(under).isEqualTo(base);
    }

    @Test
    void unknownAutoclearFeaturesAreClearedOnlyByWhoWrites() throws IOException {
        FragileFile file = image(new NewImage(65_536, Optional.empty()));
        file.write(Qcow2Header.AUTOCLEAR_AT, ByteBuffer.allocate(8).putLong(0, 0x10));
        open(new FragileFile(file.content(), true)).close();
        assertThat(Qcow2Header.read(file).features().autoclear()).isEqualTo(0x10);
        open(file).close();
        assertThat(Qcow2Header.read(file).features().autoclear()).isZero();
    }

    @Test
    void refcountsOfADirtyImageAreMadeRight() throws IOException {
        FragileFile file = image(new NewImage(65_536, 3, 9, 4, true, Optional.empty()));
        byte[] data = random(1, 65_536);
        try (Qcow2Disk disk = open(file)) {
            disk.write(0, ByteBuffer.wrap(data));
        }
        // As if no refcount had been written, but for the first, and one too many.
        long block = ByteBuffer.wrap(file.content())
                .getLong((int) Qcow2Header.read(file).refcountTableOffset());
        file.write(block + 2, ByteBuffer.allocate(500));
        file.write(block + 508, ByteBuffer.allocate(4).putInt(0, 0x0007_0001));
        file.write(Qcow2Header.INCOMPATIBLE_AT, ByteBuffer.allocate(8).putLong(0, Features.DIRTY));
        assertThat(Qcow2Check.check(file, Qcow2Header.read(file)).corruptions()).isPositive();
        try (Qcow2Disk disk = open(new FragileFile(file.content().clone(), true))) {
            assertThat(ModelDisk.all(disk))
                    .as("who only reads needs no refcounts")
                    .isEqualTo(data);
        }
        open(file).close();
        assertThat(Qcow2Header.read(file).features().incompatible()).isZero();
        isClean(file);
        try (Qcow2Disk disk = open(file)) {
            assertThat(ModelDisk.all(disk)).isEqualTo(data);
        }
    }

    /**
     * Leaves an image as a crash does that had lazy refcounts: the data of its first cluster is where the refcount table does
     * not reach.
     */
    static void leaveDirtyBeyondItsRefcountTable(HostFile file) throws IOException {
        Qcow2Header header = Qcow2Header.read(file);
        long table = entry(file, header.l1Offset());
        ByteBuffer data = ByteBuffer.allocate(header.clusterSize());
        file.read(entry(file, table), data);
        long covered = (long) header.refcountTableClusters() * header.l2Entries() * header.refcountsPerBlock();
        long place = covered + 5 << header.clusterBits();
        file.write(place, data.flip());
        file.write(table, ByteBuffer.allocate(8).putLong(0, place | Cluster.COPIED));
        file.write(Qcow2Header.INCOMPATIBLE_AT, ByteBuffer.allocate(8).putLong(0, Features.DIRTY));
    }

    private static long entry(HostFile file, long at) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(8);
        file.read(at, entry);
        return entry.getLong(0) & Cluster.OFFSET;
    }

    @Test
    void oneWhoseRefcountTableGrowsInTheRepairIsWrittenOn() throws IOException {
        int size = 1 << 20;
        FragileFile file = image(new NewImage(size, 3, 9, 6, true, Optional.empty()));
        byte[] data = random(1, size);
        try (Qcow2Disk disk = open(file)) {
            disk.write(0, ByteBuffer.wrap(data, 0, size / 2));
        }
        leaveDirtyBeyondItsRefcountTable(file);
        try (Qcow2Disk disk = open(file)) {
            assertThat(disk.header().refcountTableClusters()).isGreaterThan(1);
            assertThat(disk.header().features().has(Features.DIRTY)).isFalse();
            disk.write(size / 2, ByteBuffer.wrap(data, size / 2, size / 2));
            assertThat(ModelDisk.all(disk)).isEqualTo(data);
        }
        isClean(file);
        try (Qcow2Disk disk = open(file)) {
            assertThat(ModelDisk.all(disk)).isEqualTo(data);
        }
    }

    @Test
    void aCorruptImageIsOnlyRead() throws IOException {
        FragileFile file = image(new NewImage(65_536, Optional.empty()));
        file.write(Qcow2Header.INCOMPATIBLE_AT, ByteBuffer.allocate(8).putLong(0, Features.CORRUPT));
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(Qcow2Exception.class)
                .hasMessageContaining("marked as damaged");
        open(new FragileFile(file.content(), true)).close();
    }

    /** The entry of a cluster says that its data is where the L1 table is. */
    private static void breakEntry(HostFile file, long cluster) throws IOException {
        Qcow2Header header = Qcow2Header.read(file);
        ByteBuffer entry = ByteBuffer.allocate(8);
        file.read(header.l1Offset(), entry);
        long table = entry.getLong(0) & 0x00ff_ffff_ffff_fe00L;
        file.write(table + cluster * 8, ByteBuffer.allocate(8).putLong(0, header.l1Offset() | 1L << 63));
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void damageThatIsFoundWhileItIsWrittenEndsWritingAndIsMarked(int version) throws IOException {
        FragileFile file = image(new NewImage(65_536, version, 9, 4, false, Optional.empty()));
        byte[] data = random(1, 4096);
        try (Qcow2Disk disk = open(file)) {
            disk.write(0, ByteBuffer.wrap(data));
        }
        breakEntry(file, 3);
        Qcow2Disk disk = open(file);
        byte[] before = file.content().clone();
        disk.write(0, ByteBuffer.wrap(data, 0, 512));
        assertThat(file.content()).as("so far all is well").isEqualTo(before);
        assertThatThrownBy(() -> disk.write(3 * 512, ByteBuffer.allocate(512)))
                .isInstanceOf(Qcow2Exception.class)
                .hasMessageContaining("where a table is");
        assertThatThrownBy(() -> disk.write(0, ByteBuffer.allocate(512)))
                .isInstanceOf(IOException.class)
                .hasMessage("the image is damaged and is not written any more");
        assertThatThrownBy(() -> disk.discard(0, 4096)).isInstanceOf(IOException.class);
        assertThatThrownBy(disk::flush).isInstanceOf(IOException.class);
        ByteBuffer read = ByteBuffer.allocate(512);
        disk.read(512, read);
        assertThat(read.array()).as("reading goes on").isEqualTo(Arrays.copyOfRange(data, 512, 1024));
        disk.close();

        Features features = Qcow2Header.read(file).features();
        assertThat(features.has(Features.CORRUPT)).isEqualTo(version == 3);
        if (version == 3) {
            file.write(Qcow2Header.INCOMPATIBLE_AT, ByteBuffer.allocate(8));
        }
        assertThat(file.content()).as("but for the mark").isEqualTo(before);
    }

    @Test
    void damageThatIsFoundByReadingIsMarkedToo() throws IOException {
        FragileFile file = image(new NewImage(65_536, 3, 12, 4, false, Optional.empty()));
        try (Qcow2Disk disk = open(file)) {
            disk.write(0, ByteBuffer.wrap(random(1, 8192)));
        }
        Qcow2Header header = Qcow2Header.read(file);
        ByteBuffer entry = ByteBuffer.allocate(8);
        file.read(header.l1Offset(), entry);
        long table = entry.getLong(0) & 0x00ff_ffff_ffff_fe00L;
        // Data may only be where a cluster begins.
        file.write(table + 8, ByteBuffer.allocate(8).putLong(0, 0x8000_0000_0000_0000L | 0x5200));
        Qcow2Disk disk = open(file);
        assertThatThrownBy(() -> disk.read(4096, ByteBuffer.allocate(512))).isInstanceOf(Qcow2Exception.class);
        assertThatThrownBy(() -> disk.write(0, ByteBuffer.allocate(512))).isInstanceOf(IOException.class);
        disk.close();
        assertThat(Qcow2Header.read(file).features().has(Features.CORRUPT)).isTrue();
    }

    /** As QEMU has it: an error for who reads that cluster, and nothing else. */
    @Test
    void aCompressedClusterThatCannotBeReadEndsNothing() throws IOException {
        FragileFile file = image(new NewImage(65_536, 3, 9, 4, false, Optional.empty()));
        try (Qcow2Disk disk = open(file)) {
            disk.writeCompressed(0, ByteBuffer.allocate(512));
        }
        Qcow2Header header = Qcow2Header.read(file);
        ByteBuffer entry = ByteBuffer.allocate(8);
        file.read(header.l1Offset(), entry);
        entry.rewind();
        file.read(ByteBuffer.wrap(entry.array()).getLong(0) & 0x00ff_ffff_ffff_fe00L, entry);
        // 62 bits, of which the upper ones count sectors: one bit for clusters of 512 bytes.
        file.write(entry.getLong(0) & (1L << 61) - 1, ByteBuffer.wrap(new byte[] {-1, -1, -1, -1}));
        Qcow2Disk disk = open(file);
        assertThatThrownBy(() -> disk.read(0, ByteBuffer.allocate(512))).isInstanceOf(Qcow2Exception.class);
        disk.write(512, ByteBuffer.allocate(512));
        disk.flush();
        disk.close();
        assertThat(Qcow2Header.read(file).features().has(Features.CORRUPT)).isFalse();
    }

    @Test
    void afterAFailedSyncNothingMoreIsWritten() throws IOException {
        FragileFile inner = image(new NewImage(65_536, 3, 9, 4, false, Optional.empty()));
        boolean[] failing = {false};
        int[] writes = {0};
        HostFile file = new HostFile() {
            @Override
            public long size() {
                return inner.size();
            }

            @Override
            public boolean isReadOnly() {
                return false;
            }

            @Override
            public int read(long offset, ByteBuffer into) {
                return inner.read(offset, into);
            }

            @Override
            public void write(long offset, ByteBuffer from) throws IOException {
                writes[0]++;
                inner.write(offset, from);
            }

            @Override
            public boolean release(long offset, long length) {
                return false;
            }

            @Override
            public void sync() throws IOException {
                if (failing[0]) {
                    throw new IOException("Input/output error");
                }
            }

            @Override
            public void close() {}
        };
        Qcow2Disk disk = open(file);
        disk.write(0, ByteBuffer.allocate(4096));
        failing[0] = true;
        assertThatThrownBy(disk::flush).isInstanceOf(IOException.class);
        failing[0] = false;
        int before = writes[0];
        assertThatThrownBy(disk::flush).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.write(0, ByteBuffer.allocate(512))).isInstanceOf(IOException.class);
        assertThatThrownBy(disk::close).isInstanceOf(IOException.class);
        assertThat(writes[0]).isEqualTo(before);
        FragileFile left = new FragileFile(inner.content(), true);
        assertThat(Qcow2Check.check(left, Qcow2Header.read(left)).corruptions()).isZero();
    }
}
