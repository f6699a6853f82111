package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.SavedState;
import dev.ravel.net.Frame;
import dev.ravel.net.MacAddress;
import dev.ravel.net.NetworkPort;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VirtioNetTest {
    private static final long MERGEABLE = GuestDriver.PLAIN_RING | 1L << VirtioNet.F_MRG_RXBUF;

    private final BoundaryQueue events = new BoundaryQueue();
    private final Wire wire = new Wire();
    private final VirtioNet device = new VirtioNet(wire, new MacAddress(0x5254_0012_3456L), events);
    private final GuestDriver driver = new GuestDriver(device);
    private GuestDriver.Queue receive;
    private GuestDriver.Queue transmit;

    /** A network in the test's hands. */
    private static final class Wire extends PlayedPort<Frame> implements NetworkPort {
        private final List<byte[]> sent = new ArrayList<>();
        private String allowed = "";
        private Frame last = Frame.of(new byte[0]);

        @Override
        public boolean offloads() {
            return true;
        }

        @Override
        public void allowToGuest(boolean partial, boolean large) {
            allowed = (partial ? "partial " : "") + (large ? "large" : "");
        }

        @Override
        public void send(Frame frame) {
            sent.add(frame.bytes());
            last = frame;
        }

        @Override
        public void discard() {
            waiting.clear();
        }

        private void bring(byte[] frame) {
            bring(Frame.of(frame));
        }
    }

    @BeforeEach
    void start() {
        setUp(GuestDriver.ALL_RING_FEATURES);
    }

    private void setUp(long features) {
        driver.negotiate(features);
        receive = driver.new Queue(0, 16);
        transmit = driver.new Queue(1, 16);
        driver.ready();
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private static byte[] frame(int length, int seed) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (seed + i * 7);
        }
        return bytes;
    }

    private static byte[] withHeader(int header, byte[] frame) {
        byte[] bytes = new byte[header + frame.length];
        System.arraycopy(frame, 0, bytes, header, frame.length);
        return bytes;
    }

    private byte[] received(Piece piece, int length) {
        return driver.get(piece.address(), length);
    }

    @Test
    void theConfigurationSpaceHasAddressLinkAndLargestPayload() {
        byte[] space = new byte[12];
        for (int i = 0; i < space.length; i++) {
            space[i] = (byte) driver.device.read(VirtioMmio.CONFIG + i, 1);
        }
        assertThat(space).containsExactly(0x52, 0x54, 0, 0x12, 0x34, 0x56, 1, 0, 1, 0, 0xdc, 5);
        assertThat(driver.read(VirtioMmio.DEVICE_ID)).isEqualTo(1);
    }

    @Test
    void theGuestsFrameGoesToTheNetworkWithoutItsHeader() {
        byte[] frame = frame(60, 1);
        transmit.add(driver.out(new byte[12]), driver.out(frame));
        transmit.kick();
        assertThat(wire.sent).containsExactly(frame);
        assertThat(transmit.takeUsed()).containsExactly(new Used(0, 0));
        assertThat(driver.wire.asserted).isTrue();
    }

    @Test
    void aFrameFromTheNetworkEntersAtABoundary() {
        Piece buffer = driver.in(1526);
        receive.add(buffer);
        receive.kick();
        byte[] frame = frame(1514, 2);
        wire.bring(frame);
        assertThat(receive.takeUsed()).isEmpty();
        events.runDue(0);
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 1526));
        byte[] bytes = received(buffer, 1526);
        assertThat(Arrays.copyOf(bytes, 12)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0);
        assertThat(Arrays.copyOfRange(bytes, 12, 1526)).isEqualTo(frame);
    }

    @Test
    void aLegacyDriversHeaderDoesNotCountBuffers() {
        setUp(0);
        byte[] frame = frame(60, 3);
        transmit.add(driver.out(withHeader(10, frame)));
        transmit.kick();
        assertThat(wire.sent).containsExactly(frame);
        Piece buffer = driver.in(1524);
        receive.add(buffer);
        wire.bring(frame);
        events.runDue(0);
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 70));
        assertThat(received(buffer, 70)).isEqualTo(withHeader(10, frame));
    }

    @Test
    void aFrameIsSpreadOverBuffersThatTheDriverSeesAllAtOnce() {
        setUp(MERGEABLE);
        byte[] frame = frame(100, 4);
        wire.bring(frame);
        Piece[] buffers = {driver.in(40), driver.in(40), driver.in(40)};
        receive.add(buffers[0]);
        receive.add(buffers[1]);
        events.runDue(0);
        assertThat(receive.takeUsed()).isEmpty();
        receive.add(buffers[2]);
        receive.kick();
        events.runDue(0);
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 40), new Used(1, 40), new Used(2, 32));
        byte[] expected = withHeader(12, frame);
        expected[10] = 3;
        byte[] all = new byte[112];
        for (int i = 0; i < 3; i++) {
            System.arraycopy(received(buffers[i], i == 2 ? 32 : 40), 0, all, 40 * i, i == 2 ? 32 : 40);
        }
        assertThat(all).isEqualTo(expected);
    }

    @Test
    void withoutBuffersFramesWaitAtTheNetworkAndNoneIsLost() {
        for (int i = 0; i < 5; i++) {
            wire.bring(frame(60, i));
        }
        events.runDue(0);
        // The device holds the one that it could not deliver.
        assertThat(wire.waiting).hasSize(4);
        Piece[] buffers = new Piece[5];
        for (int i = 0; i < 5; i++) {
            buffers[i] = driver.in(1526);
            receive.add(buffers[i]);
        }
        receive.kick();
        events.runDue(0);
        assertThat(receive.takeUsed()).hasSize(5);
        for (int i = 0; i < 5; i++) {
            assertThat(Arrays.copyOfRange(received(buffers[i], 72), 12, 72)).isEqualTo(frame(60, i));
        }
    }

    @Test
    void aCongestedNetworkLeavesTheGuestsFramesInTheQueue() {
        wire.setCongested(true);
        transmit.add(driver.out(withHeader(12, frame(60, 1))));
        transmit.kick();
        events.runDue(0);
        assertThat(transmit.takeUsed()).isEmpty();
        wire.setCongested(false);
        events.runDue(0);
        assertThat(transmit.takeUsed()).hasSize(1);
        assertThat(wire.sent).hasSize(1);
    }

    @Test
    void aFrameThatIsTooLongOrTooShortIsLostAndTheNextIsSent() {
        transmit.add(driver.out(withHeader(12, frame(1515, 1))));
        transmit.add(driver.out(new byte[12]));
        transmit.add(driver.out(withHeader(12, frame(13, 1))));
        transmit.add(driver.out(withHeader(12, frame(1514, 2))));
        transmit.kick();
        assertThat(transmit.takeUsed()).hasSize(4);
        assertThat(wire.sent).containsExactly(frame(1514, 2));
    }

    @Test
    void aBufferThatIsTooSmallKeepsForAShorterFrame() {
        Piece buffer = driver.in(80);
        receive.add(buffer);
        wire.bring(frame(100, 1));
        wire.bring(frame(60, 2));
        events.runDue(0);
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 72));
        assertThat(Arrays.copyOfRange(received(buffer, 72), 12, 72)).isEqualTo(frame(60, 2));
    }

    private static final long OFFLOADS = MERGEABLE
            | 1L << VirtioNet.F_CSUM
            | 1L << VirtioNet.F_GUEST_CSUM
            | 1L << VirtioNet.F_GUEST_TSO4
            | 1L << VirtioNet.F_HOST_TSO4;

    /** Flags, GSO type, header length, GSO size, checksum start and offset, buffers. */
    private static byte[] header(String fields) {
        return HexFormat.of().parseHex(fields.replace(" ", ""));
    }

    private void transmit(String header, byte[] frame) {
        transmit.add(driver.out(header(header)), driver.out(frame));
        transmit.kick();
    }

    @Test
    void largeFramesWithoutTheirChecksumGoToANetworkThatTakesThem() {
        setUp(OFFLOADS);
        assertThat(wire.allowed).isEqualTo("partial large");
        transmit("01 01 3600 b405 2200 1000 0000", frame(60_000, 1));
        assertThat(wire.sent).containsExactly(frame(60_000, 1));
        assertThat(wire.last.checksumStart()).isEqualTo(34);
        assertThat(wire.last.checksumOffset()).isEqualTo(16);
        assertThat(wire.last.segmentSize()).isEqualTo(1460);
    }

    @Test
    void largeFramesComeInSeveralBuffersWithWhatTheyLack() {
        setUp(OFFLOADS);
        Piece[] buffers = new Piece[3];
        for (int i = 0; i < 3; i++) {
            buffers[i] = driver.in(1500);
            receive.add(buffers[i]);
        }
        wire.bring(new Frame(frame(4000, 3), 34, 16, 1460));
        events.runDue(0);
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 1500), new Used(1, 1500), new Used(2, 1012));
        assertThat(received(buffers[0], 12)).isEqualTo(header("01 01 3600 b405 2200 1000 0300"));
        assertThat(received(buffers[2], 1012)).isEqualTo(Arrays.copyOfRange(frame(4000, 3), 2988, 4000));
    }

    @Test
    void whatWasNotAgreedOnOrMakesNoSenseIsLost() {
        transmit("01 01 3600 b405 2200 1000 0000", frame(4000, 1));
        receive.add(driver.in(9000));
        wire.bring(new Frame(frame(100, 3), 34, 16, 0));
        wire.bring(new Frame(frame(4000, 3), 34, 16, 1460));
        events.runDue(0);
        assertThat(receive.takeUsed()).isEmpty();
        setUp(OFFLOADS);
        transmit("01 01 3600 0000 2200 1000 0000", frame(4000, 1)); // cut into nothing
        transmit("00 01 3600 b405 2200 1000 0000", frame(4000, 1)); // cut, with the same checksum for all
        transmit("01 03 3600 b405 2200 1000 0000", frame(4000, 1)); // of another kind
        transmit("01 00 0000 0000 5b00 1000 0000", frame(100, 1)); // the checksum is beyond the end
        transmit("01 00 0000 0000 ffff ffff 0000", frame(100, 1));
        transmit("01 01 3600 b405 2200 1000 0000", frame(65_550, 1)); // no packet is so long
        assertThat(wire.sent).isEmpty();
        assertThat(driver.needsReset()).isFalse();
        transmit("01 00 0000 0000 5200 1000 0000", frame(100, 1));
        assertThat(wire.sent).hasSize(1);
    }

    @Test
    void framesWithoutAHeaderBreakTheDevice() {
        transmit.add(driver.out(new byte[11]));
        transmit.kick();
        assertThat(driver.needsReset()).isTrue();
        assertThat(wire.sent).isEmpty();
    }

    @Test
    void buffersThatCannotHoldAHeaderBreakTheDevice() {
        receive.add(driver.in(11));
        wire.bring(frame(60, 1));
        events.runDue(0);
        assertThat(driver.needsReset()).isTrue();
        setUp(MERGEABLE);
        receive.add(driver.out(new byte[60]));
        wire.bring(frame(60, 1));
        events.runDue(0);
        assertThat(driver.needsReset()).isTrue();
    }

    @Test
    void howeverOftenTheDriverResetsOneEventWaitsAndOldFramesAreGone() {
        for (int round = 0; round < 100; round++) {
            wire.bring(frame(60, round));
            setUp(GuestDriver.PLAIN_RING);
            receive.kick();
        }
        assertThat(wire.waiting).isEmpty();
        assertThat(events.runDue(0)).isEqualTo(1);
        Piece buffer = driver.in(1526);
        receive.add(buffer);
        wire.bring(frame(60, 7));
        events.runDue(0);
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 72));
    }

    @Test
    void aSnapshotKeepsTheFrameThatWaitsForBuffersAndTheBuffersThatItHas() {
        setUp(MERGEABLE);
        byte[] frame = frame(100, 4);
        Piece first = driver.in(60);
        receive.add(first);
        wire.bring(frame);
        events.runDue(0);
        SavedState state = SavedState.of(driver.device);
        // Another driver's doings in between.
        driver.device.prepareRestore();
        driver.device.restore(state);
        Piece second = driver.in(60);
        receive.add(second);
        receive.kick();
        events.runDue(0);
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 60), new Used(1, 52));
        assertThat(Arrays.copyOfRange(received(first, 60), 12, 60)).isEqualTo(Arrays.copyOf(frame, 48));
        assertThat(received(second, 52)).isEqualTo(Arrays.copyOfRange(frame, 48, 100));
    }
}
