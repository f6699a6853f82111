package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VirtioEntropyTest {
    private final BoundaryQueue events = new BoundaryQueue();
    private final GuestDriver driver = new GuestDriver(new VirtioEntropy(new Random(3), events));
    private GuestDriver.Queue queue;

    @BeforeEach
    void start() {
        setUp();
        events.runDue(0);
    }

    private void setUp() {
        driver.negotiate(GuestDriver.ALL_RING_FEATURES);
        queue = driver.new Queue(0, 8);
        driver.ready();
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void buffersAreFilledAtABoundaryFromTheSource() {
        Piece buffer = driver.in(64);
        queue.add(buffer);
        queue.kick();
        assertThat(queue.takeUsed()).isEmpty();
        events.runDue(0);
        assertThat(queue.takeUsed()).containsExactly(new Used(0, 64));
        byte[] expected = new byte[64];
        new Random(3).nextBytes(expected);
        assertThat(driver.get(buffer)).isEqualTo(expected);
        assertThat(driver.wire.asserted).isTrue();
    }

    @Test
    void aHugeBufferIsFilledInPart() {
        queue.add(driver.in(1 << 20));
        queue.kick();
        events.runDue(0);
        assertThat(queue.takeUsed()).containsExactly(new Used(0, 1 << 16));
    }

    @Test
    void aBufferToReadFromBreaksTheDevice() {
        queue.add(driver.out(new byte[8]));
        queue.kick();
        events.runDue(0);
        assertThat(driver.needsReset()).isTrue();
    }

    @Test
    void aResetBeforeTheBoundaryCancelsTheRequest() {
        Piece buffer = driver.in(8);
        queue.add(buffer);
        queue.kick();
        driver.write(VirtioMmio.STATUS, 0);
        events.runDue(0);
        assertThat(driver.get(buffer)).containsOnly(0xee);
    }

    @Test
    void howeverOftenTheDriverNotifiesAndResetsOneEventWaits() {
        for (int round = 0; round < 100; round++) {
            setUp();
            queue.add(driver.in(8));
            queue.kick();
        }
        assertThat(events.runDue(0)).isEqualTo(1);
        assertThat(queue.takeUsed()).hasSize(1);
    }
}
