package dev.ravel.virtio;

import static dev.ravel.virtio.FuzzScripts.next;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ravel.net.Frame;
import dev.ravel.net.MacAddress;
import dev.ravel.net.NetworkPort;
import dev.ravel.time.BoundaryQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever headers and frames the guest sends, and whatever buffers it has, frames that go through are whole and in order. The normal
 * run takes the seeds; a long one is {@code JAZZER_FUZZ=1 mvn -pl emulator-core test -Dtest=VirtioNetFuzzTest}.
 */
class VirtioNetFuzzTest {
    private static final int HEADER = 12;
    private static final int SEEDS = 75;
    private static final int TCP_START = 34;

    private static final long OFFLOADS = 1L << VirtioNet.F_CSUM
            | 1L << VirtioNet.F_GUEST_CSUM
            | 1L << VirtioNet.F_GUEST_TSO4
            | 1L << VirtioNet.F_HOST_TSO4;
    private static final long MERGEABLE = 1L << VirtioNet.F_MRG_RXBUF;
    private static final long INDIRECT = GuestDriver.PLAIN_RING | 1L << VirtioController.F_INDIRECT_DESC;

    private static final long[] FEATURES = {
        GuestDriver.ALL_RING_FEATURES | OFFLOADS | MERGEABLE,
        INDIRECT | MERGEABLE,
        INDIRECT | OFFLOADS,
        1L << VirtioController.F_INDIRECT_DESC,
        1L << VirtioController.F_INDIRECT_DESC | MERGEABLE | 1L << VirtioNet.F_CSUM
    };

    /** Lengths around which something changes. */
    private static final int[] LENGTHS = {
        1,
        HEADER - 2,
        HEADER,
        HEADER + 1,
        HEADER + Frame.HEADER,
        60,
        Frame.MAX_SIZE,
        Frame.MAX_SIZE + HEADER,
        4096,
        65_536,
        Frame.MAX_LARGE_SIZE,
        Frame.MAX_LARGE_SIZE + HEADER
    };

    /** Input: features, then what driver and network do, each a byte and its operands. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void framesGoThroughWholeAndInOrderOrAreLost(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        BoundaryQueue events = new BoundaryQueue();
        Network network = new Network();
        VirtioNet device = new VirtioNet(network, new MacAddress(0x5254_0012_3456L), events);
        try (WatchfulDriver driver = new WatchfulDriver(device, GuestDriver.newRam(), events)) {
            network.start(driver, FEATURES[next(in) % FEATURES.length]);
            while (in.hasRemaining()) {
                act(driver, network, in);
                network.check(driver);
                if (driver.driver.needsReset()) {
                    network.start(driver, FEATURES[next(in) % FEATURES.length]);
                }
            }
            network.start(driver, GuestDriver.PLAIN_RING);
            network.works(driver);
        }
    }

    private static int length(ByteBuffer in) {
        int choice = next(in);
        int near = LENGTHS[choice % LENGTHS.length] + choice / LENGTHS.length - 3;
        return choice < 128 ? Math.max(near, 0) : choice << 8 & 0x7f00 | next(in);
    }

    private static void act(WatchfulDriver driver, Network network, ByteBuffer in) {
        int what = next(in);
        int cut = what >> 3;
        switch (what & 7) {
            case 0, 1 -> {
                byte[] header = new byte[HEADER];
                in.get(header, 0, Math.min(header.length, in.remaining()));
                network.send(driver, header, length(in), cut);
            }
            case 2, 3 -> driver.offer(VirtioNet.RECEIVE_QUEUE, new byte[0], length(in), cut);
            case 4, 5 -> network.bring(Math.max(length(in), Frame.HEADER), cut);
            case 6 -> network.setCongested((cut & 1) != 0);
            default -> {
                if (cut % 4 == 0) {
                    network.start(driver, FEATURES[next(in) % FEATURES.length]);
                } else {
                    driver.saveAndRestore();
                }
            }
        }
        driver.settle();
    }

    /** A network that knows what it is to see, and what the guest is. */
    private static final class Network extends PlayedPort<Frame> implements NetworkPort {
        private final Deque<Frame> brought = new ArrayDeque<>();
        private final Deque<byte[]> offered = new ArrayDeque<>();
        private long features;
        private int header;
        private int number;
        private int sent;

        private void start(WatchfulDriver driver, long wanted) {
            offered.clear();
            brought.clear();
            features = wanted;
            header = (wanted & (GuestDriver.PLAIN_RING | MERGEABLE)) != 0 ? HEADER : HEADER - 2;
            setCongested(false);
            driver.start(wanted);
        }

        private boolean accepted(int feature) {
            return (features >>> feature & 1) != 0;
        }

