package dev.ravel.net.user;

import static dev.ravel.net.user.GuestTcp.ACK;
import static dev.ravel.net.user.GuestTcp.FIN;
import static dev.ravel.net.user.GuestTcp.RST;
import static dev.ravel.net.user.GuestTcp.SYN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TCP between a scripted guest and real sockets on the host's loopback. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TcpNatTest {
    private static final String GUEST = "0a00020f";
    private static final String GATEWAY = "0a000202";
    private static final String RESOLVER = "0a000203";
    private static final byte[] NOTHING = new byte[0];

    private ServerSocket server;
    private UserNetwork network;
    private GuestTcp guest;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2000);
        server.setSoTimeout(30_000);
        network = UserNetwork.open(new UserNetworkSettings(true, Optional.of(List.of()), List.of()));
        guest = new GuestTcp(network);
    }

    @AfterEach
    void close() throws IOException {
        network.close();
        server.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] random(int size) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        return data;
    }

    private GuestTcp.Connection connect(int guestPort) throws InterruptedException {
        GuestTcp.Connection connection = guest.connect(GATEWAY, server.getLocalPort(), guestPort);
        guest.await("connected", () -> connection.open);
        return connection;
    }

    private Socket accept() throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout(30_000);
        return socket;
    }

    @Test
    void bytesGoBothWaysAndEachWayEndsByItself() throws Exception {
        GuestTcp.Connection connection = connect(4000);
        try (Socket socket = accept()) {
            connection.write(bytes("question"));
            connection.send(FIN | ACK, NOTHING);
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(bytes("question"));
            socket.getOutputStream().write(bytes("answer"));
            socket.shutdownOutput();
            guest.await("the end", () -> connection.ended);
            assertThat(connection.got.toByteArray()).isEqualTo(bytes("answer"));
            assertThat(connection.reset).isFalse();
        }
    }

    @Test
    void theHostMayEndFirstAndStillReads() throws Exception {
        GuestTcp.Connection connection = connect(4000);
        try (Socket socket = accept()) {
            socket.shutdownOutput();
            guest.await("the end", () -> connection.ended);
            connection.write(bytes("late"));
            connection.send(FIN | ACK, NOTHING);
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(bytes("late"));
        }
    }

    @Test
    void aRefusedConnectionIsRefusedToTheGuest() throws Exception {
        int port = server.getLocalPort();
        server.close();
        GuestTcp.Connection connection = guest.connect(GATEWAY, port, 4000);
        guest.await("refused", () -> connection.reset);
        assertThat(connection.open).isFalse();
    }

    @Test
    void theHostsOwnServicesAreRefusedWithoutHostAccess() throws Exception {
        try (UserNetwork closed = UserNetwork.open(new UserNetworkSettings(false, Optional.of(List.of()), List.of()))) {
            GuestTcp careful = new GuestTcp(closed);
            GuestTcp.Connection connection = careful.connect(GATEWAY, server.getLocalPort(), 4000);
            careful.await("refused", () -> connection.reset);
            GuestTcp.Connection other = careful.connect(RESOLVER, server.getLocalPort(), 4001);
            careful.await("refused", () -> other.reset);
        }
        server.setSoTimeout(1);
        assertThatThrownBy(server::accept).hasMessageContaining("timed out");
    }

    @Test
    void dnsOverTcpGoesToTheHostsResolver() throws Exception {
        InetSocketAddress resolver = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
        try (UserNetwork closed =
                UserNetwork.open(new UserNetworkSettings(false, Optional.of(List.of(resolver)), List.of()))) {
            GuestTcp client = new GuestTcp(closed);
            GuestTcp.Connection connection = client.connect(RESOLVER, 53, 4000);
            client.await("connected", () -> connection.open);
            connection.write(bytes("name?"));
            try (Socket socket = accept()) {
                assertThat(socket.getInputStream().readNBytes(5)).isEqualTo(bytes("name?"));
            }
        }
    }

    @Test
    void aResetOfTheHostResetsTheGuest() throws Exception {
        GuestTcp.Connection connection = connect(4000);
        Socket socket = accept();
        socket.setSoLinger(true, 0);
        socket.close();
        guest.await("reset", () -> connection.reset);
    }

    @Test
    void aResetOfTheGuestResetsTheHost() throws Exception {
        GuestTcp.Connection connection = connect(4000);
        try (Socket socket = accept()) {
            connection.write(bytes("x"));
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            connection.send(RST, NOTHING);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void closingTheNetworkResetsTheHost() throws Exception {
        connect(4000);
        try (Socket socket = accept()) {
            network.close();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aHostThatReadsSlowlyShutsTheWindowAndGetsEverything() throws Exception {
        GuestTcp.Connection connection = connect(4000);
        byte[] data = random(12_000_000);
        try (Socket socket = accept()) {
            int sent = 0;
            // Until socket buffers and ours are full, and the window stays shut.
            for (long idle = System.nanoTime(); System.nanoTime() - idle < 300_000_000; ) {
                int count = Math.min(1460, Math.min(connection.room(), data.length - sent));
                if (count > 0) {
                    connection.write(Arrays.copyOfRange(data, sent, sent + count));
                    sent += count;
                    idle = System.nanoTime();
                } else {
                    guest.poll();
                }
            }
            assertThat(sent).as("what is on its way is bounded").isLessThan(data.length);
            CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> readAll(socket));
            connection.write(Arrays.copyOfRange(data, sent, data.length));
            connection.send(FIN | ACK, NOTHING);
            guest.await("all is read", read::isDone);
            assertThat(Arrays.equals(read.join(), data)).isTrue();
        }
    }

    private static byte[] readAll(Socket socket) {
        try (InputStream in = socket.getInputStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aGuestThatReadsSlowlyStopsTheHostAndGetsEverything() throws Exception {
        GuestTcp.Connection connection = connect(4000);
        connection.window = 0;
        connection.send(ACK, NOTHING);
        byte[] data = random(12_000_000);
        try (Socket socket = accept()) {
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> writeAll(socket, data));
            for (int i = 0; i < 30; i++) {
                guest.poll();
            }
            assertThat(written).as("the host waits").isNotDone();
            connection.window = 65_535;
            connection.send(ACK, NOTHING);
            guest.await("the end", () -> connection.ended);
            written.join();
            assertThat(Arrays.equals(connection.got.toByteArray(), data)).isTrue();
        }
    }

    private static void writeAll(Socket socket, byte[] data) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(data);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aThousandConnectionsAtOnceEachHaveTheirOwnBytes() throws Exception {
        List<GuestTcp.Connection> connections = new ArrayList<>();
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                connections.add(connect(10_000 + i));
                Socket socket = accept();
                sockets.add(socket);
                socket.getOutputStream().write(bytes("to " + i));
            }
            for (int i = 0; i < 1000; i++) {
                GuestTcp.Connection connection = connections.get(i);
                String text = "to " + i;
                guest.await("bytes", () -> connection.got.size() == text.length());
                assertThat(connection.got.toByteArray()).isEqualTo(bytes(text));
                connection.write(bytes("from " + i));
                connection.send(FIN | ACK, NOTHING);
            }
            for (int i = 0; i < 1000; i++) {
                assertThat(sockets.get(i).getInputStream().readAllBytes()).isEqualTo(bytes("from " + i));
                sockets.get(i).close();
            }
            guest.await("all end", () -> connections.stream().allMatch(connection -> connection.ended));
            assertThat(connections).noneMatch(connection -> connection.reset);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void aPortIsUsedAgainAtOnce() throws Exception {
        for (int i = 0; i < 3; i++) {
            GuestTcp.Connection connection = guest.connect(GATEWAY, server.getLocalPort(), 4000, i * 100_000);
            guest.await("connected", () -> connection.open);
            Socket socket = accept();
            socket.close();
            guest.await("the end", () -> connection.ended);
            connection.send(FIN | ACK, NOTHING);
        }
    }

    @Test
    void forgedAndDamagedSegmentsChangeNothing() throws Exception {
        GuestTcp.Connection connection = connect(4000);
        try (Socket socket = accept()) {
            int next = connection.next();
            byte[] evil = bytes("evil");
            byte[] damaged = connection.segment(GUEST, ACK, next, evil);
            damaged[damaged.length - 1] ^= 1;
            Packets.send(network, damaged);
            Packets.send(network, connection.segment("0a000210", ACK, next, evil)); // another guest address
            Packets.send(network, connection.segment("c0a80001", ACK, next, evil)); // none of this network
            Packets.send(network, connection.segment(GATEWAY, SYN, next, NOTHING)); // from itself to itself
            Packets.send(network, connection.segment(GUEST, RST, next + 9, NOTHING)); // not the exact number
            Packets.send(network, connection.segment(GUEST, SYN | FIN, 1, NOTHING));
            Packets.send(network, connection.segment(GUEST, 0, next, evil)); // no acknowledgment
            connection.write(bytes("good"));
            connection.send(FIN | ACK, NOTHING);
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(bytes("good"));
            assertThat(connection.reset).isFalse();
        }
    }

    @Test
    void aSegmentOfNoConnectionIsAnsweredByAReset() throws Exception {
        GuestTcp.Connection connection = guest.connect(GATEWAY, 1, 4000);
        guest.await("refused", () -> connection.reset);
        connection.reset = false;
        connection.send(ACK, bytes("x"));
        guest.await("reset", () -> connection.reset);
    }
}
