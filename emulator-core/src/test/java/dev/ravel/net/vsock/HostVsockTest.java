package dev.ravel.net.vsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.net.ListeningPort;
import dev.ravel.net.vsock.VsockPacket.Address;
import dev.ravel.net.vsock.VsockSettings.GuestForward;
import dev.ravel.net.vsock.VsockSettings.HostForward;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plays the guest with packets, and its partners with sockets of the host. */
@Timeout(120)
class HostVsockTest {
    private static final int CID = 7;
    private static final int ROOM = 1 << 18;
    private static final int PORT = 52;

    @TempDir
    private Path folder;

    private Optional<HostVsock> opened = Optional.empty();
    private final Semaphore changes = new Semaphore(0);

    private HostVsock open(List<HostForward> host, List<GuestForward> guest) throws IOException {
        return start(HostVsock.open(new VsockSettings(CID, Optional.of(socket()), host, guest)));
    }

    private HostVsock start(HostVsock vsock) {
        opened = Optional.of(vsock);
        vsock.onChange(changes::release);
        vsock.start();
        return vsock;
    }

    private HostVsock open() throws IOException {
        return open(List.of(), List.of());
    }

    /** With a first connection that cannot be used: a socket that nobody is connected to fails in a way of its own. */
    private HostVsock openWithABadConnection() throws IOException {
        AtomicBoolean good = new AtomicBoolean();
        return open(server -> {
            SocketChannel channel = server.accept();
            if (channel == null || good.getAndSet(true)) {
                return Optional.ofNullable(channel);
            }
            channel.close();
            return Optional.of(SocketChannel.open());
        });
    }

