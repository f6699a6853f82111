package dev.ravel.net.user;

import static dev.ravel.net.user.Packets.echo;
import static dev.ravel.net.user.Packets.hex;
import static dev.ravel.net.user.Packets.ip;
import static dev.ravel.net.user.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.net.Frame;
import dev.ravel.net.tcp.TcpSegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway with bytes in and bytes out; what it sends is read by code of the test's own. */
class GatewayTest {
    private static final String GUEST = "0a00020f";
    private static final String GATEWAY = "0a000202";
    private static final String OUTSIDE = "c0000201";

    private final List<byte[]> toGuest = new ArrayList<>();
    private final List<String> sentOutside = new ArrayList<>();
    private Optional<Gateway.Reason> refusal = Optional.empty();
    private final Gateway gateway = new Gateway(frame -> toGuest.add(frame.bytes()), new Gateway.Outside() {
        @Override
        public Optional<Gateway.Reason> send(Flow flow, byte[] payload) {
            sentOutside.add(flow + " " + new String(payload, StandardCharsets.US_ASCII));
            return refusal;
        }

        @Override
        public void receive(Flow flow, TcpSegment segment) {
            sentOutside.add(flow + " " + segment.sequence());
        }
    });

    private void receive(byte[] frame) {
        gateway.receive(Frame.of(frame));
    }

    private byte[] onlyAnswer() {
        assertThat(toGuest).hasSize(1);
        return toGuest.removeFirst();
    }

    private static String text(byte[] bytes, int from, int to) {
        return HexFormat.of().formatHex(bytes, from, to);
    }

    /** Checks an IPv4 frame's headers and sums and gives what follows them. */
    private static byte[] payload(byte[] frame) {
        assertThat(text(frame, 12, 15)).isEqualTo("080045");
        assertThat(Packets.checksum(Arrays.copyOfRange(frame, 14, 34))).isZero();
        assertThat(ByteBuffer.wrap(frame).getShort(16)).isEqualTo((short) (frame.length - 14));
        return Arrays.copyOfRange(frame, 34, frame.length);
    }

    private void learnGuest() {
        receive(echo(GATEWAY, ""));
        toGuest.clear();
    }