        private byte[] bytes(int length) {
            byte[] bytes = new byte[length];
            new Random(number++).nextBytes(bytes);
            return bytes;
        }

        private void send(WatchfulDriver driver, byte[] start, int length, int cut) {
            byte[] request = bytes(length);
            System.arraycopy(start, 0, request, 0, Math.min(length, header));
            // It may be sent at once.
            offered.add(request);
            if (!driver.offer(VirtioNet.TRANSMIT_QUEUE, request, 0, cut)) {
                offered.remove(request);
            }
        }

        private void bring(int length, int kind) {
            boolean partial = (kind & 1) != 0 && accepted(VirtioNet.F_GUEST_CSUM);
            boolean large = partial && (kind & 2) != 0 && accepted(VirtioNet.F_GUEST_TSO4);
            byte[] bytes = bytes(Math.min(length, large ? Frame.MAX_LARGE_SIZE : Frame.MAX_SIZE));
            Frame frame = new Frame(bytes, partial ? TCP_START : 0, partial ? 16 : 0, large ? 1460 : 0);
            brought.add(frame);
            bring(frame);
        }

        /** What the guest was given since the last time is some of what was brought. */
        private void check(WatchfulDriver driver) {
            assertThat(driver.takeUsed(VirtioNet.TRANSMIT_QUEUE)).allMatch(written -> written.length == 0);
            Iterator<byte[]> used = driver.takeUsed(VirtioNet.RECEIVE_QUEUE).iterator();
            while (used.hasNext()) {
                ByteBuffer whole = ByteBuffer.allocate(1 << 18)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(used.next());
                int buffers = header == HEADER ? whole.getShort(HEADER - 2) : 1;
                assertThat(buffers).isPositive();
                for (int i = 1; i < buffers; i++) {
                    whole.put(used.next());
                }
                received(whole.flip().order(ByteOrder.LITTLE_ENDIAN));
            }
        }

        private void received(ByteBuffer whole) {
            byte[] bytes = Arrays.copyOfRange(whole.array(), header, whole.limit());
            Frame frame;
            do {
                assertThat(brought).as("a frame of %d bytes", bytes.length).isNotEmpty();
                frame = brought.remove();
            } while (!Arrays.equals(frame.bytes(), bytes));
            assertThat(whole.get(0)).isEqualTo((byte) (frame.isPartial() ? 1 : 0));
            assertThat(whole.getShort(6)).isEqualTo((short) frame.checksumStart());
            assertThat(whole.getShort(8)).isEqualTo((short) frame.checksumOffset());
            assertThat(whole.get(1)).isEqualTo((byte) (frame.segmentSize() > 0 ? 1 : 0));
            assertThat(whole.getShort(4)).isEqualTo((short) frame.segmentSize());
        }

        private void works(WatchfulDriver driver) {
            int before = sent;
            send(driver, new byte[HEADER], HEADER + 60, 0);
            assertThat(sent).isEqualTo(before + 1);
            bring(60, 0);
            assertThat(driver.offer(VirtioNet.RECEIVE_QUEUE, new byte[0], Frame.MAX_SIZE + HEADER, 1))
                    .isTrue();
            check(driver);
            assertThat(brought).isEmpty();
        }

        @Override
        public boolean offloads() {
            return true;
        }

        @Override
        public void allowToGuest(boolean partial, boolean large) {
            assertThat(partial).isEqualTo(accepted(VirtioNet.F_GUEST_CSUM));
            assertThat(large).isEqualTo(accepted(VirtioNet.F_GUEST_TSO4));
        }

        /** It is what {@link Frame} says, asks for what was agreed on only, and is the next that was not lost. */
        @Override
        public void send(Frame frame) {
            int length = frame.bytes().length;
            int most = frame.segmentSize() > 0 ? Frame.MAX_LARGE_SIZE : Frame.MAX_SIZE;
            assertThat(length).isBetween(Frame.HEADER, most);
            assertThat(frame.isPartial()).isIn(false, accepted(VirtioNet.F_CSUM));
            assertThat(frame.segmentSize() > 0).isIn(false, accepted(VirtioNet.F_HOST_TSO4));
            if (frame.isPartial()) {
                assertThat(frame.checksumStart() + frame.checksumOffset() + 2).isLessThanOrEqualTo(length);
            }
            byte[] request;
            do {
                assertThat(offered).isNotEmpty();
                request = offered.remove();
            } while (!Arrays.equals(
                    frame.bytes(), 0, length, request, Math.min(header, request.length), request.length));
            sent++;
        }

        @Override
        public void discard() {
            waiting.clear();
        }
    }

    /** What driver and network may do, by chance, some for each set of features. */
    static Stream<Arguments> seeds() {
        return FuzzScripts.byChance(7, SEEDS, FEATURES.length);
    }
}
