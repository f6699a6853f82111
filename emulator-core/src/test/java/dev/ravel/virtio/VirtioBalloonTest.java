package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ravel.device.SavedState;
import dev.ravel.memory.Ram;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VirtioBalloonTest {
    private static final int INFLATE = 0;
    private static final int DEFLATE = 1;
    private static final int STATISTICS = 2;
    private static final int REPORTING = 3;
    private static final int ACTUAL = VirtioMmio.CONFIG + 4;
    private static final int POISON = VirtioMmio.CONFIG + 12;
    private static final long FEATURES = GuestDriver.ALL_RING_FEATURES
            | 1L << VirtioBalloon.F_STATS_VQ
            | 1L << VirtioBalloon.F_DEFLATE_ON_OOM
            | 1L << VirtioBalloon.F_PAGE_POISON
            | 1L << VirtioBalloon.F_REPORTING;
    private static final long AREA = GuestDriver.BASE + (8 << 20);
    private static final int PAGE = VirtioBalloon.PAGE_SIZE;

    private final BoundaryQueue events = new BoundaryQueue();
    private final Ram ram = GuestDriver.newRam();
    private final VirtioBalloon balloon = new VirtioBalloon(new GuestMemory(ram), events);
    private final GuestDriver driver = new GuestDriver(balloon, ram);
    private final GuestDriver.Queue[] queues = new GuestDriver.Queue[4];

    @BeforeEach
    void start() {
        connect(FEATURES);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private void connect(long features) {
        assertThat(driver.negotiate(features) & VirtioController.FEATURES_OK).isNotZero();
        for (int i = 0; i < queues.length; i++) {
            queues[i] = driver.new Queue(i, 128);
        }
        driver.ready();
    }

    private void fill(long address, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 7);
        driver.put(address, bytes);
    }

    private Piece pages(long... addresses) {
        ByteBuffer out = ByteBuffer.allocate(4 * addresses.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long address : addresses) {
            out.putInt((int) (address / PAGE));
        }
        return driver.out(out.array());
    }

    private static void assumeHostTakesMemoryBack() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "needs a Linux host");
    }

    @Test
    void pagesInTheBalloonGoBackToTheHostAndReadAsZeroAfterwards() {
        assumeHostTakesMemoryBack();
        fill(AREA, 4 * PAGE);
        queues[INFLATE].add(pages(AREA + PAGE, AREA, AREA + 3 * PAGE));
        queues[INFLATE].kick();
        assertThat(queues[INFLATE].takeUsed()).containsExactly(new Used(0, 0));
        assertThat(driver.get(AREA, 2 * PAGE)).containsOnly(0);
        assertThat(driver.get(AREA + 2 * PAGE, PAGE)).containsOnly(7);
        assertThat(driver.get(AREA + 3 * PAGE, PAGE)).containsOnly(0);
        assertThat(balloon.givenBack()).isEqualTo(3 * PAGE);
        queues[DEFLATE].add(pages(AREA));
        queues[DEFLATE].kick();
        assertThat(queues[DEFLATE].takeUsed()).hasSize(1);
    }

    @Test
    void reportedPagesGoBackToTheHost() throws IOException {
        assumeHostTakesMemoryBack();
        int length = 7 << 20;
        fill(AREA, length);
        long before = resident();
        queues[REPORTING].add(new Piece(AREA, length - PAGE, true), new Piece(AREA + length - PAGE, PAGE, true));
        queues[REPORTING].kick();
        assertThat(queues[REPORTING].takeUsed()).containsExactly(new Used(0, 0));
        assertThat(driver.getInt(AREA)).isZero();
        assertThat(balloon.givenBack()).isEqualTo(length);
        assertThat(before - resident()).isGreaterThan(length / 2);
    }

    private static long resident() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * PAGE;
    }

    @Test
    void pagesThatTheGuestHasFilledOnPurposeStay() {
        driver.write(POISON, 0xaaaa_aaaa);
        fill(AREA, PAGE);
        queues[REPORTING].add(new Piece(AREA, PAGE, true));
        queues[REPORTING].kick();
        assertThat(queues[REPORTING].takeUsed()).hasSize(1);
        assertThat(driver.get(AREA, PAGE)).containsOnly(7);
    }

    @Test
    void instructionsOnAPageThatIsGivenBackAreForgotten() {
        assumeHostTakesMemoryBack();
        int page = (int) ((AREA - GuestDriver.BASE) / PAGE);
        boolean[] told = {false};
        driver.ram.setCodeListener((p, from, to) -> told[0] = p == page && from == 0 && to == PAGE);
        driver.ram.markCode(page);
        queues[INFLATE].add(pages(AREA));
        queues[INFLATE].kick();
        assertThat(told[0]).isTrue();
    }

    @Test
    void theGuestIsToldHowLargeTheBalloonShallBeAndSaysHowLargeItIs() {
        balloon.setTarget(GuestDriver.RAM_SIZE - 3 * PAGE);
        assertThat(driver.read(VirtioMmio.CONFIG)).isZero();
        events.runDue(0);
        assertThat(driver.read(VirtioMmio.CONFIG)).isEqualTo(3);
        assertThat(driver.read(VirtioMmio.INTERRUPT_STATUS) & 2).isNotZero();
        driver.write(ACTUAL, 2);
        assertThat(balloon.actual()).isEqualTo(2 * PAGE);
        driver.write(VirtioMmio.CONFIG, 77);
        assertThat(driver.read(VirtioMmio.CONFIG))
                .as("the driver cannot set it")
                .isEqualTo(3);
        balloon.setTarget(Long.MAX_VALUE);
        events.runDue(0);
        assertThat(driver.read(VirtioMmio.CONFIG)).isZero();
    }

    private Piece statistics(long free) {
        return driver.out(ByteBuffer.allocate(30)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 4)
                .putLong(free)
                .putShort((short) 5)
                .putLong(1 << 20)
                .putShort((short) 999)
                .putLong(1)
                .array());
    }

    @Test
    void statisticsComeWhenTheyAreAskedFor() {
        queues[STATISTICS].add(statistics(1000));
        queues[STATISTICS].kick();
        assertThat(balloon.statistics().values())
                .containsEntry(BalloonStatistics.Kind.FREE, 1000L)
                .containsEntry(BalloonStatistics.Kind.TOTAL, 1L << 20)
                .hasSize(2);
        assertThat(queues[STATISTICS].takeUsed()).isEmpty();
        balloon.requestStatistics();
        events.runDue(0);
        assertThat(queues[STATISTICS].takeUsed()).hasSize(1);
        queues[STATISTICS].add(statistics(900));
        queues[STATISTICS].kick();
        assertThat(balloon.statistics().values()).containsEntry(BalloonStatistics.Kind.FREE, 900L);
    }

    @Test
    void aSnapshotKeepsSizeAndTheDriversBuffer() {
        balloon.setTarget(0);
        events.runDue(0);
        driver.write(ACTUAL, 5);
        queues[STATISTICS].add(statistics(1000));
        queues[STATISTICS].kick();
        SavedState state = new SavedState();
        driver.device.save(state);
        driver.device.restore(state);
        assertThat(balloon.actual()).isEqualTo(5 * PAGE);
        assertThat(balloon.statistics().values()).containsEntry(BalloonStatistics.Kind.FREE, 1000L);
        balloon.requestStatistics();
        events.runDue(0);
        assertThat(queues[STATISTICS].takeUsed()).hasSize(1);
    }

    @Test
    void pagesOutsideOfMemoryBreakTheDevice() {
        queues[INFLATE].add(pages(0x1000));
        queues[INFLATE].kick();
        assertThat(driver.needsReset()).isTrue();
    }

    @Test
    void halfAPageNumberAndTooManyBreakTheDevice() {
        queues[INFLATE].add(driver.out(new byte[6]));
        queues[INFLATE].kick();
        assertThat(driver.needsReset()).isTrue();
        connect(FEATURES);
        queues[INFLATE].add(driver.out(new byte[4 * 4097]));
        queues[INFLATE].kick();
        assertThat(driver.needsReset()).isTrue();
    }

    @Test
    void aResetEmptiesTheBalloon() {
        driver.write(ACTUAL, 5);
        queues[STATISTICS].add(statistics(1000));
        queues[STATISTICS].kick();
        connect(FEATURES);
        assertThat(balloon.actual()).isZero();
        assertThat(balloon.statistics()).isEqualTo(BalloonStatistics.NONE);
        balloon.requestStatistics();
        events.runDue(0);
        assertThat(queues[STATISTICS].takeUsed()).isEmpty();
    }
}
