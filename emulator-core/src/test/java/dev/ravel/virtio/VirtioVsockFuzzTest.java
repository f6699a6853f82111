package dev.ravel.virtio;

import static dev.ravel.virtio.FuzzScripts.next;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ravel.net.vsock.VsockPacket;
import dev.ravel.net.vsock.VsockPacket.Address;
import dev.ravel.net.vsock.VsockPort;
import dev.ravel.time.BoundaryQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Queue;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever packets the guest sends, and whatever buffers it has, they go through whole and in order, or the device asks for a reset. The
 * normal run takes the seeds; a long one is {@code JAZZER_FUZZ=1 mvn -pl emulator-core test -Dtest=VirtioVsockFuzzTest}.
 */
class VirtioVsockFuzzTest {
    private static final int CID = 3;
    private static final int LENGTH_FIELD = 24;
    private static final int LARGEST_PAYLOAD = 1 << 16;
    private static final int SEEDS = 75;

    private static final long[] FEATURES = {
        GuestDriver.ALL_RING_FEATURES | 1L << VirtioVsock.F_STREAM,
        GuestDriver.PLAIN_RING | 1L << VirtioController.F_INDIRECT_DESC,
        1L << VirtioController.F_INDIRECT_DESC
    };

    /** Lengths around which something changes. */
    private static final int[] LENGTHS = {0, 3, VsockPacket.HEADER, 100, 4096, LARGEST_PAYLOAD};

    /** Input: features, then what driver and host do, each a byte and its operands. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void packetsGoThroughWholeAndInOrder(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        BoundaryQueue events = new BoundaryQueue();
        Host host = new Host();
        try (WatchfulDriver driver =
                new WatchfulDriver(new VirtioVsock(host, CID, events), GuestDriver.newRam(), events)) {
            host.begin(driver, FEATURES[next(in) % FEATURES.length]);
            while (in.hasRemaining()) {
                act(driver, host, in);
                host.check(driver);
                if (driver.driver.needsReset()) {
                    host.begin(driver, FEATURES[next(in) % FEATURES.length]);
                }
            }
            host.begin(driver, GuestDriver.PLAIN_RING);
            host.works(driver);
        }
    }

    private static int length(ByteBuffer in) {
        int choice = next(in);
        int near = LENGTHS[choice % LENGTHS.length] + choice / LENGTHS.length % 8 - 3;
        return choice < 160 ? Math.max(near, 0) : choice << 6 & 0x3fc0;
    }

    private static void act(WatchfulDriver driver, Host host, ByteBuffer in) {
        int what = next(in);
        int cut = what >> 3;
        switch (what & 7) {
            case 0, 1 -> {
                byte[] header = new byte[VsockPacket.HEADER];
                in.get(header, 0, Math.min(header.length, in.remaining()));
                int stated = length(in);
                if ((what & 1) == 0) {
                    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putInt(LENGTH_FIELD, stated);
                }
                host.offer(driver, header, Math.max(0, stated - (next(in) & 1)), cut);
            }
            case 2, 3 -> driver.offer(VirtioVsock.RECEIVE_QUEUE, new byte[0], length(in), cut);
            case 4, 5 -> host.bring(length(in));
            case 6 -> host.setCongested((cut & 1) != 0);
            default -> {
                switch (cut % 4) {
                    case 0 -> host.begin(driver, FEATURES[next(in) % FEATURES.length]);
                    case 1 -> driver.offer(VirtioVsock.EVENT_QUEUE, new byte[0], next(in), cut);
                    default -> {
                        host.brought.clear();
                        driver.saveAndRestore();
                    }
                }
            }
        }
        driver.settle();
    }

    /** A host that knows what it is to see, and what the guest is. */
    private static final class Host extends PlayedPort<VsockPacket> implements VsockPort {
        private final Deque<byte[]> brought = new ArrayDeque<>();
        private final Queue<byte[]> offered = new ArrayDeque<>();
        /** How much of the first packet that was brought the guest has. */
        private int done;

        private int number;
        private int sent;
        private boolean started;

        private void begin(WatchfulDriver driver, long features) {
            offered.clear();
            brought.clear();
            setCongested(false);
            driver.start(features);
            assertThat(started).isTrue();
        }

        private byte[] bytes(int length) {
            byte[] bytes = new byte[length];
            new Random(number++).nextBytes(bytes);
            return bytes;
        }

        private void offer(WatchfulDriver driver, byte[] header, int length, int cut) {
            byte[] request = Arrays.copyOf(header, header.length + length);
            System.arraycopy(bytes(length), 0, request, header.length, length);
            offered.add(request);
            if (!driver.offer(VirtioVsock.TRANSMIT_QUEUE, request, 0, cut)) {
                offered.remove(request);
            }
        }

        private void bring(int length) {
            VsockPacket packet =
                    new VsockPacket(new Address(2, number), new Address(CID, 5), 1, 5, 0, 6, 7, bytes(length));
            brought.add(packet.toBytes());
            bring(packet);
        }

        private void check(WatchfulDriver driver) {
            assertThat(driver.takeUsed(VirtioVsock.TRANSMIT_QUEUE)).allMatch(written -> written.length == 0);
            assertThat(driver.takeUsed(VirtioVsock.EVENT_QUEUE)).allMatch(written -> written.length == 4);
            for (byte[] used : driver.takeUsed(VirtioVsock.RECEIVE_QUEUE)) {
                received(used);
            }
        }

        /** A part of the packet whose turn it is. */
        private void received(byte[] part) {
            assertThat(part.length).isGreaterThanOrEqualTo(VsockPacket.HEADER);
            byte[] whole = brought.getFirst();
            int count = part.length - VsockPacket.HEADER;
            byte[] expected = Arrays.copyOf(whole, part.length);
            ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).putInt(LENGTH_FIELD, count);
            System.arraycopy(whole, VsockPacket.HEADER + done, expected, VsockPacket.HEADER, count);
            assertThat(part).isEqualTo(expected);
            done += count;
            if (VsockPacket.HEADER + done == whole.length) {
                brought.remove();
                done = 0;
            }
        }

        private void works(WatchfulDriver driver) {
            int before = sent;
            offer(driver, new byte[VsockPacket.HEADER], 0, 0);
            assertThat(sent).isEqualTo(before + 1);
            bring(60);
            assertThat(driver.offer(VirtioVsock.RECEIVE_QUEUE, new byte[0], 4096, 1))
                    .isTrue();
            check(driver);
            assertThat(brought).isEmpty();
        }

        @Override
        public void start() {
            started = true;
        }

        @Override
        public void reset() {
            started = false;
            waiting.clear();
            done = 0;
        }

        @Override
        public void send(VsockPacket packet) {
            assertThat(started).isTrue();
            assertThat(packet.payload().length).isLessThanOrEqualTo(LARGEST_PAYLOAD);
            byte[] bytes = packet.toBytes();
            assertThat(offered.remove()).startsWith(bytes);
            sent++;
        }
    }

    /** What driver and host may do, by chance, some for each set of features. */
    static Stream<Arguments> seeds() {
        return FuzzScripts.byChance(13, SEEDS, FEATURES.length);
    }
}
