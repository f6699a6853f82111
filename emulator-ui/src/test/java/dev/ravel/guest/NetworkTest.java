package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.net.user.UserNetworkSettings;
import dev.ravel.session.GuestConsole;
import dev.ravel.session.MachineSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Linux's own virtio-net driver and network stack on the user network, in the Debian guest. */
class NetworkTest {
    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    @SuppressWarnings("try") // The reader ends when its output is closed, before the block does.
    void linuxHasAnAddressByItselfPingsTheGatewayResolvesNamesAndMovesFilesOverTcp() throws Exception {
        Guest guest = DebianGuest.require();
        GuestConsole console = new GuestConsole();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        byte[] file = new byte[3_000_000];
        new Random(4).nextBytes(file);
        AtomicReference<byte[]> uploaded = new AtomicReference<>(new byte[0]);
        try (DatagramSocket dns = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                ServerSocket source = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket sink = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() ->
                            serve(source, socket -> socket.getOutputStream().write(file)));
            Thread.ofVirtual()
                    .start(() -> serve(sink, socket -> {
                        uploaded.set(socket.getInputStream().readAllBytes());
                        socket.getOutputStream().write("thanks".getBytes(StandardCharsets.US_ASCII));
                    }));
            Thread server = Thread.ofVirtual().start(() -> serve(dns));
            InetSocketAddress resolver = new InetSocketAddress(dns.getLocalAddress(), dns.getLocalPort());
            UserNetworkSettings settings = new UserNetworkSettings(true, Optional.of(List.of(resolver)), List.of());
            try (Machine machine = Machine.builder()
                            .kernel(guest.kernel())
                            .initrd(guest.initrd())
                            .append(guest.commandLine())
                            .add(new NetworkConfig(new NetworkConfig.Network.User(settings)))
                            .console(console)
                            .build();
                    GuestConsole.Output output = console.openOutput();
                    MachineSession session = new MachineSession("network", machine, console)) {
                Thread reader = Thread.ofVirtual().start(() -> collect(output, printed));
                console.type("""
                        online && ip addr show eth0; ping -c1 10.0.2.2; nslookup ravel.test
                        nc 10.0.2.2 %d </dev/null >/tmp/file; sha256sum /tmp/file
                        nc 10.0.2.2 %d </tmp/file; echo; nc 10.0.2.2 1 </dev/null; poweroff -f
                        """.formatted(source.getLocalPort(), sink.getLocalPort())
                        .getBytes(StandardCharsets.US_ASCII));
                session.start();
                assertThat(session.awaitEnd()).isInstanceOf(End.PoweredOff.class);
                output.close();
                reader.join();
            }
            dns.close();
            server.join();
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("inet 10.0.2.15/24")
                .contains("1 packets received, 0% packet loss")
                .contains("Address: 192.0.2.77")
                .contains(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(file)))
                .contains("thanks")
                .contains("Connection refused");
        assertThat(Arrays.equals(uploaded.get(), file)).as("the file came back").isTrue();
    }

    private interface Service {
        void serve(Socket socket) throws IOException;
    }

    private static void serve(ServerSocket server, Service service) {
        try (Socket socket = server.accept()) {
            service.serve(socket);
        } catch (IOException e) {
            // What did not come is missed by the test.
        }
    }

    /** A DNS server to which every name has the address 192.0.2.77, and none of another kind (RFC 1035, 4.1). */
    private static void serve(DatagramSocket socket) {
        byte[] buffer = new byte[512];
        try {
            while (true) {
                DatagramPacket request = new DatagramPacket(buffer, buffer.length);
                socket.receive(request);
                int length = request.getLength();
                boolean address = length > 16 && buffer[length - 3] == 1;
                ByteBuffer answer = ByteBuffer.allocate(length + 16);
                answer.put(buffer, 0, length);
                // A response, recursion available, as many answers.
                answer.put(2, (byte) 0x81).put(3, (byte) 0x80).put(7, (byte) (address ? 1 : 0));
                if (address) {
                    answer.putShort((short) 0xc00c)
                            .putShort((short) 1)
                            .putShort((short) 1)
                            .putInt(60);
                    answer.putShort((short) 4).put(new byte[] {(byte) 192, 0, 2, 77});
                }
                byte[] bytes = Arrays.copyOf(answer.array(), answer.position());
                socket.send(new DatagramPacket(bytes, bytes.length, request.getSocketAddress()));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private static void collect(GuestConsole.Output output, ByteArrayOutputStream into) {
        byte[] buffer = new byte[8192];
        try {
            for (int count = output.read(buffer); count >= 0; count = output.read(buffer)) {
                into.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // Closed: nothing more to read.
        }
    }
}