    private HostVsock open(ListeningPort.Acceptor acceptor) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        VsockSettings settings =
                new VsockSettings(CID, Optional.of(socket()), List.of(new HostForward(any, 22)), List.of());
        return start(HostVsock.open(settings, new ListeningPort.Host(acceptor, System::nanoTime)));
    }

    @AfterEach
    void close() throws IOException {
        if (opened.isPresent()) {
            opened.get().close();
            assertThat(socket()).doesNotExist();
        }
    }

    private Path socket() {
        return folder.resolve("v");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static VsockPacket packet(long guestPort, long hostPort, int op, int room, int done, byte[] payload) {
        return new VsockPacket(new Address(CID, guestPort), new Address(2, hostPort), 1, op, 0, room, done, payload);
    }

    private static VsockPacket packet(long guestPort, long hostPort, int op) {
        return packet(guestPort, hostPort, op, ROOM, 0, new byte[0]);
    }

    private static VsockPacket shutdown(long guestPort, long hostPort, int flags) {
        return new VsockPacket(
                new Address(CID, guestPort), new Address(2, hostPort), 1, VsockPacket.OP_SHUTDOWN, flags, ROOM, 0);
    }

    private VsockPacket receive(HostVsock vsock) throws InterruptedException {
        while (true) {
            Optional<VsockPacket> packet = vsock.receive();
            if (packet.isPresent()) {
                return packet.get();
            }
            assertThat(changes.tryAcquire(120, TimeUnit.SECONDS)).isTrue();
            changes.drainPermits();
        }
    }

    private VsockPacket receive(HostVsock vsock, int op) throws InterruptedException {
        VsockPacket packet = receive(vsock);
        assertThat(packet.op()).isEqualTo(op);
        return packet;
    }

    private static String read(SocketChannel channel, int count) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(count);
        while (into.hasRemaining() && channel.read(into) >= 0) {}
        return new String(into.array(), 0, into.position(), StandardCharsets.US_ASCII);
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    /** The host's end of a connection from port 1000 of the guest. */
    private SocketChannel connected(HostVsock vsock) throws Exception {
        try (ServerSocketChannel server = listen(folder.resolve("v_" + PORT))) {
            vsock.send(packet(1000, PORT, VsockPacket.OP_REQUEST));
            SocketChannel host = server.accept();
            VsockPacket response = receive(vsock, VsockPacket.OP_RESPONSE);
            assertThat(response.source()).isEqualTo(new Address(2, PORT));
            assertThat(response.destination()).isEqualTo(new Address(CID, 1000));
            assertThat(response.bufAlloc()).isEqualTo(VsockConnection.BUFFER);
            return host;
        }
    }

    private static VsockPacket data(String text) {
        return packet(1000, PORT, VsockPacket.OP_RW, ROOM, 0, bytes(text));
    }

    @Test
    void theGuestIsConnectedToTheUnixSocketOfThePortAndEachDirectionEndsByItself() throws Exception {
        HostVsock vsock = open();
        try (SocketChannel host = connected(vsock)) {
            vsock.send(data("to the host"));
            assertThat(read(host, 11)).isEqualTo("to the host");
            host.write(ByteBuffer.wrap(bytes("to the guest")));
            host.shutdownOutput();
            assertThat(receive(vsock, VsockPacket.OP_RW).payload()).isEqualTo(bytes("to the guest"));
            assertThat(receive(vsock, VsockPacket.OP_SHUTDOWN).flags()).isEqualTo(VsockPacket.SHUTDOWN_SEND);
            vsock.send(data("the last words"));
            vsock.send(shutdown(1000, PORT, VsockPacket.SHUTDOWN_RCV | VsockPacket.SHUTDOWN_SEND));
            receive(vsock, VsockPacket.OP_RST);
            assertThat(read(host, 100)).isEqualTo("the last words");
        }
    }

    @Test
    void aGuestThatSendsNoMoreStillReceives() throws Exception {
        HostVsock vsock = open();
        try (SocketChannel host = connected(vsock)) {
            vsock.send(shutdown(1000, PORT, VsockPacket.SHUTDOWN_SEND));
            assertThat(read(host, 1)).isEmpty();
            host.write(ByteBuffer.wrap(bytes("answer")));
            assertThat(receive(vsock, VsockPacket.OP_RW).payload()).isEqualTo(bytes("answer"));
        }
    }

    @Test
    void whatTheHostWroteBeforeItLeftIsReadAlthoughTheGuestWritesOn() throws Exception {
        HostVsock vsock = open();
        try (SocketChannel host = connected(vsock)) {
            // No room: it stays in the host's socket.
            vsock.send(packet(1000, PORT, VsockPacket.OP_CREDIT_UPDATE, 0, 0, new byte[0]));
            host.write(ByteBuffer.wrap(bytes("farewell")));
        }
        receive(vsock, VsockPacket.OP_CREDIT_REQUEST);
        vsock.send(packet(1000, PORT, VsockPacket.OP_RW, 0, 0, bytes("too late")));
        assertThat(receive(vsock, VsockPacket.OP_SHUTDOWN).flags()).isEqualTo(VsockPacket.SHUTDOWN_RCV);
        vsock.send(packet(1000, PORT, VsockPacket.OP_CREDIT_UPDATE));
        assertThat(receive(vsock, VsockPacket.OP_RW).payload()).isEqualTo(bytes("farewell"));
        assertThat(receive(vsock, VsockPacket.OP_SHUTDOWN).flags())
                .isEqualTo(VsockPacket.SHUTDOWN_RCV | VsockPacket.SHUTDOWN_SEND);
    }

    @Test
    void whoSaysConnectIsAtTheGuestsPortAndToldOfTheHosts() throws Exception {
        HostVsock vsock = open();
        try (SocketChannel host = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            host.write(ByteBuffer.wrap(bytes("CONNECT 1234\nhello")));
            VsockPacket request = receive(vsock, VsockPacket.OP_REQUEST);
            assertThat(request.destination()).isEqualTo(new Address(CID, 1234));
            long port = request.source().port();
            vsock.send(packet(1234, port, VsockPacket.OP_RESPONSE));
            String line = "OK " + port + "\n";
            assertThat(read(host, line.length())).isEqualTo(line);
            assertThat(receive(vsock, VsockPacket.OP_RW).payload()).isEqualTo(bytes("hello"));
        }
    }

    @Test
    void whoWantsAPortAtWhichNobodyListensIsClosedWithoutAnAnswer() throws Exception {
        HostVsock vsock = open();
        try (SocketChannel host = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            host.write(ByteBuffer.wrap(bytes("CONNECT 1234\n")));
            VsockPacket request = receive(vsock, VsockPacket.OP_REQUEST);
            vsock.send(packet(1234, request.source().port(), VsockPacket.OP_RST));
            assertThat(read(host, 1)).isEmpty();
        }
        for (String line : List.of("GET / HTTP/1.1\n", "CONNECT 4294967295\n", "C".repeat(100))) {
            try (SocketChannel host = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
                host.write(ByteBuffer.wrap(bytes(line)));
                assertThatNothingIsRead(host);
            }
        }
    }

    /** Closing a socket with bytes that were not read resets it. */
    private static void assertThatNothingIsRead(SocketChannel host) {
        try {
            assertThat(read(host, 1)).isEmpty();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @Test
    void portsOfTcpAreForwardedBothWays() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            HostVsock vsock = open(List.of(new HostForward(any, 22)), List.of(new GuestForward(80, (InetSocketAddress)
                    server.getLocalSocketAddress())));
            vsock.send(packet(1000, 80, VsockPacket.OP_REQUEST));
            try (Socket host = server.accept()) {
                receive(vsock, VsockPacket.OP_RESPONSE);
                vsock.send(packet(1000, 80, VsockPacket.OP_RW, ROOM, 0, bytes("hi")));
                assertThat(host.getInputStream().readNBytes(2)).isEqualTo(bytes("hi"));
                vsock.send(packet(1000, 80, VsockPacket.OP_RST));
                assertThat(host.getInputStream().read()).isEqualTo(-1);
            }
            try (Socket host = new Socket(
                    InetAddress.getLoopbackAddress(),
                    vsock.forwarded().getFirst().getPort())) {
                VsockPacket request = receive(vsock, VsockPacket.OP_REQUEST);
                assertThat(request.destination().port()).isEqualTo(22);
                vsock.send(packet(22, request.source().port(), VsockPacket.OP_RESPONSE));
                host.getOutputStream().write(bytes("ho"));
                assertThat(receive(vsock, VsockPacket.OP_RW).payload()).isEqualTo(bytes("ho"));
            }
        }
    }

    @Test
    void whatMakesNoSenseIsAnsweredWithAResetAndAResetWithNothing() throws Exception {
        HostVsock vsock = open();
        Address guest = new Address(CID, 1);
        Address host = new Address(2, 9);
        vsock.send(packet(1, 9, VsockPacket.OP_RST));
        vsock.send(new VsockPacket(new Address(CID + 1, 1), host, 1, VsockPacket.OP_REQUEST, 0, 0, 0));
        vsock.send(packet(1, 9, VsockPacket.OP_REQUEST));
        vsock.send(packet(2, 9, VsockPacket.OP_RW));
        vsock.send(packet(3, 9, 99));
        vsock.send(new VsockPacket(guest, host, 2, VsockPacket.OP_REQUEST, 0, 0, 0));
        vsock.send(new VsockPacket(guest, new Address(1, 9), 1, VsockPacket.OP_REQUEST, 0, 0, 0));
        for (long port : List.of(1L, 2L, 3L)) {
            VsockPacket reset = receive(vsock, VsockPacket.OP_RST);
            assertThat(reset.source()).isEqualTo(host);
            assertThat(reset.destination().port()).isEqualTo(port);
        }
        assertThat(receive(vsock, VsockPacket.OP_RST).type()).isEqualTo(2);
        assertThat(receive(vsock, VsockPacket.OP_RST).source()).isEqualTo(new Address(1, 9));
    }

    @Test
    void aHostThatLeavesWithoutReadingAllResetsTheConnection() throws Exception {
        HostVsock vsock = open();
        try (SocketChannel host = connected(vsock)) {
            vsock.send(data("read, and not read"));
            assertThat(read(host, 4)).isEqualTo("read");
        }
        receive(vsock, VsockPacket.OP_RST);
    }

    @Test
    void aConnectionThatIsAskedForTwiceIsReset() throws Exception {
        HostVsock vsock = open();
        try (SocketChannel host = connected(vsock)) {
            vsock.send(packet(1000, PORT, VsockPacket.OP_REQUEST));
            receive(vsock, VsockPacket.OP_RST);
            assertThat(read(host, 1)).isEmpty();
        }
    }

    @Test
    void theGuestGetsNoMoreThanItHasRoomForAndNothingIsLost() throws Exception {
        HostVsock vsock = open();
        byte[] all = new byte[50_000];
        new Random(1).nextBytes(all);
        int room = 1000;
        try (SocketChannel host = connected(vsock)) {
            vsock.send(packet(1000, PORT, VsockPacket.OP_CREDIT_UPDATE, room, 0, new byte[0]));
            // An answer says that the update was seen.
            vsock.send(packet(1000, PORT, VsockPacket.OP_CREDIT_REQUEST, room, 0, new byte[0]));
            receive(vsock, VsockPacket.OP_CREDIT_UPDATE);
            host.write(ByteBuffer.wrap(all));
            host.shutdownOutput();
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            int forwarded = 0;
            for (VsockPacket packet = receive(vsock); packet.op() != VsockPacket.OP_SHUTDOWN; packet = receive(vsock)) {
                got.writeBytes(packet.payload());
                assertThat(got.size() - forwarded).isLessThanOrEqualTo(room);
                if (packet.op() == VsockPacket.OP_CREDIT_REQUEST) {
                    forwarded = got.size();
                    vsock.send(packet(1000, PORT, VsockPacket.OP_CREDIT_UPDATE, room, forwarded, new byte[0]));
                }
            }
            assertThat(got.toByteArray()).isEqualTo(all);
        }
    }

    @Test
    void aGuestThatKeepsToItsCreditLosesNothingToASlowReader() throws Exception {
        HostVsock vsock = open();
        byte[] all = new byte[1 << 20];
        new Random(2).nextBytes(all);
        ByteBuffer got = ByteBuffer.allocate(all.length);
        try (SocketChannel host = connected(vsock)) {
            int sent = 0;
            int forwarded = 0;
            while (sent < all.length) {
                int count = Math.min(4096, Math.min(all.length - sent, VsockConnection.BUFFER - (sent - forwarded)));
                if (count > 0 && !vsock.congested()) {
                    byte[] piece = Arrays.copyOfRange(all, sent, sent + count);
                    vsock.send(packet(1000, PORT, VsockPacket.OP_RW, ROOM, 0, piece));
                    sent += count;
                    continue;
                }
                Optional<VsockPacket> update = vsock.receive();
                forwarded = update.map(VsockPacket::fwdCnt).orElse(forwarded);
                if (update.isEmpty() && got.position() < sent) {
                    host.read(got.limit(Math.min(all.length, got.position() + 30_000)));
                }
            }
            got.limit(all.length);
            while (got.hasRemaining()) {
                host.read(got);
            }
        }
        assertThat(got.array()).isEqualTo(all);
    }

    @Test
    void aGuestThatSendsMoreThanWasGrantedIsReset() throws Exception {
        HostVsock vsock = open();
        try (SocketChannel host = connected(vsock)) {
            assertThat(host.isConnected()).isTrue();
            Optional<VsockPacket> answer = Optional.empty();
            // What it sends is granted as long as the host's socket takes it.
            while (answer.filter(packet -> packet.op() == VsockPacket.OP_RST).isEmpty()) {
                if (!vsock.congested()) {
                    vsock.send(packet(1000, PORT, VsockPacket.OP_RW, ROOM, 0, new byte[VsockConnection.BUFFER]));
                }
                answer = vsock.receive();
            }
            assertThat(answer.get().source().port()).isEqualTo(PORT);
        }
    }

    @Test
    void aResetOfTheDeviceEndsAllConnectionsAndOthersMayCome() throws Exception {
        HostVsock vsock = open();
        try (SocketChannel host = connected(vsock)) {
            vsock.reset();
            assertThat(read(host, 1)).isEmpty();
        }
        try (SocketChannel host = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            host.write(ByteBuffer.wrap(bytes("CONNECT 1\n")));
            assertThat(read(host, 1)).as("no driver").isEmpty();
        }
        Files.delete(folder.resolve("v_" + PORT));
        vsock.start();
        connected(vsock).close();
    }

    /** Somebody comes to the Unix socket and wants to be at a port of the guest. */
    private SocketChannel visit() throws IOException {
        SocketChannel host = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
        host.write(ByteBuffer.wrap(bytes("CONNECT 1\n")));
        return host;
    }

    @Test
    void thoseWhoWaitedForTheGuestWhenTheDeviceWasResetDoNotCountAnyMore() throws Exception {
        HostVsock vsock = open();
        for (int i = 0; i < HostVsock.MOST; i++) {
            try (SocketChannel host = visit()) {
                receive(vsock, VsockPacket.OP_REQUEST);
                vsock.reset();
                assertThat(read(host, 1)).isEmpty();
                vsock.start();
            }
        }
        connected(vsock).close();
    }

    @Test
    void whoFailsBeforeHeSaidWhomHeWantsIsNotTheEndOfTheOthers() throws Exception {
        HostVsock vsock = openWithABadConnection();
        try (SocketChannel first = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            assertThat(read(first, 1)).isEmpty();
        }
        visit().close();
        receive(vsock, VsockPacket.OP_REQUEST);
    }

    @Test
    void aConnectionThatFailsIsResetAndNotTheEndOfTheOthers() throws Exception {
        HostVsock vsock = openWithABadConnection();
        InetSocketAddress port = vsock.forwarded().getFirst();
        new Socket(port.getAddress(), port.getPort()).close();
        VsockPacket request = receive(vsock, VsockPacket.OP_REQUEST);
        vsock.send(packet(22, request.source().port(), VsockPacket.OP_RESPONSE));
        vsock.send(packet(22, request.source().port(), VsockPacket.OP_RW, ROOM, 0, bytes("nobody reads it")));
        assertThat(receive(vsock, VsockPacket.OP_RST).source()).isEqualTo(request.source());
        // What the guest sent may have come after that, and is answered with a reset, too.
        vsock.reset();
        vsock.start();
        connected(vsock).close();
    }

    @Test
    void whoCannotBeTakenIsTakenLater() throws Exception {
        AtomicBoolean good = new AtomicBoolean();
        HostVsock vsock = open(server -> {
            if (!good.getAndSet(true)) {
                throw new UnsupportedOperationException("not now");
            }
            return Optional.ofNullable(server.accept());
        });
        try (SocketChannel host = visit()) {
            assertThat(receive(vsock, VsockPacket.OP_REQUEST).destination()).isEqualTo(new Address(CID, 1));
            assertThat(host.isOpen()).isTrue();
        }
    }

    @Test
    void aSocketThatWasLeftBehindIsReplacedAndOneInUseIsNot() throws Exception {
        listen(socket()).close();
        assertThat(socket()).exists();
        HostVsock vsock = open();
        VsockSettings same = new VsockSettings(CID, Optional.of(socket()), List.of(), List.of());
        assertThatThrownBy(() -> HostVsock.open(same))
                .hasMessage("the socket " + socket() + " cannot be made: Address already in use; name another");
        connected(vsock).close();
    }

    @Test
    void anAddressThatIsReservedAndAPortThatIsForwardedTwiceAreRefused() {
        InetSocketAddress there = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        GuestForward forward = new GuestForward(5, there);
        for (long cid : List.of(-1L, 2L, 0xffff_ffffL)) {
            assertThatThrownBy(() -> new VsockSettings(cid, Optional.empty(), List.of(), List.of()))
                    .hasMessageContaining("is not a guest's: give one from 3 to 4294967294");
        }
        assertThatThrownBy(() -> new VsockSettings(3, Optional.empty(), List.of(), List.of(forward, forward)))
                .hasMessageContaining("two guestfwd are for port 5");
        assertThatThrownBy(() -> new HostForward(there, 0xffff_ffffL)).hasMessageContaining("is no port of a vsock");
    }
}
