package dev.ravel.net.user;

import static dev.ravel.net.user.Packets.echo;
import static dev.ravel.net.user.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.net.Frame;
import dev.ravel.net.FrameQueue;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The user network with real sockets on the host's loopback. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UserNetworkTest {
    private static final String GUEST = "0a00020f";
    private static final String GATEWAY = "0a000202";
    private static final String RESOLVER = "0a000203";

    private static DatagramSocket server() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static UserNetwork open(boolean hostAccess, DatagramSocket... resolvers) throws IOException {
        List<InetSocketAddress> addresses = List.of(resolvers).stream()
                .map(socket -> new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort()))
                .toList();
        return UserNetwork.open(new UserNetworkSettings(hostAccess, Optional.of(addresses), List.of()));
    }

    /** Answers one request with its text after "to ". */
    private static void serveOne(DatagramSocket server) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        server.receive(packet);
        byte[] answer = ("to " + new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII))
                .getBytes(StandardCharsets.US_ASCII);
        server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
    }

    /** The next frame for the guest. */
    private static byte[] next(UserNetwork network) throws InterruptedException {
        Semaphore told = new Semaphore(0);
        network.onChange(told::release);
        Optional<byte[]> frame = network.receive().map(Frame::bytes);
        while (frame.isEmpty()) {
            assertThat(told.tryAcquire(30, TimeUnit.SECONDS))
                    .as("a frame comes")
                    .isTrue();
            frame = network.receive().map(Frame::bytes);
        }
        return frame.get();
    }

    private static String udpText(byte[] frame) {
        return new String(frame, 42, frame.length - 42, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void dnsRequestsGoToTheHostsResolver() throws Exception {
        try (DatagramSocket server = server();
                UserNetwork network = open(false, server)) {
            Packets.send(network, udp(GUEST, RESOLVER, 4000, 53, bytes("question")));
            serveOne(server);
            byte[] answer = next(network);
            assertThat(udpText(answer)).isEqualTo("to question");
            assertThat(ByteBuffer.wrap(answer).getInt(26)).isEqualTo(UserAddresses.RESOLVER);
            assertThat(ByteBuffer.wrap(answer).getInt(34)).isEqualTo(53 << 16 | 4000);
        }
    }

    @Test
    void aResolverThatIsNotThereIsToldToTheGuestAndTheNextOneIsAsked() throws Exception {
        DatagramSocket gone = server();
        try (DatagramSocket server = server();
                UserNetwork network = open(false, gone, server)) {
            gone.close();
            Packets.send(network, udp(GUEST, RESOLVER, 4000, 53, bytes("first")));
            assertThat(next(network)).as("ICMP: unreachable, port").satisfies(frame -> {
                assertThat(frame[23]).isEqualTo((byte) 1);
                assertThat(frame[34]).isEqualTo((byte) 3);
                assertThat(frame[35]).isEqualTo((byte) 3);
            });
            Packets.send(network, udp(GUEST, RESOLVER, 4000, 53, bytes("again")));
            serveOne(server);
            assertThat(udpText(next(network))).isEqualTo("to again");
        }
    }

    @Test
    void theHostsOwnServicesAreAtTheGatewayOnlyIfThatIsAllowed() throws Exception {
        try (DatagramSocket server = server();
                UserNetwork open = open(true);
                UserNetwork closed = open(false)) {
            byte[] request = udp(GUEST, GATEWAY, 4000, server.getLocalPort(), bytes("hello"));
            Packets.send(closed, request);
            assertThat(next(closed)[23]).as("ICMP").isEqualTo((byte) 1);
            Packets.send(open, request);
            serveOne(server);
            byte[] answer = next(open);
            assertThat(udpText(answer)).isEqualTo("to hello");
            assertThat(ByteBuffer.wrap(answer).getInt(26)).isEqualTo(UserAddresses.GATEWAY);
        }
    }

    @Test
    void moreFlowsThanSocketsAreServedByThoseThatWereIdleLongest() throws Exception {
        try (DatagramSocket server = server();
                UserNetwork network = open(true)) {
            for (int port = 1; port <= 2 * UdpNat.MAX_FLOWS; port++) {
                Packets.send(network, udp(GUEST, GATEWAY, port, server.getLocalPort(), bytes("flow " + port)));
                serveOne(server);
                assertThat(udpText(next(network))).isEqualTo("to flow " + port);
            }
        }
    }

    @Test
    @SuppressWarnings("try") // When the network is closed, nothing more comes.
    void aGuestThatTakesNothingGetsNoMoreThanTheQueueHolds() throws Exception {
        try (UserNetwork network = open(false)) {
            int sent = 0;
            while (sent < 4 * FrameQueue.CAPACITY) {
                if (network.congested()) {
                    Thread.onSpinWait();
                } else {
                    Packets.send(network, echo(GATEWAY, "ping " + sent++));
                }
            }
            next(network);
            network.close();
            int waiting = 0;
            while (network.receive().isPresent()) {
                waiting++;
            }
            assertThat(waiting).isLessThanOrEqualTo(FrameQueue.CAPACITY);
        }
    }

    @Test
    void resolversAreReadFromTheHostsFile() {
        assertThat(HostResolvers.parse("""
                        # comment
                        search example.org
                        nameserver 192.0.2.53
                        nameserver  2001:db8::53
                        nameserver not-an-address
                        nameserver
                        """))
                .extracting(InetSocketAddress::getAddress)
                .containsExactly(InetAddress.ofLiteral("192.0.2.53"), InetAddress.ofLiteral("2001:db8::53"));
    }
}