    @Test
    void gatewayAndResolverAnswerArpAndNobodyElseDoes() {
        String request = "ffffffffffff 525400123456 0806 0001 0800 06 04 0001 525400123456 0a00020f 000000000000 ";
        receive(hex(request + "0a000202"));
        assertThat(text(onlyAnswer(), 0, 42))
                .isEqualTo("52540012345652550a0002020806" + "0001080006040002" + "52550a0002020a000202"
                        + "5254001234560a00020f");
        receive(hex(request + "0a000203"));
        assertThat(text(onlyAnswer(), 22, 32)).isEqualTo("52550a0002030a000203");
        receive(hex(request + "0a00020f"));
        receive(hex(request + "0a000204"));
        assertThat(toGuest).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0a000202, 52550a000202", "0a000203, 52550a000203"})
    void gatewayAndResolverAnswerPings(String address, String mac) {
        receive(echo(address, "odd"));
        byte[] answer = onlyAnswer();
        assertThat(text(answer, 0, 12)).isEqualTo(Packets.GUEST_MAC + mac);
        assertThat(text(answer, 26, 34)).isEqualTo(address + GUEST);
        byte[] message = payload(answer);
        assertThat(message[0]).isZero();
        assertThat(Packets.checksum(message)).isZero();
        assertThat(text(message, 4, message.length)).isEqualTo("0bad0001" + "6f6464");
    }

    @Test
    void aPingToTheOutsideIsRefusedByTheGateway() {
        receive(echo(OUTSIDE, "x"));
        byte[] message = payload(onlyAnswer());
        assertThat(message).startsWith(3, 13);
        assertThat(Packets.checksum(message)).isZero();
        // The start of what was sent is repeated: its addresses and the kind of message.
        assertThat(text(message, 8 + 12, 8 + 21)).isEqualTo(GUEST + OUTSIDE + "08");
    }

    @Test
    void aProtocolThatIsNotCarriedIsSaidToBe() {
        receive(ip(GUEST, OUTSIDE, 132, new byte[20]));
        assertThat(payload(onlyAnswer())).startsWith(3, 2);
    }

    /** A message of busybox's udhcpc, and the bytes that RFC 2131 and 2132 ask for. */
    @Test
    void dhcpOffersAndLeasesTheGuestsAddress() {
        receive(dhcp(0, 1, ""));
        byte[] offer = onlyAnswer();
        assertThat(text(offer, 0, 6)).isEqualTo(Packets.GUEST_MAC);
        assertThat(text(offer, 26, 38)).isEqualTo(GATEWAY + GUEST + "00430044");
        byte[] message = Arrays.copyOfRange(payload(offer), 8, 308);
        assertThat(text(message, 0, 8)).isEqualTo("02010600" + "11223344");
        assertThat(text(message, 12, 24)).isEqualTo("00000000" + GUEST + GATEWAY);
        assertThat(text(message, 28, 34)).isEqualTo(Packets.GUEST_MAC);
        String options = "350102" + "36040a000202" + "330400015180" + "0104ffffff00" + "1c040a0002ff" + "03040a000202"
                + "06040a000203" + "ff";
        assertThat(text(message, 236, 240 + options.length() / 2)).isEqualTo("63825363" + options);
        byte[] udp = payload(offer);
        assertThat(Packets.checksum(Packets.pseudo(GATEWAY, GUEST, udp.length), udp))
                .isZero();

        receive(dhcp(0, 3, "3604" + GATEWAY + "3204" + GUEST));
        assertThat(payload(onlyAnswer())[8 + 242]).isEqualTo((byte) 5);
        // Renewal: the guest has the address and names no server.
        receive(dhcp(0x0a00_020f, 3, ""));
        assertThat(payload(onlyAnswer())[8 + 242]).isEqualTo((byte) 5);
    }

    @Test
    void dhcpRefusesAnotherAddressAndKeepsOutOfAnotherServersBusiness() {
        receive(dhcp(0, 3, "3204" + "c0a80001"));
        byte[] nak = onlyAnswer();
        assertThat(text(nak, 0, 6)).isEqualTo("ffffffffffff");
        assertThat(payload(nak)[8 + 242]).isEqualTo((byte) 6);
        receive(dhcp(0, 3, "3604" + "c0a80001" + "3204" + GUEST));
        receive(dhcp(0, 7, ""));
        assertThat(toGuest).isEmpty();
    }

    private static byte[] dhcp(int client, int type, String options) {
        byte[] tail = hex("63825363" + "3501" + String.format("%02x", type) + options + "ff");
        ByteBuffer out = ByteBuffer.allocate(236 + tail.length);
        out.put(hex("01010600" + "11223344" + "00000000")).putInt(client);
        out.put(28, hex(Packets.GUEST_MAC)).put(236, tail);
        return client == 0
                ? udp("00000000", "ffffffff", 68, 67, out.array())
                : udp(GUEST, GATEWAY, 68, 67, out.array());
    }

    @Test
    void aDatagramGoesOutAndItsAnswerComesBackFromThere() {
        receive(udp(GUEST, OUTSIDE, 4000, 7, "hello".getBytes(StandardCharsets.US_ASCII)));
        Flow flow = new Flow(0x0a00_020f, 4000, 0xc000_0201, 7);
        assertThat(sentOutside).containsExactly(flow + " hello");
        gateway.reply(flow, "world".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = onlyAnswer();
        assertThat(text(answer, 0, 12)).isEqualTo(Packets.GUEST_MAC + Packets.GATEWAY_MAC);
        assertThat(text(answer, 26, 38)).isEqualTo(OUTSIDE + GUEST + "00070fa0");
        byte[] udp = payload(answer);
        assertThat(new String(udp, 8, 5, StandardCharsets.US_ASCII)).isEqualTo("world");
        assertThat(Packets.checksum(Packets.pseudo(OUTSIDE, GUEST, udp.length), udp))
                .isZero();
    }

    /** Linux takes no SYN that was sent to everybody. */
    @Test
    void aGuestThatHasSaidNothingIsAskedWhereItIs() {
        gateway.reply(new Flow(0x0a00_020f, 4000, 0xc000_0201, 7), new byte[3]);
        assertThat(text(onlyAnswer(), 0, 42))
                .isEqualTo("ffffffffffff52550a0002020806" + "0001080006040001" + "52550a0002020a000202"
                        + "0000000000000a00020f");
        receive(hex("52550a000202 525400123456 0806 0001 0800 06 04 0002 525400123456 0a00020f 52550a000202 0a000202"));
        byte[] waited = onlyAnswer();
        assertThat(text(waited, 0, 6)).isEqualTo(Packets.GUEST_MAC);
        assertThat(text(waited, 26, 38)).isEqualTo(OUTSIDE + GUEST + "00070fa0");
    }

    @Test
    void whatHardwareIsToDoToASegmentIsLeftToTheGuestAndMakesItRight() {
        learnGuest();
        List<Frame> frames = new ArrayList<>();
        Gateway offloading = new Gateway(frames::add, nobody());
        offloading.receive(Frame.of(echo(GATEWAY, "")));
        frames.clear();
        byte[] payload = new byte[9001];
        new Random(1).nextBytes(payload);
        TcpSegment segment = new TcpSegment(7, 4000, 1, 2, TcpSegment.ACK, 3, TcpSegment.Options.NONE, payload);
        offloading.send(new Flow(0x0a00_020f, 4000, 0xc000_0201, 7), segment, 1460, true);
        assertThat(frames).hasSize(1);
        Frame frame = frames.getFirst();
        assertThat(frame.segmentSize()).isEqualTo(1460);
        byte[] bytes = frame.bytes();
        byte[] summed = Arrays.copyOfRange(bytes, frame.checksumStart(), bytes.length);
        ByteBuffer.wrap(bytes)
                .putShort(frame.checksumStart() + frame.checksumOffset(), (short) Packets.checksum(summed));
        byte[] whole = payload(bytes);
        byte[] pseudo = Packets.hex(OUTSIDE + GUEST + "0006" + String.format("%04x", whole.length));
        assertThat(Packets.checksum(pseudo, whole)).isZero();
        assertThat(Arrays.copyOfRange(whole, 20, whole.length)).isEqualTo(payload);
    }

    @Test
    void aSegmentWhoseChecksumTheGuestHasLeftToUsIsTaken() {
        byte[] segment = new TcpSegment(4000, 7, 77, 2, TcpSegment.ACK, 3, TcpSegment.Options.NONE, new byte[5000])
                .toBytes(0x0a00_020f, 0xc000_0201, true);
        byte[] frame = ip(GUEST, OUTSIDE, 6, segment);
        gateway.receive(Frame.of(frame));
        assertThat(sentOutside).as("on a wire it is damaged").isEmpty();
        gateway.receive(new Frame(frame, 34, 16, 1460));
        assertThat(sentOutside).containsExactly(new Flow(0x0a00_020f, 4000, 0xc000_0201, 7) + " 77");
    }

    @Test
    void aDatagramWhoseChecksumTheGuestHasLeftToUsIsTaken() {
        byte[] frame = flip(udp(GUEST, OUTSIDE, 4000, 7, "hello".getBytes(StandardCharsets.US_ASCII)), 41);
        gateway.receive(Frame.of(frame));
        assertThat(sentOutside).as("on a wire it is damaged").isEmpty();
        gateway.receive(new Frame(frame, 34, 6, 0));
        assertThat(sentOutside).hasSize(1);
    }

    private static Gateway.Outside nobody() {
        return new Gateway.Outside() {
            @Override
            public Optional<Gateway.Reason> send(Flow flow, byte[] payload) {
                return Optional.of(Gateway.Reason.PORT);
            }

            @Override
            public void receive(Flow flow, TcpSegment segment) {
                throw new AssertionError("nobody is asked");
            }
        };
    }

    @Test
    void aLongAnswerComesInFragmentsThatMakeItWhole() {
        learnGuest();
        byte[] payload = new byte[4000];
        new Random(1).nextBytes(payload);
        gateway.reply(new Flow(0x0a00_020f, 4000, 0xc000_0201, 7), payload);
        assertThat(toGuest).hasSize(3);
        byte[] whole = new byte[4008];
        Set<Integer> identifications = new TreeSet<>();
        for (byte[] frame : toGuest) {
            assertThat(frame.length).isLessThanOrEqualTo(1514);
            byte[] part = payload(frame);
            ByteBuffer in = ByteBuffer.wrap(frame);
            int offset = (in.getShort(20) & 0x1fff) * 8;
            assertThat((in.getShort(20) & 0x2000) != 0).isEqualTo(offset + part.length < whole.length);
            identifications.add((int) in.getShort(18));
            System.arraycopy(part, 0, whole, offset, part.length);
        }
        assertThat(identifications).hasSize(1);
        assertThat(Arrays.copyOfRange(whole, 8, 4008)).isEqualTo(payload);
        assertThat(Packets.checksum(Packets.pseudo(OUTSIDE, GUEST, 4008), whole))
                .isZero();
    }

    @Test
    void aRefusedDatagramIsToldWithItsPorts() {
        refusal = Optional.of(Gateway.Reason.PORT);
        receive(udp(GUEST, GATEWAY, 4000, 7, new byte[1]));
        byte[] message = payload(onlyAnswer());
        assertThat(message).startsWith(3, 3);
        assertThat(text(message, 8 + 12, 8 + 24)).isEqualTo(GUEST + GATEWAY + "0fa00007");
    }

    @Test
    void damagedAndForgedPacketsAreDropped() {
        byte[] good = udp(GUEST, OUTSIDE, 4000, 7, "hello".getBytes(StandardCharsets.US_ASCII));
        List<byte[]> bad = List.of(
                changed(good, b -> Arrays.copyOf(b, 13)),
                changed(good, b -> Arrays.copyOf(b, 33)),
                changed(good, b -> Arrays.copyOf(b, 40)),
                changed(good, b -> flip(b, 24)), // the header's checksum
                changed(good, b -> flip(b, 42)), // the datagram
                ip(GUEST, OUTSIDE, 17, new byte[7]),
                ip(GUEST, OUTSIDE, 17, hex("0fa0000700ff0000")), // longer than its packet
                ip(GUEST, OUTSIDE, 17, hex("0fa0000000080000")), // to port 0
                header(good, 14, 0x46), // options
                header(good, 14, 0x65), // version 6
                header(good, 20, 0x20), // a fragment, the first
                header(good, 21, 1), // one that is not the first
                header(good, 22, 0), // has come too far
                udp("0a000202", OUTSIDE, 4000, 7, new byte[1]), // the gateway's own address
                udp("c0a80001", OUTSIDE, 4000, 7, new byte[1]), // none of this network
                udp(GUEST, "7f000001", 4000, 7, new byte[1]), // the host itself
                udp(GUEST, "00000001", 4000, 7, new byte[1]),
                udp(GUEST, "e0000001", 4000, 7, new byte[1]), // a group
                udp(GUEST, "ffffffff", 4000, 7, new byte[1]),
                udp(GUEST, "0a000207", 4000, 7, new byte[1]), // nobody on this network
                changed(good, b -> flip(b, 6)), // from a group's wire address
                changed(good, b -> flip(b, 1))); // to another machine
        for (byte[] frame : bad) {
            receive(frame);
        }
        assertThat(sentOutside).isEmpty();
        assertThat(toGuest).isEmpty();
        receive(good);
        // What a short frame is filled up with is not part of it.
        receive(Arrays.copyOf(good, 60));
        assertThat(sentOutside).hasSize(2);
    }

    private static byte[] changed(byte[] frame, UnaryOperator<byte[]> change) {
        return change.apply(frame.clone());
    }

    private static byte[] flip(byte[] frame, int at) {
        frame[at] ^= 1;
        return frame;
    }

    /** Sets a byte of the IPv4 header, with a right checksum. */
    private static byte[] header(byte[] good, int at, int value) {
        byte[] frame = good.clone();
        frame[at] = (byte) value;
        ByteBuffer out = ByteBuffer.wrap(frame);
        out.putShort(24, (short) 0);
        out.putShort(24, (short) Packets.checksum(Arrays.copyOfRange(frame, 14, 34)));
        return frame;
    }

    @Test
    void whateverIsSentNothingIsThrownAndAnswersAreFrames() {
        Random random = new Random(20_26);
        List<byte[]> seeds = List.of(
                hex("ffffffffffff 525400123456 0806 0001 0800 06 04 0001 525400123456 0a00020f 000000000000 0a000202"),
                echo(GATEWAY, "data"),
                dhcp(0, 1, "3204" + GUEST + "3d07"),
                udp(GUEST, OUTSIDE, 4000, 7, new byte[9]));
        int answers = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] frame = seeds.get(random.nextInt(seeds.size())).clone();
            for (int change = random.nextInt(4); change > 0; change--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                frame = Arrays.copyOf(frame, random.nextInt(frame.length + 20));
            }
            mendChecksums(frame);
            receive(frame);
            for (byte[] answer : toGuest) {
                assertThat(answer.length).isBetween(42, 1514);
            }
            answers += toGuest.size();
            toGuest.clear();
            sentOutside.clear();
        }
        assertThat(answers).isGreaterThan(10_000);
    }

    /** So that more than the checksum is looked at. */
    private static void mendChecksums(byte[] frame) {
        if (frame.length >= 34) {
            ByteBuffer out = ByteBuffer.wrap(frame);
            out.putShort(24, (short) 0);
            out.putShort(24, (short) Packets.checksum(Arrays.copyOfRange(frame, 14, 34)));
            if (frame[23] == 17 && frame.length >= 42) {
                out.putShort(40, (short) 0);
            }
        }
    }
}
