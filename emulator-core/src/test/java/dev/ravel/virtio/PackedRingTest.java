package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.SavedState;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PackedRingTest {
    private static final int SIZE = 7;
    private static final long EVENTS =
            GuestDriver.PACKED_RING | 1L << VirtioController.F_INDIRECT_DESC | 1L << VirtioController.F_EVENT_IDX;

    private GuestDriver driver = new GuestDriver(new EchoDevice());

    @AfterEach
    void close() {
        driver.close();
    }

    private PackedQueue start(long features) {
        assertThat(driver.negotiate(features) & VirtioController.FEATURES_OK).isNotZero();
        PackedQueue queue = new PackedQueue(driver, 0, SIZE);
        driver.ready();
        return queue;
    }

    private boolean interrupted() {
        boolean asserted = driver.wire.asserted;
        driver.write(VirtioMmio.INTERRUPT_ACK, 3);
        return asserted;
    }

    @Test
    void requestsOfSeveralDescriptorsAreServedAcrossTheEndOfTheRing() {
        PackedQueue queue = start(GuestDriver.PACKED_RING);
        for (int i = 0; i < 50; i++) {
            driver.recycle();
            Piece first = driver.in(1);
            Piece rest = driver.in(3);
            int id = queue.add(driver.out(new byte[] {1, (byte) i}), driver.out(new byte[] {3}), first, rest);
            queue.kick();
            assertThat(queue.takeUsed()).containsExactly(new Used(id, 3));
            assertThat(driver.get(first)).containsExactly(1);
            assertThat(driver.get(rest)).containsExactly(i, 3, 0xee);
            assertThat(interrupted()).isTrue();
        }
    }

    @Test
    void anIndirectTableHoldsARequestLongerThanTheQueue() {
        PackedQueue queue = start(EVENTS);
        byte[] expected = new byte[40];
        new Random(1).nextBytes(expected);
        List<Piece> pieces = new ArrayList<>();
        for (byte b : expected) {
            pieces.add(driver.out(new byte[] {b}));
        }
        Piece answer = driver.in(40);
        pieces.add(answer);
        int id = queue.addIndirect(pieces.toArray(Piece[]::new));
        queue.kick();
        assertThat(queue.takeUsed()).containsExactly(new Used(id, 40));
        assertThat(driver.get(answer)).isEqualTo(expected);
    }

    @Test
    void theDriverSwitchesInterruptsOffAndOn() {
        PackedQueue queue = start(GuestDriver.PACKED_RING);
        queue.interruptWhen(1, 0, false);
        queue.add(driver.out(new byte[1]), driver.in(1));
        queue.kick();
        assertThat(interrupted()).isFalse();
        queue.interruptWhen(0, 0, false);
        queue.add(driver.out(new byte[1]), driver.in(1));
        queue.kick();
        assertThat(interrupted()).isTrue();
    }

    @Test
    void theDriverIsInterruptedOnceThePlaceThatItNamesIsUsedInThatRound() {
        PackedQueue queue = start(EVENTS);
        // Requests of two descriptors in a ring of seven begin at 0, 2, 4, 6, and in the next round at 1, 3, 5.
        int[] begins = {0, 2, 4, 6, 1, 3, 5};
        boolean[] secondRound = {false, false, false, false, true, true, true};
        for (int wanted = 0; wanted < begins.length; wanted++) {
            queue = start(EVENTS);
            driver.recycle();
            queue.interruptWhen(2, begins[wanted], !secondRound[wanted]);
            List<Integer> interruptedAt = new ArrayList<>();
            for (int i = 0; i < begins.length; i++) {
                queue.add(driver.out(new byte[1]), driver.in(1));
                queue.kick();
                queue.takeUsed();
                if (interrupted()) {
                    interruptedAt.add(i);
                }
            }
            assertThat(interruptedAt).as("place %d", begins[wanted]).containsExactly(wanted);
        }
    }

    @Test
    void anEmptyQueueAsksToBeNotifiedOfTheNextRequest() {
        PackedQueue queue = start(EVENTS);
        assertThat(queue.notifyWhen()).containsExactly(0x8000, 2);
        for (int i = 0; i < 2; i++) {
            queue.add(driver.out(new byte[1]), driver.out(new byte[1]), driver.in(2));
        }
        queue.kick();
        assertThat(queue.notifyWhen()).containsExactly(0x8006, 2);
        queue.takeUsed();
        queue.add(driver.out(new byte[1]), driver.in(1));
        queue.kick();
        assertThat(queue.notifyWhen()).as("in the second round").containsExactly(1, 2);
        assertThat(start(GuestDriver.PACKED_RING).notifyWhen().get(1)).isZero();
    }

    private void breaks(long features, String reason, Consumer<PackedQueue> crime) {
        PackedQueue queue = start(features);
        crime.accept(queue);
        queue.kick();
        assertThat(driver.device.fault()).hasValueSatisfying(f -> assertThat(f).contains(reason));
        queue = start(features);
        queue.add(driver.out(new byte[] {5}), driver.in(1));
        queue.kick();
        assertThat(queue.takeUsed()).hasSize(1);
    }

    @Test
    void whatBreaksTheRulesBreaksTheDeviceUntilItIsReset() {
        Piece good = driver.out(new byte[16]);
        breaks(EVENTS, "too long", q -> {
            for (int i = 0; i < SIZE; i++) {
                q.raw(good.address(), 1, 0, PackedQueue.NEXT);
            }
        });
        breaks(EVENTS, "not in memory", q -> q.raw(0x1000, 1, 0, 0));
        breaks(EVENTS, "not in memory", q -> q.raw(good.address(), -1, 0, PackedQueue.WRITE));
        breaks(EVENTS, "no bytes", q -> q.raw(good.address(), 0, 0, 0));
        breaks(EVENTS, "follows one to write", q -> {
            q.raw(good.address(), 1, 0, PackedQueue.WRITE | PackedQueue.NEXT);
            q.raw(good.address(), 1, 0, 0);
        });
        breaks(EVENTS, "an indirect table has 15", q -> q.raw(good.address(), 15, 0, PackedQueue.INDIRECT));
        breaks(EVENTS, "not the last", q -> q.raw(good.address(), 16, 0, PackedQueue.INDIRECT | PackedQueue.NEXT));
        breaks(EVENTS, "not the last", q -> {
            q.descriptor(good.address(), good.address(), 16, 0, PackedQueue.INDIRECT);
            q.raw(good.address(), 16, 0, PackedQueue.INDIRECT);
        });
        breaks(GuestDriver.PACKED_RING, "not agreed", q -> q.raw(good.address(), 16, 0, PackedQueue.INDIRECT));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 0x8000, -1})
    void aRingOfAWrongSizeBreaksTheDevice(int size) {
        driver.negotiate(EVENTS);
        new PackedQueue(driver, 0, size & 0xff);
        driver.write(VirtioMmio.QUEUE_SIZE, size);
        driver.write(VirtioMmio.QUEUE_READY, 1);
        assertThat(driver.needsReset()).isTrue();
    }

    @Test
    void randomRingsNeverThrowAndTheDeviceAlwaysRecovers() {
        Random random = new Random(11);
        int broken = 0;
        for (int round = 0; round < 5_000; round++) {
            PackedQueue queue = start(EVENTS);
            for (int i = random.nextInt(SIZE); i >= 0; i--) {
                long address = random.nextInt(10) == 0
                        ? random.nextLong()
                        : GuestDriver.BASE + random.nextInt(GuestDriver.RAM_SIZE);
                int length = random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(64) * 16;
                queue.raw(address, length, random.nextInt(4), random.nextInt(8));
            }
            queue.kick();
            broken += driver.needsReset() ? 1 : 0;
        }
        assertThat(broken).isBetween(1000, 4999);
        driver.recycle();
        breaks(EVENTS, "no bytes", q -> q.raw(GuestDriver.BASE, 0, 0, 0));
    }

    private final BoundaryQueue events = new BoundaryQueue();
    private final Deque<Runnable> hostWork = new ArrayDeque<>();

    private void useDisk() {
        driver.close();
        driver = new GuestDriver(new VirtioBlock(new SectorDisk(), hostWork::add, events, "disk"));
    }

    private Piece readHeader(int sector) {
        return driver.out(ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0)
                .putInt(0)
                .putLong(sector)
                .array());
    }

    /** Gives back in another order, so that used descriptors are written over those of requests still worked on. */
    @Test
    void requestsThatEndInAnotherOrderKeepTheirBuffersAlsoAcrossASnapshot() {
        useDisk();
        PackedQueue queue = start(EVENTS);
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            driver.recycle();
            List<Piece> data = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Piece into = driver.in(512);
                data.add(into);
                if (i == 1) {
                    queue.addIndirect(readHeader(round + i), into, driver.in(1));
                } else {
                    queue.add(readHeader(round + i), into, driver.in(1));
                }
            }
            queue.kick();
            List<Runnable> work = new ArrayList<>(hostWork);
            assertThat(work).hasSize(3);
            hostWork.clear();
            Collections.shuffle(work, random);
            work.removeLast().run();
            events.runDue(0);
            if (round % 4 == 0) {
                SavedState state = SavedState.of(driver.device);
                driver.device.reset();
                driver.device.restore(state);
                // What the host had to do before comes to nothing, and then it all begins anew.
                work.forEach(Runnable::run);
                events.runDue(0);
                assertThat(hostWork).hasSize(2);
                work = new ArrayList<>(hostWork);
                hostWork.clear();
                Collections.reverse(work);
            }
            work.forEach(Runnable::run);
            events.runDue(0);
            assertThat(queue.takeUsed()).hasSize(3);
            for (int i = 0; i < 3; i++) {
                assertThat(driver.get(data.get(i))).containsOnly(round + i);
            }
        }
    }

    @Test
    void aBufferThatIsMadeAvailableTwiceBreaksTheDevice() {
        useDisk();
        PackedQueue queue = start(GuestDriver.PACKED_RING);
        for (int i = 0; i < 2; i++) {
            queue.raw(readHeader(1).address(), 16, 5, PackedQueue.NEXT);
            queue.raw(driver.in(513).address(), 513, 5, PackedQueue.WRITE);
        }
        queue.kick();
        assertThat(driver.device.fault()).hasValueSatisfying(f -> assertThat(f).contains("available twice"));
    }

    @Test
    void whatComesBackAfterTheQueueWasSetUpAnewIsForgotten() {
        useDisk();
        PackedQueue queue = start(GuestDriver.PACKED_RING);
        queue.add(readHeader(1), driver.in(513));
        queue.kick();
        driver.write(VirtioMmio.QUEUE_READY, 0);
        queue = new PackedQueue(driver, 0, SIZE);
        hostWork.remove().run();
        events.runDue(0);
        assertThat(queue.takeUsed()).isEmpty();
        assertThat(driver.needsReset()).isFalse();
    }
}
