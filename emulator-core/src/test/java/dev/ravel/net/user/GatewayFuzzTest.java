package dev.ravel.net.user;

import static dev.ravel.net.user.Packets.echo;
import static dev.ravel.net.user.Packets.hex;
import static dev.ravel.net.user.Packets.ip;
import static dev.ravel.net.user.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ravel.net.Frame;
import dev.ravel.net.tcp.TcpSegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever frames the guest sends, the gateway goes on, and what it sends is whole. The normal run takes the seeds; a long one is
 * {@code JAZZER_FUZZ=1 mvn -pl emulator-core test -Dtest=GatewayFuzzTest}.
 */
class GatewayFuzzTest {
    private static final int ETHERNET = 14;
    private static final int PARTIAL = 0x8000;
    private static final int MUTATIONS = 100;

    /** Input: frames, each with two bytes before it: its length, and in the highest bit that its checksum is left to the device. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyFrameIsDroppedOrAnsweredByOneThatIsWhole(byte[] input) {
        Gateway[] gateway = new Gateway[1];
        Gateway.Outside outside = new Gateway.Outside() {
            @Override
            public Optional<Gateway.Reason> send(Flow flow, byte[] payload) {
                return payload.length % 2 == 0 ? Optional.empty() : Optional.of(Gateway.Reason.PORT);
            }

            @Override
            public void receive(Flow flow, TcpSegment segment) {
                assertThat(segment.payload().length).isLessThan(1 << 16);
            }
        };
        gateway[0] = new Gateway(frame -> check(frame.bytes()), outside);
        ByteBuffer in = ByteBuffer.wrap(input);
        while (in.remaining() >= Short.BYTES) {
            int head = in.getShort();
            byte[] frame = new byte[Math.min(head & 0x7ff, in.remaining())];
            in.get(frame);
            boolean partial = (head & PARTIAL) != 0;
            if (frame.length >= ETHERNET) {
                gateway[0].receive(partial ? new Frame(frame, 34, 16, 0) : Frame.of(frame));
            }
        }
    }

    private static void check(byte[] frame) {
        assertThat(frame.length).isBetween(ETHERNET, Frame.MAX_SIZE);
        ByteBuffer in = ByteBuffer.wrap(frame);
        if (in.getShort(12) == 0x0800) {
            assertThat(in.getShort(16) & 0xffff).as("length").isEqualTo(frame.length - ETHERNET);
            assertThat(Packets.checksum(Arrays.copyOfRange(frame, ETHERNET, ETHERNET + 20)))
                    .as("checksum of the header")
                    .isZero();
        } else {
            assertThat(in.getShort(12)).isEqualTo((short) 0x0806);
        }
    }

    /** Good frames of each kind, and the same with bytes changed at random. */
    static Stream<Arguments> seeds() {
        String guest = "0a00020f";
        byte[] all = frames(
                hex("ffffffffffff525400123456" + "0806" + "0001080006040001" + "5254001234560a00020f"
                        + "0000000000000a000202"),
                echo("0a000202", "ping"),
                echo("c0000201", "x"),
                udp(guest, "0a000203", 4000, 53, new byte[] {1, 2, 3}),
                udp(guest, "c0000201", 4000, 7, new byte[] {1, 2}),
                udp("00000000", "ffffffff", 68, 67, dhcp(1)),
                udp("00000000", "ffffffff", 68, 67, dhcp(3)),
                ip(
                        guest,
                        "c0000201",
                        6,
                        hex("1000" + "0050" + "00000001" + "00000000" + "6002ffff" + "00000000" + "020405b401030307")),
                ip(guest, "c0000201", 47, new byte[30]));
        Random random = new Random(5);
        return Stream.concat(
                Stream.of(Arguments.of((Object) all)),
                Stream.generate(() -> Arguments.of((Object) mutated(all, random)))
                        .limit(MUTATIONS));
    }

    private static byte[] mutated(byte[] all, Random random) {
        byte[] copy = all.clone();
        for (int i = random.nextInt(12); i >= 0; i--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt();
        }
        return copy;
    }

    /** RFC 2131 and 2132, with the kind of message and a list of what is wanted. */
    private static byte[] dhcp(int kind) {
        return ByteBuffer.allocate(260)
                .put(hex("01010600" + "deadbeef"))
                .put(28, hex("525400123456"))
                .put(236, hex("63825363" + "3501" + String.format("%02x", kind) + "3703010306" + "32040a00020f" + "ff"))
                .array();
    }

    /** Each twice: as on a wire, and with its checksum left to the device. */
    private static byte[] frames(byte[]... frames) {
        ByteBuffer out = ByteBuffer.allocate(1 << 14);
        for (byte[] frame : frames) {
            out.putShort((short) frame.length).put(frame);
            out.putShort((short) (frame.length | PARTIAL)).put(frame);
        }
        return Arrays.copyOf(out.array(), out.position());
    }
}
