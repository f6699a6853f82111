package dev.ravel.net.vsock;

import static dev.ravel.virtio.FuzzScripts.next;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ravel.net.vsock.VsockPacket.Address;
import dev.ravel.net.vsock.VsockSettings.GuestForward;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever packets come from the guest, in whatever state a connection is, the host goes on and what it says is for the guest. The
 * normal run takes the seeds; a long one is {@code JAZZER_FUZZ=1 mvn -pl emulator-core test -Dtest=HostVsockFuzzTest}.
 */
class HostVsockFuzzTest {
    private static final int CID = 7;
    private static final int LISTENER = 52;
    private static final int TCP = 53;
    private static final int NOBODY = 54;
    private static final int LARGEST_PAYLOAD = 1 << 12;
    private static final int SEEDS = 60;
    private static final int MOST_OTHERS = 100;

    /** No stream: what is of this type is refused, so it shows that the host has come so far. */
    private static final int OTHER_TYPE = 9;

    private static final long FIRST_VISITOR = (1L << 30) + 1;
    private static final long[] HOST_PORTS = {
        LISTENER, LISTENER, LISTENER, TCP, NOBODY, FIRST_VISITOR, FIRST_VISITOR + 1, 0xffff_ffffL
    };
    private static final long[] CIDS = {CID, CID, CID, CID, CID, 2, 0, -1};
    private static final int[] CREDITS = {1 << 18, 1 << 18, 0, 1, 100, -1, Integer.MIN_VALUE, 1 << 12};

    /** Input: what the guest and visitors do, each a byte and its operands. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void whateverTheGuestSaysTheHostGoesOn(byte[] input) throws IOException, InterruptedException {
        ByteBuffer in = ByteBuffer.wrap(input);
        Path folder = Files.createTempDirectory("ravel-vsock");
        try (ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                ServerSocketChannel tcp = ServerSocketChannel.open()) {
            unix.bind(UnixDomainSocketAddress.of(folder.resolve("v_" + LISTENER)));
            tcp.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            unix.configureBlocking(false);
            InetSocketAddress address = (InetSocketAddress) tcp.getLocalAddress();
            GuestForward forward = new GuestForward(TCP, address);
            VsockSettings settings =
                    new VsockSettings(CID, Optional.of(folder.resolve("v")), List.of(), List.of(forward));
            // Of a connection to anywhere else, Jazzer tells while it fuzzes.
            try (var _ = BugDetectors.allowNetworkConnections((_, port) -> port == address.getPort());
                    Guest guest = new Guest(HostVsock.open(settings), folder.resolve("v"), unix)) {
                while (in.hasRemaining()) {
                    guest.act(in);
                }
                guest.reachHost();
                guest.vsock.reset();
                guest.vsock.start();
                guest.reachHost();
            }
        } finally {
            Files.deleteIfExists(folder.resolve("v_" + LISTENER));
            Files.delete(folder);
        }
    }

    /** The guest, and all those whom it talks to. */
    private static final class Guest implements AutoCloseable {
        private final HostVsock vsock;
        private final Path path;
        private final ServerSocketChannel listener;
        private final Semaphore changes = new Semaphore(0);
        private final List<SocketChannel> others = new ArrayList<>();
        private long barrier = 1 << 20;

        private Guest(HostVsock vsock, Path path, ServerSocketChannel listener) {
            this.vsock = vsock;
            this.path = path;
            this.listener = listener;
            vsock.onChange(changes::release);
            vsock.start();
        }

        private void act(ByteBuffer in) throws IOException, InterruptedException {
            int what = next(in);
            switch (what & 15) {
                case 0 -> visit("CONNECT " + (what >> 4) + "\n");
                case 1 -> {
                    SocketChannel accepted = listener.accept();
                    if (accepted != null) {
                        others.add(accepted);
                        accepted.configureBlocking(false);
                        // More than the guest may have room for.
                        write(accepted, new byte[next(in) << 8]);
                    }
                }
                case 2 -> {
                    if (!others.isEmpty()) {
                        others.remove(what % others.size()).close();
                    }
                }
                case 3 -> {
                    vsock.reset();
                    vsock.start();
                }
                case 4 -> reachHost();
                default -> send(packet(what, in));
            }
        }

