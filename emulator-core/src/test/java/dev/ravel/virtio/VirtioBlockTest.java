package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.device.SavedState;
import dev.ravel.host.BlockBackend;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class VirtioBlockTest {
    private static final int IN = 0;
    private static final int OUT = 1;
    private static final int FLUSH = 4;
    private static final int GET_ID = 8;
    private static final int DISCARD = 11;
    private static final int WRITE_ZEROES = 13;
    private static final byte OK = 0;
    private static final byte IOERR = 1;
    private static final byte UNSUPP = 2;

    private static final long FEATURES = GuestDriver.ALL_RING_FEATURES | 1L << VirtioBlock.F_FLUSH;

    private final BoundaryQueue events = new BoundaryQueue();
    private final Queue<Runnable> hostWork = new ArrayDeque<>();
    private final MemoryDisk disk = new MemoryDisk(4 << 20);
    private GuestDriver driver =
            new GuestDriver(new VirtioBlock(disk, hostWork::add, events, "SERIAL-0123456789abcdef"));
    private GuestDriver.Queue queue = start(FEATURES);

    /** A disk in memory that counts. */
    static final class MemoryDisk implements BlockBackend {
        final byte[] bytes;
        boolean readOnly;
        boolean broken;
        /** What happens meanwhile, once. */
        Runnable duringWrite = () -> {};

        int flushes;
        int discards;
        boolean closed;

        MemoryDisk(int size) {
            bytes = new byte[size];
            new Random(5).nextBytes(bytes);
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public boolean isReadOnly() {
            return readOnly;
        }

        private void mayFail() throws IOException {
            if (broken) {
                throw new IOException("the disk is broken, as the test wants it");
            }
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            mayFail();
            into.put(bytes, (int) offset, into.remaining());
        }

        @Override
        public void write(long offset, ByteBuffer from) throws IOException {
            mayFail();
            Runnable meanwhile = duringWrite;
            duringWrite = () -> {};
            meanwhile.run();
            from.get(bytes, (int) offset, from.remaining());
        }

        @Override
        public void discard(long offset, long length) {
            discards++;
        }

        @Override
        public void writeZeroes(long offset, long length, boolean release) {
            Arrays.fill(bytes, (int) offset, (int) (offset + length), (byte) 0);
        }

        @Override
        public void flush() throws IOException {
            mayFail();
            flushes++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @AfterEach
    void close() {
        driver.close();
        // Whoever opened it does.
        assertThat(disk.closed).isFalse();
    }

    private GuestDriver.Queue start(long features) {
        assertThat(driver.negotiate(features) & VirtioController.FEATURES_OK).isNotZero();
        GuestDriver.Queue fresh = driver.new Queue(0, 256);
        driver.ready();
        return fresh;
    }

    /** Lets the host work and its results arrive until nothing more happens. */
    private void settle() {
        do {
            while (!hostWork.isEmpty()) {
                hostWork.remove().run();
            }
            events.runDue(0);
        } while (!hostWork.isEmpty());
    }

    private Piece header(int type, long sector) {
        return driver.out(ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(0)
                .putLong(sector)
                .array());
    }

    private static byte[] range(long sector, int sectors, int flags) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(sector)
                .putInt(sectors)
                .putInt(flags)
                .array();
    }

    /** Does a request; returns its status. */
    private byte request(int type, long sector, Piece... data) {
        Piece status = driver.in(1);
        List<Piece> pieces = new ArrayList<>();
        pieces.add(header(type, sector));
        pieces.addAll(List.of(data));
        pieces.add(status);
        queue.add(pieces.toArray(Piece[]::new));
        queue.kick();
        settle();
        return driver.get(status)[0];
    }

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void theConfigurationTellsCapacityAndLimits() {
        assertThat(driver.device.read(VirtioMmio.CONFIG, 8)).isEqualTo((4 << 20) / 512);
        assertThat(driver.read(VirtioMmio.CONFIG + 12)).isEqualTo(254);
        assertThat(driver.read(VirtioMmio.CONFIG + 20)).isEqualTo(512);
        assertThat(driver.device.read(VirtioMmio.CONFIG + 24, 1))
                .as("eight sectors a physical block")
                .isEqualTo(3);
        assertThat(driver.read(VirtioMmio.CONFIG + 36)).isEqualTo(1 << 21);
        assertThat(driver.device.read(VirtioMmio.CONFIG + 56, 1)).isEqualTo(1);
    }

    @Test
    void aReadGivesTheSectorsWhereverTheBuffersAreCut() {
        Piece first = driver.in(100);
        Piece second = driver.in(924);
        assertThat(request(IN, 3, first, second)).isEqualTo(OK);
        assertThat(driver.get(first)).isEqualTo(Arrays.copyOfRange(disk.bytes, 1536, 1636));
        assertThat(driver.get(second)).isEqualTo(Arrays.copyOfRange(disk.bytes, 1636, 2560));
        assertThat(queue.takeUsed()).containsExactly(new Used(0, 1025));
    }

    @Test
    void aWriteChangesTheSectors() {
        byte[] data = pattern(2048);
        assertThat(request(OUT, 8, driver.out(data))).isEqualTo(OK);
        assertThat(Arrays.copyOfRange(disk.bytes, 4096, 6144)).isEqualTo(data);
        assertThat(queue.takeUsed()).containsExactly(new Used(0, 1));
        assertThat(disk.flushes).isZero();
    }

    @Test
    void statusAndDataMayShareABuffer() {
        Piece all = driver.in(513);
        queue.add(header(IN, 0), all);
        queue.kick();
        settle();
        assertThat(driver.get(all)).startsWith(Arrays.copyOf(disk.bytes, 512)).endsWith(OK);
    }

    @Test
    void longRequestsAreDoneInStepsAndExactly() {
        byte[] data = pattern(3 << 20);
        assertThat(request(OUT, 1, driver.out(data))).isEqualTo(OK);
        Piece back = driver.in(3 << 20);
        assertThat(request(IN, 1, back)).isEqualTo(OK);
        assertThat(driver.get(back)).isEqualTo(data);
    }

    @Test
    void nothingChangesInTheGuestUntilTheHostIsDoneAndABoundaryIsReached() {
        Piece data = driver.in(512);
        Piece status = driver.in(1);
        queue.add(header(IN, 0), data, status);
        queue.kick();
        assertThat(queue.takeUsed()).isEmpty();
        hostWork.remove().run();
        assertThat(driver.get(data)).containsOnly(0xee);
        assertThat(driver.wire.asserted).isFalse();
        events.runDue(0);
        assertThat(queue.takeUsed()).hasSize(1);
        assertThat(driver.wire.asserted).isTrue();
    }

    @Test
    void moreRequestsThanAreWorkedOnAtOnceAreAllDone() {
        List<Piece> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Piece data = driver.in(512);
            answers.add(data);
            queue.add(header(IN, i), data, driver.in(1));
        }
        queue.kick();
        assertThat(hostWork).hasSize(16);
        settle();
        assertThat(queue.takeUsed()).hasSize(60);
        for (int i = 0; i < 60; i++) {
            assertThat(driver.get(answers.get(i))).isEqualTo(Arrays.copyOfRange(disk.bytes, i * 512, i * 512 + 512));
        }
    }

    @Test
    void flushReachesTheHost() {
        assertThat(request(FLUSH, 0)).isEqualTo(OK);
        assertThat(disk.flushes).isEqualTo(1);
    }

    @Test
    void withoutTheFlushFeatureEveryWriteIsFlushed() {
        queue = start(GuestDriver.ALL_RING_FEATURES);
        assertThat(request(OUT, 0, driver.out(pattern(512)))).isEqualTo(OK);
        assertThat(disk.flushes).isEqualTo(1);
    }

    @Test
    void theIdIsTwentyBytesOfTheSerialNumber() {
        Piece id = driver.in(20);
        assertThat(request(GET_ID, 0, id)).isEqualTo(OK);
        assertThat(new String(driver.get(id), StandardCharsets.US_ASCII)).isEqualTo("SERIAL-0123456789abc");
    }

    @Test
    void rangesAreDiscardedAndZeroed() {
        assertThat(request(DISCARD, 0, driver.out(range(0, 8, 0)), driver.out(range(16, 8, 0))))
                .isEqualTo(OK);
        assertThat(disk.discards).isEqualTo(2);
        byte[] after = Arrays.copyOfRange(disk.bytes, 1024, 1536);
        assertThat(request(WRITE_ZEROES, 0, driver.out(range(0, 2, 1)))).isEqualTo(OK);
        assertThat(Arrays.copyOf(disk.bytes, 1024)).containsOnly(0);
        assertThat(Arrays.copyOfRange(disk.bytes, 1024, 1536)).isEqualTo(after);
    }

    @Test
    void rangesWithUnknownFlagsAreNotSupportedAndBadOnesFail() {
        assertThat(request(DISCARD, 0, driver.out(range(0, 8, 1)))).isEqualTo(UNSUPP);
        assertThat(request(WRITE_ZEROES, 0, driver.out(range(0, 8, 2)))).isEqualTo(UNSUPP);
        assertThat(request(WRITE_ZEROES, 0, driver.out(range(8191, 2, 0)))).isEqualTo(IOERR);
        assertThat(request(WRITE_ZEROES, 0, driver.out(range(-1, 2, 0)))).isEqualTo(IOERR);
        assertThat(request(WRITE_ZEROES, 0, driver.out(range(0, -1, 0)))).isEqualTo(IOERR);
        assertThat(request(DISCARD, 0, driver.out(new byte[15]))).isEqualTo(IOERR);
        assertThat(request(DISCARD, 0)).isEqualTo(IOERR);
        assertThat(request(DISCARD, 0, driver.out(new byte[16 * 65]))).isEqualTo(IOERR);
        assertThat(disk.discards).isZero();
    }

    @Test
    void requestsOutsideTheDiskOrOfHalfSectorsFail() {
        byte[] before = disk.bytes.clone();
        for (long sector : new long[] {8192, 8191, 1L << 54, 1L << 55, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            assertThat(request(IN, sector, driver.in(1024)))
                    .as("read of %d", sector)
                    .isEqualTo(IOERR);
            assertThat(request(OUT, sector, driver.out(new byte[1024]))).isEqualTo(IOERR);
        }
        assertThat(request(IN, 0, driver.in(511))).isEqualTo(IOERR);
        assertThat(request(OUT, 0, driver.out(new byte[513]))).isEqualTo(IOERR);
        assertThat(disk.bytes).isEqualTo(before);
        assertThat(driver.needsReset()).isFalse();
    }

    @Test
    void unknownRequestsAreNotSupported() {
        assertThat(request(99, 0)).isEqualTo(UNSUPP);
        assertThat(request(-1, 0, driver.in(512))).isEqualTo(UNSUPP);
    }

    @Test
    void aReadOnlyDiskSaysSoAndRefusesEveryChange() {
        disk.readOnly = true;
        driver.write(VirtioMmio.DEVICE_FEATURES_SEL, 0);
        int features = driver.read(VirtioMmio.DEVICE_FEATURES);
        assertThat(features >>> VirtioBlock.F_RO & 1).isEqualTo(1);
        assertThat(features >>> VirtioBlock.F_DISCARD & 1).isZero();
        byte[] before = disk.bytes.clone();
        assertThat(request(OUT, 0, driver.out(new byte[512]))).isEqualTo(IOERR);
        assertThat(request(WRITE_ZEROES, 0, driver.out(range(0, 1, 0)))).isEqualTo(IOERR);
        assertThat(disk.bytes).isEqualTo(before);
    }

    @Test
    void anErrorOfTheHostIsAnErrorOfTheRequestAndTheNextOnesWork() {
        disk.broken = true;
        assertThat(request(IN, 0, driver.in(512))).isEqualTo(IOERR);
        assertThat(request(OUT, 0, driver.out(new byte[512]))).isEqualTo(IOERR);
        assertThat(request(FLUSH, 0)).isEqualTo(IOERR);
        disk.broken = false;
        assertThat(request(IN, 0, driver.in(512))).isEqualTo(OK);
    }

    @Test
    void aRequestWithoutHeaderOrStatusBreaksTheDevice() {
        queue.add(driver.out(new byte[15]), driver.in(1));
        queue.kick();
        assertThat(driver.needsReset()).isTrue();
        queue = start(FEATURES);
        queue.add(driver.out(new byte[16]));
        queue.kick();
        assertThat(driver.needsReset()).isTrue();
    }

    @Test
    void aRequestThatIsMadeAvailableTwiceBreaksTheDevice() {
        int head = queue.add(header(IN, 0), driver.in(512), driver.in(1));
        queue.makeAvailable(head);
        queue.kick();
        assertThat(driver.needsReset()).isTrue();
        settle();
        assertThat(queue.takeUsed()).isEmpty();
    }

    @Test
    void whatComesBackAfterAResetTouchesNothing() {
        Piece data = driver.in(512);
        queue.add(header(IN, 0), data, driver.in(1));
        queue.kick();
        queue = start(FEATURES);
        settle();
        assertThat(driver.get(data)).containsOnly(0xee);
        assertThat(queue.takeUsed()).isEmpty();
        assertThat(request(IN, 0, driver.in(512))).isEqualTo(OK);
    }

    @Test
    void manyLongRangesAreMadeZeroPieceByPieceAndAllOfThem() {
        byte[] ranges = new byte[16 * 64];
        for (int i = 0; i < 64; i++) {
            System.arraycopy(range(i * 128L, i % 2 == 0 ? 128 : 0, 1), 0, ranges, 16 * i, 16);
        }
        byte[] expected = disk.bytes.clone();
        for (int i = 0; i < 64; i += 2) {
            Arrays.fill(expected, i << 16, i + 1 << 16, (byte) 0);
        }
        queue = start(GuestDriver.ALL_RING_FEATURES);
        Piece status = driver.in(1);
        queue.add(header(WRITE_ZEROES, 0), driver.out(ranges), status);
        queue.kick();
        hostWork.remove().run();
        assertThat(Arrays.copyOfRange(disk.bytes, 2 << 16, 3 << 16))
                .as("a later piece")
                .isNotEqualTo(new byte[1 << 16]);
        settle();
        assertThat(driver.get(status)).containsExactly(OK);
        assertThat(disk.bytes).isEqualTo(expected);
        assertThat(disk.flushes).as("at the end").isEqualTo(1);
    }

    @Test
    void aResetEndsALongRequestWithThePieceThatTheHostIsAt() {
        queue.add(header(WRITE_ZEROES, 0), driver.out(range(0, 128, 0)), driver.out(range(128, 128, 0)), driver.in(1));
        queue.kick();
        hostWork.remove().run();
        byte[] rest = Arrays.copyOfRange(disk.bytes, 1 << 16, 2 << 16);
        queue = start(FEATURES);
        settle();
        assertThat(Arrays.copyOf(disk.bytes, 1 << 16)).containsOnly(0);
        assertThat(Arrays.copyOfRange(disk.bytes, 1 << 16, 2 << 16)).isEqualTo(rest);
    }

    private void queueWrites(int count, byte[] data) {
        for (int i = 0; i < count; i++) {
            queue.add(header(OUT, i), driver.out(data), driver.in(1));
        }
        queue.kick();
    }

    @Test
    void aStormOfRequestsAndResetsGivesTheHostNoMoreWorkThanItsBound() {
        byte[] data = pattern(512);
        for (int round = 0; round < 1000; round++) {
            driver.recycle();
            queue = start(FEATURES);
            queueWrites(20, data);
            assertThat(hostWork).hasSizeLessThanOrEqualTo(16);
        }
        settle();
        assertThat(queue.takeUsed()).hasSize(20);
        assertThat(Arrays.copyOf(disk.bytes, 512)).isEqualTo(data);
        assertThat(request(FLUSH, 0)).isEqualTo(OK);
    }

    @Test
    void aStormWithoutDrivingTheDeviceUpAgainKeepsTheBoundToo() {
        for (int round = 0; round < 100; round++) {
            driver.recycle();
            queue = start(FEATURES);
            queueWrites(16, new byte[512]);
            for (int i = 0; i < 3; i++) {
                driver.write(VirtioMmio.STATUS, 0);
            }
            assertThat(hostWork).hasSize(16);
        }
        settle();
        assertThat(driver.status()).isZero();
        assertThat(queue.takeUsed()).isEmpty();
    }

    @Test
    void aFaultOfTheDriverFollowedByAResetForgetsNoWorkEither() {
        for (int round = 0; round < 100; round++) {
            driver.recycle();
            queue = start(FEATURES);
            queueWrites(8, new byte[512]);
            queue.add(driver.out(new byte[1]));
            queue.kick();
            assertThat(hostWork).hasSizeLessThanOrEqualTo(8);
        }
        queue = start(FEATURES);
        settle();
        assertThat(request(FLUSH, 0)).isEqualTo(OK);
    }

    @Test
    void aWriteThatTheHostIsAtDuringAResetComesBeforeTheNextSessionsWrites() {
        byte[] later = pattern(512);
        disk.duringWrite = () -> {
            queue = start(FEATURES);
            queue.add(header(OUT, 0), driver.out(later), driver.in(1));
            queue.kick();
            assertThat(driver.status() & VirtioController.DRIVER_OK)
                    .as("the driver need not wait")
                    .isNotZero();
            assertThat(hostWork).as("the request does").isEmpty();
        };
        queueWrites(1, new byte[512]);
        settle();
        assertThat(Arrays.copyOf(disk.bytes, 512)).isEqualTo(later);
        assertThat(queue.takeUsed()).containsExactly(new Used(0, 1));
    }

    @Test
    void aWriteThatTheHostHasNotBegunByTheResetIsNotDone() {
        byte[] before = disk.bytes.clone();
        queueWrites(3, new byte[512]);
        queue = start(FEATURES);
        settle();
        assertThat(disk.bytes).isEqualTo(before);
        assertThat(disk.flushes).isZero();
    }

    @Test
    void anErrorOnTheHostsThreadFailsItsRequestAndHoldsUpNoOther() {
        disk.duringWrite = () -> {
            throw new OutOfMemoryError("as the test wants it");
        };
        Piece status = driver.in(1);
        queue.add(header(OUT, 0), driver.out(new byte[512]), status);
        queue.kick();
        assertThatThrownBy(this::settle).isInstanceOf(OutOfMemoryError.class);
        settle();
        assertThat(driver.get(status)).containsExactly(IOERR);
        assertThat(request(FLUSH, 0)).isEqualTo(OK);
    }

    @Test
    void aSnapshotTakenWhileOldWorkHoldsUpRestoredRequestsStillHasThem() {
        Piece data = driver.in(512);
        queue.add(header(IN, 4), data, driver.in(1));
        queue.kick();
        driver.device.restore(SavedState.of(driver.device));
        assertThat(hostWork).as("the read from before the snapshot only").hasSize(1);
        driver.device.restore(SavedState.of(driver.device));
        settle();
        assertThat(driver.get(data)).isEqualTo(Arrays.copyOfRange(disk.bytes, 2048, 2560));
        assertThat(queue.takeUsed()).hasSize(1);
    }

    @Test
    void aSnapshotWithRequestsOnTheirWayGoesOnToAnswerThem() {
        Piece first = driver.in(512);
        Piece second = driver.in(512);
        queue.add(header(IN, 4), first, driver.in(1));
        queue.add(header(IN, 5), second, driver.in(1));
        queue.kick();
        SavedState state = SavedState.of(driver.device);
        driver.device.reset();
        driver.device.restore(state);
        settle();
        assertThat(driver.get(first)).isEqualTo(Arrays.copyOfRange(disk.bytes, 2048, 2560));
        assertThat(driver.get(second)).isEqualTo(Arrays.copyOfRange(disk.bytes, 2560, 3072));
        assertThat(queue.takeUsed()).hasSize(2);
        assertThat(request(IN, 0, driver.in(512))).isEqualTo(OK);
    }

    @Test
    void aWorkerThatIsGoneFailsTheRequest() {
        driver.close();
        driver = new GuestDriver(new VirtioBlock(
                disk,
                work -> {
                    throw new RejectedExecutionException();
                },
                events,
                "x"));
        queue = start(FEATURES);
        assertThat(request(FLUSH, 0)).isEqualTo(IOERR);
    }

    @Test
    void manyThreadsOfTheHostKeepRequestsApart() throws InterruptedException {
        driver.close();
        try (ExecutorService workers = Executors.newFixedThreadPool(3)) {
            driver = new GuestDriver(new VirtioBlock(disk, workers, events, "x"));
            queue = start(FEATURES);
            int count = 80;
            List<Piece> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                answers.add(driver.in(1024));
                queue.add(header(IN, i * 3L), answers.get(i), driver.in(1));
            }
            queue.kick();
            int used = 0;
            while (used < count) {
                events.runDue(0);
                used += queue.takeUsed().size();
                Thread.sleep(1);
            }
            for (int i = 0; i < count; i++) {
                assertThat(driver.get(answers.get(i)))
                        .isEqualTo(Arrays.copyOfRange(disk.bytes, i * 1536, i * 1536 + 1024));
            }
        }
    }
}
