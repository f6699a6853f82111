package dev.ravel.net.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.net.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A guest's TCP as simple as it can be, in frames of its own making: it takes what comes in order, acknowledges each
 * segment, and sends no more than the window. Nothing is sent again: the wire of the user network loses nothing.
 */
final class GuestTcp {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;

    private static final String GUEST = "0a00020f";
    private static final int START = 0xffff_ff00;

    private final UserNetwork network;
    private final Semaphore told = new Semaphore(0);
    private final Map<Integer, Connection> connections = new TreeMap<>();

    private final List<byte[]> udp = new ArrayList<>();

    GuestTcp(UserNetwork network) {
        this.network = network;
        network.onChange(told::release);
    }

    /** The guest's end. */
    final class Connection {
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        boolean open;
        boolean ended;
        boolean reset;
        boolean refusing;
        boolean refused;
        /** What is told to be the window. */
        int window = 65_535;

        private String address;
        private int port;
        private final int guestPort;
        private int sequence = START;
        private int expected;
        private int acknowledged;
        private int theirWindow;

        private Connection(String address, int port, int guestPort) {
            this.address = address;
            this.port = port;
            this.guestPort = guestPort;
        }

        void send(int flags, byte[] payload) {
            for (long end = System.nanoTime() + 40_000_000_000L; network.congested(); ) {
                assertThat(System.nanoTime()).as("the network takes frames").isLessThan(end);
                Thread.onSpinWait();
            }
            Packets.send(network, segment(GUEST, flags, sequence, payload));
            sequence += payload.length + ((flags & (SYN | FIN)) == 0 ? 0 : 1);
        }

        byte[] segment(String from, int flags, int number, byte[] payload) {
            ByteBuffer out = ByteBuffer.allocate(20 + payload.length);
            out.putShort((short) guestPort).putShort((short) port).putInt(number);
            out.putInt((flags & ACK) == 0 ? 0 : expected);
            out.put((byte) 0x50)
                    .put((byte) flags)
                    .putShort((short) window)
                    .putInt(0)
                    .put(payload);
            byte[] pseudo = Packets.hex(from + address + "0006" + String.format("%04x", out.capacity()));
            out.putShort(16, (short) Packets.checksum(pseudo, out.array()));
            return Packets.ip(from, address, 6, out.array());
        }

        /** Whom it is with: an address in hexadecimal. */
        String address() {
            return address;
        }

        int next() {
            return sequence;
        }

        /** Sends all of it, as the window lets it. */
        void write(byte[] data) throws InterruptedException {
            for (int at = 0; at < data.length; ) {
                int from = at;
                await("the window opens", () -> room() > 0 || reset);
                assertThat(reset).isFalse();
                int count = Math.min(Math.min(1460, room()), data.length - at);
                send(ACK, Arrays.copyOfRange(data, from, from + count));
                at += count;
            }
        }

        int room() {
            return acknowledged + theirWindow - sequence;
        }

        private void receive(ByteBuffer segment, int header) {
            int flags = segment.get(13);
            int number = segment.getInt(4);
            if ((flags & RST) != 0) {
                reset = true;
                return;
            }
            if (refusing) {
                expected = number + 1;
                sequence = 0;
                send(RST | ACK, new byte[0]);
                refused = true;
                return;
            }
            acknowledged = segment.getInt(8);
            theirWindow = segment.getShort(14) & 0xffff;
            int length = segment.capacity() - header;
            if ((flags & SYN) != 0) {
                expected = number + 1;
                open = (flags & ACK) != 0;
                send(open ? ACK : SYN | ACK, new byte[0]);
                return;
            }
            open = true;
            boolean fits = length <= window;
            if (number == expected && fits) {
                got.write(segment.array(), segment.arrayOffset() + header, length);
                expected += length + (flags & FIN);
                ended |= (flags & FIN) != 0;
            }
            if (length > 0 || (flags & FIN) != 0) {
                send(ACK, new byte[0]);
            }
        }
    }

    Connection connect(String address, int port, int guestPort) {
        return connect(address, port, guestPort, 0);
    }

    /** With other sequence numbers than before: so much later. */
    Connection connect(String address, int port, int guestPort, int later) {
        Connection connection = new Connection(address, port, guestPort);
        connection.sequence += later;
        connections.put(guestPort, connection);
        connection.send(SYN, new byte[0]);
        return connection;
    }

    /** The next frame that is not TCP. */
    byte[] nextUdp() throws InterruptedException {
        await("a datagram", () -> !udp.isEmpty());
        return udp.removeFirst();
    }

    /** What becomes of the next connection to a port of the guest's. */
    Connection listen(int guestPort) {
        Connection connection = new Connection("", 0, guestPort);
        connections.put(guestPort, connection);
        return connection;
    }

    /** Takes frames until something is so. */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        for (long end = System.nanoTime() + 40_000_000_000L; !condition.getAsBoolean(); ) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            poll();
        }
    }

    /** Takes the next frame, if one comes soon. */
    void poll() throws InterruptedException {
        Optional<byte[]> frame = network.receive().map(Frame::bytes);
        if (frame.isPresent()) {
            receive(frame.get());
        } else if (told.tryAcquire(10, TimeUnit.MILLISECONDS)) {
            told.drainPermits();
        }
    }

    private void receive(byte[] frame) {
        if (frame[12] == 8 && frame[13] == 6) {
            Packets.send(
                    network,
                    Packets.hex(
                            "52550a000202 525400123456 0806 0001080006040002 525400123456 0a00020f 52550a000202 0a000202"));
            return;
        }
        if (frame[23] != 6) {
            udp.add(frame);
            return;
        }
        ByteBuffer segment = ByteBuffer.wrap(Arrays.copyOfRange(frame, 34, frame.length));
        String ends = Packets.hexOf(frame, 26, 34);
        byte[] pseudo = Packets.hex(ends + "0006" + String.format("%04x", segment.capacity()));
        assertThat(Packets.checksum(pseudo, segment.array())).as("the checksum").isZero();
        Optional.ofNullable(connections.get(segment.getShort(2) & 0xffff)).ifPresent(connection -> {
            if (connection.port == 0) {
                connection.address = ends.substring(0, 8);
                connection.port = segment.getShort(0) & 0xffff;
            }
            connection.receive(segment, (segment.get(12) >>> 4 & 15) * 4);
        });
    }
}
