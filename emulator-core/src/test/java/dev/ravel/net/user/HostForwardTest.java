package dev.ravel.net.user;

import static dev.ravel.net.user.GuestTcp.ACK;
import static dev.ravel.net.user.GuestTcp.FIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.net.ListeningPort;
import dev.ravel.net.user.HostForward.Protocol;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Those who come to the guest through the host's ports. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostForwardTest {
    private static UserNetwork open(Protocol protocol, InetSocketAddress listen) throws IOException {
        HostForward forward = new HostForward(protocol, listen, HostForward.DEFAULT_GUEST, 22);
        return UserNetwork.open(new UserNetworkSettings(false, Optional.of(List.of()), List.of(forward)));
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static Socket connect(UserNetwork network) throws IOException {
        InetSocketAddress address = network.forwarded().getFirst();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aConnectionToTheHostsPortIsOneOfTheGatewayToTheGuest() throws Exception {
        try (UserNetwork network = open(Protocol.TCP, anyPort());
                Socket socket = connect(network)) {
            GuestTcp guest = new GuestTcp(network);
            GuestTcp.Connection connection = guest.listen(22);
            socket.getOutputStream().write(bytes("to the guest"));
            socket.shutdownOutput();
            guest.await("the end", () -> connection.ended);
            assertThat(connection.address()).isEqualTo("0a000202");
            assertThat(connection.got.toByteArray()).isEqualTo(bytes("to the guest"));
            connection.write(bytes("to the host"));
            connection.send(FIN | ACK, new byte[0]);
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(bytes("to the host"));
        }
    }

    @Test
    void whomTheGuestRefusesIsReset() throws Exception {
        try (UserNetwork network = open(Protocol.TCP, anyPort());
                Socket socket = connect(network)) {
            GuestTcp guest = new GuestTcp(network);
            GuestTcp.Connection connection = guest.listen(22);
            connection.refusing = true;
            guest.await("asked", () -> connection.refused);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    @SuppressWarnings("try") // It only has to be there.
    void aPortWhoseConnectionsTheHostCannotTakeIsNotLookedAtForAWhile() throws Exception {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean full = new AtomicBoolean(true);
        ListeningPort.Host host = new ListeningPort.Host(
                server -> {
                    asked.getAndIncrement();
                    if (full.get()) {
                        throw new IOException("Too many open files");
                    }
                    SocketChannel channel = server.accept();
                    if (channel != null) {
                        // What becomes of it is the others' matter.
                        channel.close();
                    }
                    return Optional.empty();
                },
                now::get);
        try (Selector selector = Selector.open();
                ListeningPort port = ListeningPort.open(selector, anyPort(), "a port", SocketChannel::close, host);
                SocketChannel client = SocketChannel.open(port.address())) {
            assertThat(port.timeout()).as("as long as it takes").isZero();
            assertThat(selector.select(port::ready, 30_000)).isEqualTo(1);
            for (int failures = 1; failures < 3; failures++) {
                assertThat(asked).hasValue(failures);
                assertThat(port.timeout()).isEqualTo(ListeningPort.PAUSE_NANOS / 1_000_000 + 1);
                now.addAndGet(ListeningPort.PAUSE_NANOS - 1);
                port.work();
                assertThat(selector.selectNow(port::ready)).as("too early").isZero();
                now.addAndGet(1);
                port.work();
                full.set(failures < 2);
                assertThat(selector.select(port::ready, 30_000)).isEqualTo(1);
            }
            assertThat(asked).hasValue(3);
            assertThat(port.timeout()).as("it is over").isZero();
        }
    }

    @Test
    void whoWaitedWhileTheHostTookNobodyReachesTheGuestAfterwards() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        ListeningPort.Host host = new ListeningPort.Host(
                server -> {
                    if (failures.getAndIncrement() < 2) {
                        throw new IOException("Too many open files");
                    }
                    return Optional.ofNullable(server.accept());
                },
                System::nanoTime);
        HostForward forward = new HostForward(Protocol.TCP, anyPort(), HostForward.DEFAULT_GUEST, 22);
        UserNetworkSettings settings = new UserNetworkSettings(false, Optional.of(List.of()), List.of(forward));
        try (UserNetwork network = UserNetwork.open(settings, host);
                Socket socket = connect(network)) {
            GuestTcp guest = new GuestTcp(network);
            GuestTcp.Connection connection = guest.listen(22);
            socket.getOutputStream().write(bytes("at last"));
            socket.shutdownOutput();
            guest.await("the end", () -> connection.ended);
            assertThat(connection.got.toByteArray()).isEqualTo(bytes("at last"));
        }
    }

    @Test
    void datagramsGoToTheGuestAndItsAnswersToWhoeverSentThem() throws Exception {
        try (UserNetwork network = open(Protocol.UDP, anyPort());
                DatagramSocket one = new DatagramSocket();
                DatagramSocket two = new DatagramSocket()) {
            for (DatagramSocket sender : List.of(one, two)) {
                sender.setSoTimeout(30_000);
                sender.send(new DatagramPacket(
                        bytes("hello"), 5, network.forwarded().getFirst()));
            }
            GuestTcp guest = new GuestTcp(network);
            for (int i = 0; i < 2; i++) {
                byte[] frame = guest.nextUdp();
                ByteBuffer in = ByteBuffer.wrap(frame);
                assertThat(Packets.hexOf(frame, 26, 34)).isEqualTo("0a000202" + "0a00020f");
                assertThat(in.getShort(36)).isEqualTo((short) 22);
                int port = in.getShort(34) & 0xffff;
                Packets.send(network, Packets.udp("0a00020f", "0a000202", 22, port, bytes("to " + port)));
            }
            for (DatagramSocket sender : List.of(one, two)) {
                DatagramPacket answer = new DatagramPacket(new byte[20], 20);
                sender.receive(answer);
                assertThat(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII))
                        .isEqualTo(sender == one ? "to 49152" : "to 49153");
                assertThat(answer.getSocketAddress())
                        .isEqualTo(network.forwarded().getFirst());
            }
        }
    }

    @Test
    void aPortThatIsTakenIsSaidToBeAndNothingStaysOpen() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress first;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                first = (InetSocketAddress) free.getLocalSocketAddress();
            }
            InetSocketAddress second = (InetSocketAddress) taken.getLocalSocketAddress();
            List<HostForward> forwards = List.of(
                    new HostForward(Protocol.TCP, first, HostForward.DEFAULT_GUEST, 22),
                    new HostForward(Protocol.TCP, second, HostForward.DEFAULT_GUEST, 22));
            UserNetworkSettings settings = new UserNetworkSettings(false, Optional.of(List.of()), forwards);
            assertThatThrownBy(() -> UserNetwork.open(settings))
                    .hasMessageContaining("tcp 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("in use");
            new ServerSocket(first.getPort(), 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    @Test
    void onlyAddressesOfTheGuestsNetworkCanBeTheGuests() {
        for (String address : List.of("10.0.2.2", "10.0.2.3", "10.0.2.255", "192.0.2.1")) {
            assertThatThrownBy(() ->
                            new HostForward(Protocol.TCP, anyPort(), (Inet4Address) InetAddress.ofLiteral(address), 22))
                    .hasMessageContaining(address);
        }
        assertThatThrownBy(() -> new HostForward(Protocol.TCP, anyPort(), HostForward.DEFAULT_GUEST, 65_536))
                .hasMessageContaining("65536");
    }
}
