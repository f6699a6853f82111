package dev.ravel.net.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.net.Frame;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wires over the host's loopback, between two networks and to peers that are scripted. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SocketNetworkTest {
    private static final int SMALLEST = 14;

    private static SocketNetwork listen() throws IOException {
        return SocketNetwork.open(new SocketEnd.Listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    private static SocketNetwork connect(InetSocketAddress address) throws IOException {
        return SocketNetwork.open(new SocketEnd.Connect(address));
    }

    private static Socket peerOf(SocketNetwork network) throws IOException {
        Socket peer =
                new Socket(network.address().getAddress(), network.address().getPort());
        peer.setSoTimeout(30_000);
        return peer;
    }

    /** A frame that starts with a number. */
    private static byte[] frame(int number, int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) number);
        return ByteBuffer.wrap(bytes).putInt(0, number).array();
    }

    private static byte[] onTheWire(byte[] frame) {
        return ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
    }

    /** The next frame that is for the guest. */
    private static byte[] next(SocketNetwork network) throws InterruptedException {
        Semaphore told = new Semaphore(0);
        network.onChange(told::release);
        Optional<Frame> frame = network.receive();
        while (frame.isEmpty()) {
            assertThat(told.tryAcquire(30, TimeUnit.SECONDS))
                    .as("a frame comes")
                    .isTrue();
            frame = network.receive();
        }
        return frame.get().bytes();
    }

    /** Sends frames of the number 0 until one arrives. */
    private static void awaitJoined(SocketNetwork from, SocketNetwork to) throws InterruptedException {
        for (int i = 0; i < 3000; i++) {
            from.send(Frame.of(frame(0, SMALLEST)));
            if (to.receive().isPresent()) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("nothing arrives");
    }

    @Test
    void framesGoBothWaysInTheOrderInWhichTheyWereSent() throws Exception {
        try (SocketNetwork one = listen();
                SocketNetwork two = connect(one.address())) {
            awaitJoined(two, one);
            for (SocketNetwork from : new SocketNetwork[] {one, two}) {
                SocketNetwork to = from == one ? two : one;
                for (int i = 1; i <= 100; i++) {
                    from.send(Frame.of(frame(i, i % 2 == 0 ? Frame.MAX_SIZE : SMALLEST)));
                }
                for (int i = 1; i <= 100; i++) {
                    byte[] received = next(to);
                    while (ByteBuffer.wrap(received).getInt() == 0) {
                        received = next(to);
                    }
                    assertThat(received).isEqualTo(frame(i, i % 2 == 0 ? Frame.MAX_SIZE : SMALLEST));
                }
            }
        }
    }

    @Test
    void aFrameFollowsItsLengthAndMayComeInPieces() throws Exception {
        try (SocketNetwork network = listen();
                Socket peer = peerOf(network)) {
            byte[] bytes = onTheWire(frame(7, 20));
            for (byte piece : bytes) {
                peer.getOutputStream().write(piece);
            }
            assertThat(next(network)).isEqualTo(frame(7, 20));
            network.send(Frame.of(frame(8, SMALLEST)));
            assertThat(HexFormat.of().formatHex(peer.getInputStream().readNBytes(4 + SMALLEST)))
                    .isEqualTo("0000000e" + "00000008" + "08".repeat(10));
        }
    }

    @Test
    void framesThatDoNotFitOnTheGuestsWireAreLostAndNoMore() throws Exception {
        try (SocketNetwork network = listen();
                Socket peer = peerOf(network)) {
            for (int size : new int[] {4, SMALLEST - 1, Frame.MAX_SIZE + 1, Peer.LARGEST, Frame.MAX_SIZE}) {
                peer.getOutputStream().write(onTheWire(frame(size, size)));
            }
            assertThat(next(network)).hasSize(Frame.MAX_SIZE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Peer.LARGEST + 1, Integer.MAX_VALUE, -1})
    void whoSendsWhatIsNoFrameIsSentAwayAndTheNextOneIsServed(int length) throws Exception {
        try (SocketNetwork network = listen()) {
            try (Socket peer = peerOf(network)) {
                new DataOutputStream(peer.getOutputStream()).writeInt(length);
                assertThat(peer.getInputStream().read()).isEqualTo(-1);
            }
            try (Socket peer = peerOf(network)) {
                peer.getOutputStream().write(onTheWire(frame(1, SMALLEST)));
                assertThat(next(network)).isEqualTo(frame(1, SMALLEST));
            }
        }
    }

    @Test
    @SuppressWarnings("try") // The first one leaves early.
    void thereIsOnePeerAtATimeAndHalfAFrameGoesWithWhoSentIt() throws Exception {
        try (SocketNetwork network = listen();
                Socket first = peerOf(network);
                Socket second = peerOf(network)) {
            second.getOutputStream().write(onTheWire(frame(2, SMALLEST)));
            first.getOutputStream().write(onTheWire(frame(1, SMALLEST)));
            first.getOutputStream().write(onTheWire(frame(3, SMALLEST)), 0, 9);
            assertThat(next(network)).isEqualTo(frame(1, SMALLEST));
            first.close();
            assertThat(next(network)).isEqualTo(frame(2, SMALLEST));
        }
    }

    @Test
    @SuppressWarnings("try") // When the network is closed, nothing more comes.
    void aPeerThatDoesNotReadLosesWholeFramesAndHoldsUpNobody() throws Exception {
        try (SocketNetwork network = listen();
                Socket peer = peerOf(network)) {
            peer.getOutputStream().write(onTheWire(frame(0, SMALLEST)));
            next(network);
            Semaphore told = new Semaphore(0);
            network.onChange(told::release);
            int count = 40_000;
            for (int i = 1; i <= count; i++) {
                while (network.congested()) {
                    assertThat(told.tryAcquire(30, TimeUnit.SECONDS))
                            .as("the network goes on")
                            .isTrue();
                }
                network.send(Frame.of(frame(i, Frame.MAX_SIZE)));
            }
            peer.getOutputStream().write(onTheWire(frame(-1, SMALLEST)));
            assertThat(next(network)).as("it is still heard").isEqualTo(frame(-1, SMALLEST));
            network.close();
            int received = 0;
            int last = 0;
            DataInputStream in = new DataInputStream(peer.getInputStream());
            try {
                while (true) {
                    assertThat(in.readInt()).isEqualTo(Frame.MAX_SIZE);
                    byte[] bytes = in.readNBytes(Frame.MAX_SIZE);
                    if (bytes.length < Frame.MAX_SIZE) {
                        break;
                    }
                    int number = ByteBuffer.wrap(bytes).getInt();
                    assertThat(number).isGreaterThan(last);
                    assertThat(bytes).isEqualTo(frame(number, Frame.MAX_SIZE));
                    last = number;
                    received++;
                }
            } catch (EOFException e) {
                // All that it got.
            }
            assertThat(received).isBetween(1, count - 1);
        }
    }

    @Test
    void whoConnectsTriesUntilThePeerIsThereAndAgainWhenItIsBack() throws Exception {
        InetSocketAddress address;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = (InetSocketAddress) free.getLocalSocketAddress();
        }
        try (SocketNetwork network = connect(address)) {
            for (int i = 1; i <= 3; i++) {
                try (ServerSocket server = new ServerSocket()) {
                    server.setReuseAddress(true);
                    server.bind(address);
                    server.setSoTimeout(30_000);
                    try (Socket peer = server.accept()) {
                        peer.getOutputStream().write(onTheWire(frame(i, SMALLEST)));
                        assertThat(next(network)).isEqualTo(frame(i, SMALLEST));
                    }
                }
            }
        }
    }

    @Test
    void aPortThatIsTakenIsSaidToBe() throws Exception {
        try (SocketNetwork network = listen()) {
            assertThatThrownBy(() -> SocketNetwork.open(new SocketEnd.Listen(network.address())))
                    .hasMessage("no peer can come to port 127.0.0.1:"
                            + network.address().getPort() + ": Address already in use; name another");
        }
    }
}