        private void visit(String line) throws IOException {
            if (others.size() < MOST_OTHERS) {
                SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
                others.add(channel);
                write(channel, line.getBytes(StandardCharsets.US_ASCII));
            }
        }

        private static void write(SocketChannel channel, byte[] bytes) {
            try {
                channel.write(ByteBuffer.wrap(bytes));
            } catch (IOException e) {
                // The guest may have reset the connection already.
                assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
            }
        }

        private static VsockPacket packet(int what, ByteBuffer in) {
            int op = what & 15;
            int ports = next(in);
            int odd = next(in);
            int credit = next(in);
            int length = op == 10 || op == 11 || odd > 250 ? next(in) << (odd & 8) : 0;
            return new VsockPacket(
                    new Address(odd < 200 ? CID : CIDS[odd % 8], ports >> 3 & 3),
                    new Address(odd < 220 ? 2 : CIDS[odd % 8], HOST_PORTS[ports & 7]),
                    odd > 245 ? odd : VsockPacket.TYPE_STREAM,
                    op == 15 ? what << 8 | 1 : op - 5 > 7 ? VsockPacket.OP_REQUEST : Math.min(op - 5, 7),
                    what >> 4,
                    CREDITS[credit & 7],
                    (credit >> 3 & 7) == 7 ? CREDITS[credit >> 5] : credit >> 6,
                    new byte[Math.min(length, 1 << 16)]);
        }

        private void send(VsockPacket packet) throws InterruptedException {
            while (vsock.congested()) {
                // What it has for the guest has to go first.
                if (receive().isEmpty()) {
                    waitForHost();
                }
            }
            vsock.send(packet);
        }

        private Optional<VsockPacket> receive() {
            Optional<VsockPacket> received = vsock.receive();
            received.ifPresent(packet -> {
                assertThat(packet.payload().length).isLessThanOrEqualTo(LARGEST_PAYLOAD);
                assertThat(packet.op()).isBetween(VsockPacket.OP_REQUEST, VsockPacket.OP_CREDIT_REQUEST);
                assertThat(packet.destination().cid()).isEqualTo(CID);
                assertThat(packet.payload().length == 0 || packet.op() == VsockPacket.OP_RW)
                        .isTrue();
            });
            return received;
        }

        private void waitForHost() throws InterruptedException {
            assertThat(changes.tryAcquire(120, TimeUnit.SECONDS))
                    .as("the host goes on")
                    .isTrue();
        }

        /** The host refuses what it does not know, and that after all that came before. */
        private void reachHost() throws InterruptedException {
            Address port = new Address(CID, barrier++);
            send(new VsockPacket(port, new Address(2, NOBODY), OTHER_TYPE, VsockPacket.OP_REQUEST, 0, 0, 0));
            while (true) {
                Optional<VsockPacket> packet = receive();
                if (packet.isEmpty()) {
                    waitForHost();
                } else if (packet.get().destination().equals(port)) {
                    assertThat(packet.get().op()).isEqualTo(VsockPacket.OP_RST);
                    return;
                }
            }
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel other : others) {
                other.close();
            }
            vsock.close();
        }
    }

    /** What guest and visitors may do, by chance, and one good connection. */
    static Stream<Arguments> seeds() {
        Random random = new Random(17);
        byte[] good = {6, 0, 0, 0, 1, 16, 10, 0, 0, 0, 99, 11, 0, 0, 8, 1, 4, 0x39, 0, 0, 0, 4};
        return Stream.concat(
                        Stream.of(good),
                        Stream.generate(() -> {
                                    byte[] script = new byte[250];
                                    random.nextBytes(script);
                                    return script;
                                })
                                .limit(SEEDS))
                .map(Arguments::of);
    }
}
