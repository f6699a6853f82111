package dev.ravel.net.user;

import dev.ravel.net.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Frames as a guest makes and reads them, written apart from the code that is tested. */
final class Packets {
    static final String GUEST_MAC = "525400123456";
    static final String GATEWAY_MAC = "52550a000202";

    private Packets() {}

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    static void send(UserNetwork network, byte[] frame) {
        network.send(Frame.of(frame));
    }

    static String hexOf(byte[] bytes, int from, int to) {
        return HexFormat.of().formatHex(bytes, from, to);
    }

    /** RFC 1071, byte pairs added with the carry put back at once. */
    static int checksum(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        byte[] bytes = all.toByteArray();
        int sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            int low = i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0;
            sum += ((bytes[i] & 0xff) << 8) + low;
            if (sum > 0xffff) {
                sum -= 0xffff;
            }
        }
        return sum == 0xffff ? 0 : ~sum & 0xffff;
    }

    /** An IPv4 frame from the guest to the gateway's wire address; addresses are eight hexadecimal digits. */
    static byte[] ip(String from, String to, int protocol, byte[] payload) {
        ByteBuffer header = ByteBuffer.allocate(20);
        header.put((byte) 0x45).put((byte) 0).putShort((short) (20 + payload.length));
        header.putInt(0x1234_4000).put((byte) 64).put((byte) protocol).putShort((short) 0);
        header.put(hex(from)).put(hex(to));
        header.putShort(10, (short) checksum(header.array()));
        return ByteBuffer.allocate(34 + payload.length)
                .put(hex(GATEWAY_MAC + GUEST_MAC + "0800"))
                .put(header.array())
                .put(payload)
                .array();
    }

    static byte[] udp(String from, String to, int fromPort, int toPort, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(8 + payload.length);
        out.putShort((short) fromPort).putShort((short) toPort).putShort((short) out.capacity());
        out.putShort((short) 0).put(payload);
        out.putShort(6, (short) checksum(pseudo(from, to, out.capacity()), out.array()));
        return ip(from, to, 17, out.array());
    }

    static byte[] pseudo(String from, String to, int length) {
        return hex(from + to + "0011" + String.format("%04x", length));
    }

    static byte[] echo(String to, String text) {
        byte[] data = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(8 + data.length);
        out.put((byte) 8).put((byte) 0).putShort((short) 0).putInt(0x0bad_0001).put(data);
        out.putShort(2, (short) checksum(out.array()));
        return ip("0a00020f", to, 1, out.array());
    }
}
