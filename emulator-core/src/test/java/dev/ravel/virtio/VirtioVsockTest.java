package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.SavedState;
import dev.ravel.net.vsock.VsockPacket;
import dev.ravel.net.vsock.VsockPacket.Address;
import dev.ravel.net.vsock.VsockPort;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VirtioVsockTest {
    private static final long CID = 0xfedc_ba98L;

    private final BoundaryQueue events = new BoundaryQueue();
    private final Host host = new Host();
    private final GuestDriver driver = new GuestDriver(new VirtioVsock(host, CID, events));
    private GuestDriver.Queue receive;
    private GuestDriver.Queue transmit;
    private GuestDriver.Queue event;

    /** A host in the test's hands. */
    private static final class Host extends PlayedPort<VsockPacket> implements VsockPort {
        private final List<VsockPacket> sent = new ArrayList<>();
        private boolean started;

        @Override
        public void start() {
            started = true;
        }

        @Override
        public void reset() {
            started = false;
            waiting.clear();
        }

        @Override
        public void send(VsockPacket packet) {
            sent.add(packet);
        }
    }

    @BeforeEach
    void start() {
        driver.negotiate(GuestDriver.ALL_RING_FEATURES | 1L << VirtioVsock.F_STREAM);
        receive = driver.new Queue(VirtioVsock.RECEIVE_QUEUE, 16);
        transmit = driver.new Queue(VirtioVsock.TRANSMIT_QUEUE, 16);
        event = driver.new Queue(VirtioVsock.EVENT_QUEUE, 16);
        driver.ready();
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private static VsockPacket data(int length) {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (i * 7);
        }
        return new VsockPacket(new Address(2, 0x8000_0001L), new Address(CID, 5), 1, 5, 0, 4096, 17, payload);
    }

    @Test
    void theConfigurationSpaceHasTheGuestsAddress() {
        assertThat(driver.read(VirtioMmio.DEVICE_ID)).isEqualTo(19);
        assertThat(driver.read(VirtioMmio.CONFIG)).isEqualTo((int) CID);
        assertThat(driver.read(VirtioMmio.CONFIG + 4)).isZero();
        assertThat(host.started).isTrue();
    }

    @Test
    void aPacketIsReadAsTheSpecificationLaysItOut() {
        byte[] header = HexFormat.of()
                .parseHex("98badcfe00000000" + "0200000000000000" + "05000000" + "01000080" + "03000000" + "0100"
                        + "0500" + "00000000" + "00000400" + "11000000");
        transmit.add(driver.out(header), driver.out(new byte[] {1, 2, 3}));
        transmit.kick();
        assertThat(transmit.takeUsed()).containsExactly(new Used(0, 0));
        assertThat(host.sent)
                .containsExactly(new VsockPacket(
                        new Address(CID, 5),
                        new Address(2, 0x8000_0001L),
                        VsockPacket.TYPE_STREAM,
                        VsockPacket.OP_RW,
                        0,
                        0x40000,
                        17,
                        new byte[] {1, 2, 3}));
        assertThat(host.sent.getFirst().toBytes()).startsWith(header).endsWith(1, 2, 3);
    }

    @Test
    void aPacketForTheGuestWaitsForABufferAndIsCutIfThatIsSmall() {
        VsockPacket packet = data(100);
        host.bring(packet);
        events.runDue(0);
        assertThat(receive.takeUsed()).isEmpty();
        Piece first = driver.in(VsockPacket.HEADER + 60);
        Piece second = driver.in(4096);
        receive.add(first);
        receive.add(second);
        receive.kick();
        events.runDue(0);
        assertThat(receive.takeUsed()).containsExactly(new Used(0, 104), new Used(1, 84));
        assertThat(driver.get(first)).isEqualTo(packet.part(0, 60).toBytes());
        assertThat(Arrays.copyOf(driver.get(second), 84))
                .isEqualTo(packet.part(60, 100).toBytes());
    }

    @Test
    void theGuestsPacketsStayInTheQueueWhileTheHostIsBehind() {
        host.setCongested(true);
        transmit.add(driver.out(data(1).toBytes()));
        transmit.kick();
        assertThat(host.sent).isEmpty();
        host.setCongested(false);
        events.runDue(0);
        assertThat(host.sent).hasSize(1);
    }

    @Test
    void packetsThatAreCutOffOrLargerThanAnyCreditAndBuffersWithoutRoomBreakTheDevice() {
        transmit.add(driver.out(new byte[43]));
        transmit.kick();
        assertThat(driver.needsReset()).isTrue();
        for (int length : new int[] {101, 65_537, -1}) {
            start();
            byte[] bytes = data(100).toBytes();
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(24, length);
            transmit.add(driver.out(bytes));
            transmit.kick();
            assertThat(driver.needsReset()).as("%s", length).isTrue();
        }
        start();
        receive.add(driver.in(VsockPacket.HEADER));
        host.bring(data(1));
        events.runDue(0);
        assertThat(driver.needsReset()).isTrue();
        assertThat(host.sent).isEmpty();
    }

    @Test
    void aRestoredDriverIsToldThatItsConnectionsAreGoneAsSoonAsItHasABufferForThat() {
        SavedState state = SavedState.of(driver.device);
        driver.device.prepareRestore();
        driver.device.restore(state);
        assertThat(host.started).isTrue();
        assertThat(event.takeUsed()).isEmpty();
        Piece buffer = driver.in(4);
        event.add(buffer);
        event.add(driver.in(4));
        event.kick();
        assertThat(event.takeUsed()).as("once").containsExactly(new Used(0, 4));
        assertThat(driver.get(buffer)).containsOnly(0);
        state = SavedState.of(driver.device);
        driver.device.prepareRestore();
        driver.device.restore(state);
        assertThat(event.takeUsed()).as("a buffer was there").containsExactly(new Used(1, 4));
    }

    @Test
    void aPacketThatIsPartlyInTheGuestAtARestoreIsNotContinued() {
        host.bring(data(100));
        receive.add(driver.in(VsockPacket.HEADER + 60));
        events.runDue(0);
        SavedState state = SavedState.of(driver.device);
        driver.device.prepareRestore();
        driver.device.restore(state);
        receive.takeUsed();
        receive.add(driver.in(4096));
        receive.kick();
        events.runDue(0);
        assertThat(receive.takeUsed()).isEmpty();
        host.bring(data(3));
        events.runDue(0);
        assertThat(receive.takeUsed()).containsExactly(new Used(1, VsockPacket.HEADER + 3));
    }
}
