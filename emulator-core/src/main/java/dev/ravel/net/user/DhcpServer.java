package dev.ravel.net.user;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/** The network's DHCP server (RFC 2131, 2132): it has one address to give, so it remembers nothing. */
final class DhcpServer {
    static final int SERVER_PORT = 67;
    static final int CLIENT_PORT = 68;

    private static final int REQUEST = 1;
    private static final int REPLY = 2;
    private static final int ETHERNET = 1;
    private static final int BROADCAST_FLAG = 0x8000;
    private static final int MAGIC = 0x6382_5363;
    private static final int LEASE_SECONDS = 86_400;
    /** Bytes of a message before its options. */
    private static final int FIXED = 240;
    /** Old clients take no shorter message. */
    private static final int SHORTEST = 300;

    // Where fields are (RFC 2131, 2).
    private static final int XID = 4;
    private static final int FLAGS = 10;
    private static final int CIADDR = 12;
    private static final int YIADDR = 16;
    private static final int SIADDR = 20;
    private static final int GIADDR = 24;
    private static final int CHADDR = 28;
    private static final int CHADDR_SIZE = 16;
    private static final int COOKIE = 236;

    // Options (RFC 2132).
    private static final int PAD = 0;
    private static final int SUBNET_MASK = 1;
    private static final int ROUTER = 3;
    private static final int DOMAIN_NAME_SERVER = 6;
    private static final int BROADCAST_ADDRESS = 28;
    private static final int REQUESTED_ADDRESS = 50;
    private static final int LEASE_TIME = 51;
    private static final int MESSAGE_TYPE = 53;
    private static final int SERVER_IDENTIFIER = 54;
    private static final int END = 255;

    private static final int DISCOVER = 1;
    private static final int OFFER = 2;
    private static final int REQUEST_TYPE = 3;
    private static final int ACK = 5;
    private static final int NAK = 6;
    private static final int INFORM = 8;

    private DhcpServer() {}

    /**
     * An answer.
     *
     * @param to the client's address, or everybody's
     */
    record Answer(int to, byte[] message) {}

    /** The answer to a client's message; empty if it needs none or is damaged. */
    static Optional<Answer> answer(byte[] message) {
        if (message.length < FIXED || message[0] != REQUEST || message[1] != ETHERNET || message[2] != 6) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(message);
        TreeMap<Integer, byte[]> options = options(message);
        byte[] type = options.getOrDefault(MESSAGE_TYPE, new byte[0]);
        if (in.getInt(COOKIE) != MAGIC || in.getInt(GIADDR) != 0 || type.length != 1) {
            return Optional.empty();
        }
        return switch (type[0]) {
            case DISCOVER -> Optional.of(reply(in, OFFER));
            case REQUEST_TYPE -> request(in, options);
            case INFORM -> Optional.of(reply(in, ACK, 0, in.getInt(CIADDR)));
            default -> Optional.empty();
        };
    }

    private static Optional<Answer> request(ByteBuffer in, TreeMap<Integer, byte[]> options) {
        int server = address(options, SERVER_IDENTIFIER).orElse(UserAddresses.GATEWAY);
        if (server != UserAddresses.GATEWAY) {
            // The client took another server's offer.
            return Optional.empty();
        }
        int wanted = address(options, REQUESTED_ADDRESS).orElse(in.getInt(CIADDR));
        return Optional.of(wanted == UserAddresses.GUEST ? reply(in, ACK) : reply(in, NAK, 0, UserAddresses.BROADCAST));
    }

    /** An offer or a lease; where it goes is as RFC 2131, 4.1 has it. */
    private static Answer reply(ByteBuffer in, int type) {
        int client = in.getInt(CIADDR);
        boolean broadcast = client != UserAddresses.GUEST && (in.getShort(FLAGS) & BROADCAST_FLAG) != 0;
        return reply(in, type, UserAddresses.GUEST, broadcast ? UserAddresses.BROADCAST : UserAddresses.GUEST);
    }

    private static Answer reply(ByteBuffer in, int type, int yours, int to) {
        ByteBuffer out = ByteBuffer.allocate(SHORTEST);
        out.put(0, new byte[] {REPLY, ETHERNET, 6, 0});
        out.putInt(XID, in.getInt(XID));
        out.putShort(FLAGS, in.getShort(FLAGS));
        out.putInt(CIADDR, type == NAK ? 0 : in.getInt(CIADDR));
        out.putInt(YIADDR, yours);
        out.putInt(SIADDR, type == NAK ? 0 : UserAddresses.GATEWAY);
        out.put(CHADDR, in, CHADDR, CHADDR_SIZE);
        out.putInt(COOKIE, MAGIC);
        out.position(FIXED);
        out.put((byte) MESSAGE_TYPE).put((byte) 1).put((byte) type);
        option(out, SERVER_IDENTIFIER, UserAddresses.GATEWAY);
        if (type != NAK) {
            if (yours != 0) {
                option(out, LEASE_TIME, LEASE_SECONDS);
            }
            option(out, SUBNET_MASK, UserAddresses.NETMASK);
            option(out, BROADCAST_ADDRESS, UserAddresses.NETWORK_BROADCAST);
            option(out, ROUTER, UserAddresses.GATEWAY);
            option(out, DOMAIN_NAME_SERVER, UserAddresses.RESOLVER);
        }
        out.put((byte) END);
        return new Answer(to, out.array());
    }

    private static void option(ByteBuffer out, int code, int value) {
        out.put((byte) code).put((byte) Integer.BYTES).putInt(value);
    }

    private static Optional<Integer> address(TreeMap<Integer, byte[]> options, int code) {
        return Optional.ofNullable(options.get(code))
                .filter(bytes -> bytes.length == Integer.BYTES)
                .map(bytes -> ByteBuffer.wrap(bytes).getInt());
    }

    /** The options by their codes; what is cut off is left out. */
    private static TreeMap<Integer, byte[]> options(byte[] message) {
        TreeMap<Integer, byte[]> options = new TreeMap<>();
        int at = FIXED;
        while (at < message.length && (message[at] & 0xff) != END) {
            if (message[at] == PAD) {
                at++;
                continue;
            }
            int code = message[at] & 0xff;
            int start = at + 2;
            int end = start <= message.length ? start + (message[at + 1] & 0xff) : Integer.MAX_VALUE;
            if (end > message.length) {
                break;
            }
            options.put(code, Arrays.copyOfRange(message, start, end));
            at = end;
        }
        return options;
    }
}
