package dev.ravel.net.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.net.Checksum;
import dev.ravel.net.tcp.TcpSegment.Options;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpSegmentTest {
    private static final int FROM = 0x0a00_020f;
    private static final int TO = 0x0a00_0202;

    private static byte[] withChecksum(String digits) {
        byte[] bytes = HexFormat.of().parseHex(digits.replace(" ", ""));
        ByteBuffer.wrap(bytes).putShort(16, (short) Checksum.of(FROM, TO, TcpSegment.PROTOCOL, bytes));
        return bytes;
    }

    /** A SYN as Linux sends it: MSS 1460, SACK permitted, timestamps, scale 7. */
    @Test
    void theOptionsThatCountAreFoundAmongOthers() {
        byte[] syn = withChecksum(
                "8e3c 0050 12345678 00000000 a002 faf0 0000 0000" + "020405b4 0402 080a0102030400000000 01 030307");
        TcpSegment segment = TcpSegment.parse(FROM, TO, syn, false).orElseThrow();
        assertThat(segment.sourcePort()).isEqualTo(0x8e3c);
        assertThat(segment.destinationPort()).isEqualTo(80);
        assertThat(segment.sequence()).isEqualTo(0x1234_5678);
        assertThat(segment.flags()).isEqualTo(TcpSegment.SYN);
        assertThat(segment.window()).isEqualTo(0xfaf0);
        assertThat(segment.options()).isEqualTo(new Options(OptionalInt.of(1460), OptionalInt.of(7)));
        assertThat(segment.length()).isOne();
    }

    @Test
    void whatIsSentIsReadTheSame() {
        byte[] text = "odd".getBytes(StandardCharsets.US_ASCII);
        TcpSegment sent = new TcpSegment(
                80,
                4000,
                -1,
                7,
                TcpSegment.SYN | TcpSegment.ACK,
                65_535,
                new Options(OptionalInt.of(1460), OptionalInt.of(3)),
                text);
        TcpSegment read =
                TcpSegment.parse(TO, FROM, sent.toBytes(TO, FROM, false), false).orElseThrow();
        assertThat(read).usingRecursiveComparison().isEqualTo(sent);
        assertThat(TcpSegment.parse(TO, FROM + 1, sent.toBytes(TO, FROM, false), false))
                .as("the addresses are part of the checksum")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "8e3c 0050 12345678 00000000 4002 faf0 0000 0000, the header shorter than one",
        "8e3c 0050 12345678 00000000 6002 faf0 0000 0000, the header longer than the segment",
        "0000 0050 12345678 00000000 5002 faf0 0000 0000, from port 0",
        "8e3c 0000 12345678 00000000 5002 faf0 0000 0000, to port 0",
        "8e3c 0050 12345678 00000000 5002 faf0 0000, cut off"
    })
    void damagedHeadersAreNoSegments(String digits, String what) {
        assertThat(TcpSegment.parse(FROM, TO, withChecksum(digits), false))
                .as(what)
                .isEmpty();
    }

    @Test
    void aSegmentWhoseChecksumIsWrongIsNone() {
        byte[] good = withChecksum("8e3c 0050 12345678 00000000 5002 faf0 0000 0000 61");
        assertThat(TcpSegment.parse(FROM, TO, good, false)).isPresent();
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x10;
            assertThat(TcpSegment.parse(FROM, TO, bad, false)).as("byte " + i).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "02 04 05 b4 01 01 01 03, an option without a length",
        "02 04 05 b4 03 ff 07 00, an option longer than the header",
        "02 04 05 b4 09 00 03 03 07 00 00 00, an option of no length",
        "02 04 05 b4 09 01 03 03 07 00 00 00, an option shorter than its length field",
        "02 04 05 b4 00 03 03 07, after the end"
    })
    void whatFollowsAnOptionThatMakesNoSenseIsNotRead(String options, String what) {
        byte[] bytes = HexFormat.of().parseHex(options.replace(" ", ""));
        String padded = HexFormat.of().formatHex(Arrays.copyOf(bytes, (bytes.length + 3) / 4 * 4));
        String offset = Integer.toHexString(5 + padded.length() / 8);
        byte[] segment = withChecksum("8e3c 0050 12345678 00000000 " + offset + "002 faf0 0000 0000" + padded);
        assertThat(TcpSegment.parse(FROM, TO, segment, false).orElseThrow().options())
                .as(what)
                .isEqualTo(new Options(OptionalInt.of(1460), OptionalInt.empty()));
    }

    @Test
    void aSegmentOfNoConnectionIsAnsweredByAResetThatItsSenderAccepts() {
        TcpSegment data = new TcpSegment(4000, 80, 100, 555, TcpSegment.ACK, 1, Options.NONE, new byte[3]);
        TcpSegment reset = data.refusal().orElseThrow();
        assertThat(reset.flags()).isEqualTo(TcpSegment.RST);
        assertThat(reset.sequence()).isEqualTo(555);
        TcpSegment syn = new TcpSegment(4000, 80, -1, 0, TcpSegment.SYN, 1, Options.NONE, new byte[0]);
        TcpSegment refused = syn.refusal().orElseThrow();
        assertThat(refused.flags()).isEqualTo(TcpSegment.RST | TcpSegment.ACK);
        assertThat(refused.acknowledgment()).isZero();
        assertThat(refused.sourcePort()).isEqualTo(80);
        assertThat(reset.refusal()).as("never a reset for a reset").isEmpty();
    }
}
