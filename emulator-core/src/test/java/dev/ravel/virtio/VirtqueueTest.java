package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.memory.Ram;
import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class VirtqueueTest {
    private static final int SIZE = 8;
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private final GuestDriver driver = new GuestDriver(new EchoDevice());

    @AfterEach
    void close() {
        driver.close();
    }

    private GuestDriver.Queue start(long features) {
        driver.negotiate(features);
        GuestDriver.Queue queue = driver.new Queue(0, SIZE);
        driver.ready();
        return queue;
    }

    private void acknowledge() {
        driver.write(VirtioMmio.INTERRUPT_ACK, 3);
        assertThat(driver.wire.asserted).isFalse();
    }

    @Nested
    class WellBehaved {
        @Test
        void aRequestIsServedGivenBackAndInterrupts() {
            GuestDriver.Queue queue = start(GuestDriver.PLAIN_RING);
            Piece answer = driver.in(10);
            int head = queue.add(driver.out(HELLO), answer);
            assertThat(queue.takeUsed()).isEmpty();
            queue.kick();
            assertThat(queue.takeUsed()).containsExactly(new Used(head, 5));
            assertThat(new String(driver.get(answer), StandardCharsets.ISO_8859_1))
                    .isEqualTo("hello\u00ee\u00ee\u00ee\u00ee\u00ee");
            assertThat(driver.read(VirtioMmio.INTERRUPT_STATUS)).isEqualTo(VirtioMmio.USED_BUFFER);
            assertThat(driver.wire.asserted).isTrue();
            acknowledge();
        }

        @Test
        void segmentsMayBeCutAnywhere() {
            GuestDriver.Queue queue = start(GuestDriver.ALL_RING_FEATURES);
            Piece a = driver.in(1);
            Piece b = driver.in(7);
            queue.add(
                    driver.out(new byte[] {1}), driver.out(new byte[] {2, 3}), driver.out(new byte[] {4, 5, 6}), a, b);
            queue.kick();
            assertThat(driver.get(a)).containsExactly(1);
            assertThat(driver.get(b)).startsWith(2, 3, 4, 5, 6);
            assertThat(queue.takeUsed()).containsExactly(new Used(0, 6));
        }

        @Test
        void anIndirectTableHoldsARequestLongerThanTheQueue() {
            GuestDriver.Queue queue = start(GuestDriver.ALL_RING_FEATURES);
            List<Piece> pieces = new ArrayList<>();
            byte[] expected = new byte[100];
            for (int i = 0; i < 100; i++) {
                expected[i] = (byte) i;
                pieces.add(driver.out(new byte[] {(byte) i}));
            }
            Piece answer = driver.in(100);
            pieces.add(answer);
            int head = queue.addIndirect(pieces.toArray(Piece[]::new));
            queue.kick();
            assertThat(queue.takeUsed()).containsExactly(new Used(head, 100));
            assertThat(driver.get(answer)).isEqualTo(expected);
        }

        @Test
        void anIndirectTableMayFollowOrdinaryDescriptors() {
            GuestDriver.Queue queue = start(GuestDriver.ALL_RING_FEATURES);
            Piece question = driver.out(HELLO);
            Piece answer = driver.in(5);
            long table = driver.allocate(16);
            queue.descriptorAt(table, answer.address(), 5, GuestDriver.Queue.WRITE, 0);
            queue.descriptor(3, question.address(), 5, GuestDriver.Queue.NEXT, 6);
            queue.descriptor(6, table, 16, GuestDriver.Queue.INDIRECT, 0);
            queue.makeAvailable(3);
            queue.kick();
            assertThat(queue.takeUsed()).containsExactly(new Used(3, 5));
            assertThat(driver.get(answer)).isEqualTo(HELLO);
        }

        @ParameterizedTest
        @ValueSource(longs = {GuestDriver.PLAIN_RING, GuestDriver.ALL_RING_FEATURES})
        void indicesWrapAround(long features) {
            GuestDriver.Queue queue = start(features);
            for (int i = 0; i < 70_000; i++) {
                driver.recycle();
                queue.setUsedEvent(i);
                queue.add(driver.out(new byte[] {(byte) i}), driver.in(1));
                queue.kick();
                assertThat(queue.usedIndex()).isEqualTo(i + 1 & 0xffff);
            }
            assertThat(queue.takeUsed()).isNotEmpty();
            assertThat(driver.needsReset()).isFalse();
        }

        @Test
        void theDriverCanSwitchInterruptsOffByFlag() {
            GuestDriver.Queue queue = start(GuestDriver.PLAIN_RING);
            queue.setNoInterrupt(true);
            queue.add(driver.out(HELLO), driver.in(5));
            queue.kick();
            assertThat(queue.takeUsed()).hasSize(1);
            assertThat(driver.wire.asserted).isFalse();
        }

        @Test
        void theDriverCanAskForAnInterruptAtALaterIndex() {
            GuestDriver.Queue queue = start(GuestDriver.ALL_RING_FEATURES);
            queue.setUsedEvent(2);
            for (int i = 1; i <= 4; i++) {
                queue.add(driver.out(HELLO), driver.in(5));
                queue.kick();
                assertThat(driver.wire.asserted).as("after %d", i).isEqualTo(i >= 3);
            }
            acknowledge();
            queue.add(driver.out(HELLO), driver.in(5));
            queue.kick();
            assertThat(driver.wire.asserted).as("the event has passed").isFalse();
        }

        @Test
        void anEmptyQueueAsksToBeNotifiedOfTheNextRequest() {
            GuestDriver.Queue queue = start(GuestDriver.ALL_RING_FEATURES);
            assertThat(queue.availableEvent()).isZero();
            queue.add(driver.out(HELLO), driver.in(5));
            queue.add(driver.out(HELLO), driver.in(5));
            queue.kick();
            assertThat(queue.availableEvent()).isEqualTo(2);
        }

        @Test
        void writesToPagesWithDecodedInstructionsAreReported() {
            GuestDriver.Queue queue = start(GuestDriver.PLAIN_RING);
            AtomicInteger reported = new AtomicInteger(-1);
            driver.ram.setCodeListener((page, from, to) -> reported.set(page));
            Piece answer = driver.in(5);
            int page = (int) (answer.address() - GuestDriver.BASE >>> Ram.PAGE_SHIFT);
            driver.ram.markCode(page);
            queue.add(driver.out(HELLO), answer);
            queue.kick();
            assertThat(reported).hasValue(page);
        }
    }

    /** Whatever the driver does, the device says that it needs a reset, tells the driver, and works again after it. */
    @Nested
    class Hostile {
        private final Piece good = driver.out(HELLO);

        private void breaks(String reason, Consumer<GuestDriver.Queue> crime) {
            breaks(GuestDriver.ALL_RING_FEATURES, reason, crime);
        }

        private void breaks(long features, String reason, Consumer<GuestDriver.Queue> crime) {
            GuestDriver.Queue queue = start(features);
            crime.accept(queue);
            queue.kick();
            assertThat(driver.needsReset()).isTrue();
            assertThat(driver.device.fault())
                    .hasValueSatisfying(f -> assertThat(f).contains(reason));
            assertThat(driver.read(VirtioMmio.INTERRUPT_STATUS) & VirtioMmio.CONFIGURATION_CHANGE)
                    .isNotZero();
            assertThat(driver.wire.asserted).isTrue();
            assertThat(queue.takeUsed()).isEmpty();
            queue.kick();

            GuestDriver.Queue again = start(features);
            assertThat(driver.needsReset()).isFalse();
            assertThat(driver.wire.asserted).isFalse();
            Piece answer = driver.in(5);
            again.add(driver.out(HELLO), answer);
            again.kick();
            assertThat(again.takeUsed()).hasSize(1);
            assertThat(driver.get(answer)).isEqualTo(HELLO);
        }

        @Test
        void aLoopOfDescriptors() {
            breaks("loop", q -> {
                q.descriptor(0, good.address(), 5, GuestDriver.Queue.NEXT, 1);
                q.descriptor(1, good.address(), 5, GuestDriver.Queue.NEXT, 0);
                q.makeAvailable(0);
            });
        }

        @Test
        void aDescriptorThatFollowsItself() {
            breaks(GuestDriver.PLAIN_RING, "loop", q -> {
                q.descriptor(0, good.address(), 5, GuestDriver.Queue.NEXT, 0);
                q.makeAvailable(0);
            });
        }

        @Test
        void aLoopInsideAnIndirectTable() {
            breaks("loop", q -> {
                long table = driver.allocate(32);
                q.descriptorAt(table, good.address(), 5, GuestDriver.Queue.NEXT, 1);
                q.descriptorAt(table + 16, good.address(), 5, GuestDriver.Queue.NEXT, 0);
                q.descriptor(0, table, 32, GuestDriver.Queue.INDIRECT, 0);
                q.makeAvailable(0);
            });
        }

        @Test
        void buffersOutsideMemory() {
            for (long address : new long[] {
                0,
                0x1000_0000L,
                GuestDriver.BASE - 1,
                GuestDriver.BASE + GuestDriver.RAM_SIZE - 4,
                -1,
                -5,
                Long.MAX_VALUE
            }) {
                breaks("not in memory", q -> {
                    q.descriptor(0, address, 5, 0, 0);
                    q.makeAvailable(0);
                });
            }
        }

        @Test
        void aBufferOfFourGibibytes() {
            breaks("not in memory", q -> {
                q.descriptor(0, good.address(), -1, GuestDriver.Queue.WRITE, 0);
                q.makeAvailable(0);
            });
        }

        @Test
        void buffersThatTogetherAreLargerThanMemory() {
            breaks("larger than memory", q -> {
                for (int i = 0; i < SIZE; i++) {
                    q.descriptor(i, GuestDriver.BASE, GuestDriver.RAM_SIZE, GuestDriver.Queue.NEXT, i + 1);
                }
                q.makeAvailable(0);
            });
        }

        @Test
        void aBufferOfNoBytes() {
            breaks("no bytes", q -> {
                q.descriptor(0, good.address(), 0, 0, 0);
                q.makeAvailable(0);
            });
        }

        @Test
        void aHeadThatIsNoDescriptor() {
            breaks("made available", q -> q.makeAvailable(SIZE));
            breaks("made available", q -> q.makeAvailable(0xffff));
        }

        @Test
        void aNextThatIsNoDescriptor() {
            breaks("outside a table", q -> {
                q.descriptor(0, good.address(), 5, GuestDriver.Queue.NEXT, SIZE);
                q.makeAvailable(0);
            });
        }

        @Test
        void anAvailableIndexThatJumps() {
            for (int index : new int[] {SIZE + 1, 0x8000, 0xffff}) {
                breaks("index went from 0", q -> driver.putShort(q.available + 2, index));
            }
        }

        @Test
        void anAvailableIndexThatGoesBack() {
            breaks("index went from 0 to 65535", q -> driver.putShort(q.available + 2, -1));
        }

        @Test
        void somethingToReadAfterSomethingToWrite() {
            breaks("follows one to write", q -> {
                q.descriptor(0, good.address(), 5, GuestDriver.Queue.WRITE | GuestDriver.Queue.NEXT, 1);
                q.descriptor(1, good.address(), 5, 0, 0);
                q.makeAvailable(0);
            });
        }

        @Test
        void anIndirectDescriptorThatWasNotAgreedOn() {
            breaks(GuestDriver.PLAIN_RING, "not agreed", q -> q.addIndirect(good));
        }

        @Test
        void anIndirectTableInsideAnother() {
            breaks("not the last", q -> {
                long table = driver.allocate(32);
                q.descriptorAt(table, table, 16, GuestDriver.Queue.INDIRECT, 0);
                q.descriptor(0, table, 32, GuestDriver.Queue.INDIRECT, 0);
                q.makeAvailable(0);
            });
        }

        @Test
        void anIndirectTableThatIsNotTheEnd() {
            breaks("not the last", q -> {
                q.descriptor(0, driver.allocate(16), 16, GuestDriver.Queue.INDIRECT | GuestDriver.Queue.NEXT, 1);
                q.makeAvailable(0);
            });
        }

        @Test
        void indirectTablesOfWrongSizesAndPlaces() {
            for (int length : new int[] {0, 15, 17, -16, -1}) {
                breaks("an indirect table has", q -> {
                    q.descriptor(0, driver.allocate(16), length, GuestDriver.Queue.INDIRECT, 0);
                    q.makeAvailable(0);
                });
            }
            breaks("not in memory", q -> {
                q.descriptor(0, GuestDriver.BASE + GuestDriver.RAM_SIZE - 16, 32, GuestDriver.Queue.INDIRECT, 0);
                q.makeAvailable(0);
            });
        }

        @Test
        void ringsThatAreMisplacedMisalignedOrOfAWrongSize() {
            record Ring(long size, long descriptors, long available, long used) {}
            long base = GuestDriver.BASE;
            long end = base + GuestDriver.RAM_SIZE;
            List<Ring> rings = List.of(
                    new Ring(SIZE, 0, base, base),
                    new Ring(SIZE, end - 64, base, base),
                    new Ring(SIZE, base, end - 16, base),
                    new Ring(SIZE, base, base, end - 64),
                    new Ring(SIZE, base, base, -4),
                    new Ring(SIZE, base + 8, base, base),
                    new Ring(SIZE, base, base + 1, base),
                    new Ring(SIZE, base, base, base + 2),
                    new Ring(0, base, base, base),
                    new Ring(3, base, base, base),
                    new Ring(16, base, base, base),
                    new Ring(-1, base, base, base));
            for (Ring ring : rings) {
                driver.negotiate(GuestDriver.PLAIN_RING);
                driver.write(VirtioMmio.QUEUE_SEL, 0);
                driver.write(VirtioMmio.QUEUE_SIZE, ring.size);
                driver.write(VirtioMmio.QUEUE_DESC_LOW, ring.descriptors);
                driver.write(VirtioMmio.QUEUE_DESC_HIGH, ring.descriptors >>> 32);
                driver.write(VirtioMmio.QUEUE_DRIVER_LOW, ring.available);
                driver.write(VirtioMmio.QUEUE_DRIVER_HIGH, ring.available >>> 32);
                driver.write(VirtioMmio.QUEUE_DEVICE_LOW, ring.used);
                driver.write(VirtioMmio.QUEUE_DEVICE_HIGH, ring.used >>> 32);
                driver.write(VirtioMmio.QUEUE_READY, 1);
                assertThat(driver.needsReset()).as(ring.toString()).isTrue();
                assertThat(driver.read(VirtioMmio.QUEUE_READY)).isZero();
                driver.ready();
                driver.write(VirtioMmio.QUEUE_NOTIFY, 0);
                assertThat(driver.read(VirtioMmio.QUEUE_READY)).isZero();
            }
        }

        @Test
        void notificationsOfQueuesThatAreNotThereOrNotReadyMeanNothing() {
            start(GuestDriver.PLAIN_RING);
            for (int queue : new int[] {1, 2, 0xffff, -1, Integer.MIN_VALUE}) {
                driver.write(VirtioMmio.QUEUE_NOTIFY, queue);
            }
            assertThat(driver.needsReset()).isFalse();
        }

        @Test
        void randomRingsNeverThrowAndTheDeviceAlwaysRecovers() {
            Random random = new Random(7);
            int broken = 0;
            for (int round = 0; round < 5_000; round++) {
                GuestDriver.Queue queue = start(GuestDriver.ALL_RING_FEATURES);
                for (int i = 0; i < SIZE; i++) {
                    long address = random.nextInt(10) == 0
                            ? random.nextLong()
                            : GuestDriver.BASE + random.nextInt(GuestDriver.RAM_SIZE);
                    int length = random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(64) * 16;
                    int flags = random.nextInt(8);
                    queue.descriptor(i, address, length, flags, random.nextInt(SIZE + 1));
                }
                for (int i = random.nextInt(4); i >= 0; i--) {
                    queue.makeAvailable(random.nextInt(SIZE));
                }
                queue.kick();
                broken += driver.needsReset() ? 1 : 0;
            }
            assertThat(broken).isBetween(1000, 4999);
            GuestDriver.Queue queue = start(GuestDriver.ALL_RING_FEATURES);
            driver.recycle();
            queue.add(driver.out(HELLO), driver.in(5));
            queue.kick();
            assertThat(queue.takeUsed()).hasSize(1);
        }
    }
}
