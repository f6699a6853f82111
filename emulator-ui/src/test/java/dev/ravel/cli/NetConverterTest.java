package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.machine.config.NetworkConfig.Network;
import dev.ravel.net.socket.SocketEnd;
import dev.ravel.net.user.UserNetworkSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class NetConverterTest {
    private static NetworkConfig read(String text) {
        return new NetConverter().convert(text);
    }

    private static UserNetworkSettings user(String text) {
        return ((Network.User) read(text).network()).settings();
    }

    @Test
    void aUserNetworkHasWhatIsSaidAndQemusAddressOtherwise() {
        assertThat(read("none").network()).isEqualTo(new Network.None());
        assertThat(user("user")).isEqualTo(UserNetworkSettings.DEFAULT);
        assertThat(user("user,hostaccess=on").hostAccess()).isTrue();
        assertThat(read("user").address()).hasToString("52:54:00:12:34:56");
        assertThat(read("user,mac=52-54-00-AB-cd-01").address()).hasToString("52:54:00:ab:cd:01");
    }

    @ParameterizedTest
    @CsvSource({
        "tcp:2222-:22, tcp 127.0.0.1:2222, 10.0.2.15, 22",
        "tcp::2222-:22, tcp 127.0.0.1:2222, 10.0.2.15, 22",
        "::2222-:22, tcp 127.0.0.1:2222, 10.0.2.15, 22",
        "udp:0.0.0.0:53-10.0.2.20:5353, udp 0.0.0.0:53, 10.0.2.20, 5353",
        "tcp:[::1]:65535-:65535, tcp [0:0:0:0:0:0:0:1]:65535, 10.0.2.15, 65535"
    })
    void forwardsAreReadAsQemuWritesThemAndListenOnLoopbackUnlessAnAddressIsGiven(
            String text, String host, String guest, int guestPort) {
        assertThat(user("user,hostfwd=" + text).forwards()).singleElement().satisfies(forward -> {
            assertThat(forward).hasToString(host);
            assertThat(forward.guest()).isEqualTo(InetAddress.ofLiteral(guest));
            assertThat(forward.guestPort()).isEqualTo(guestPort);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "listen=1234, localhost, 1234",
        "listen=:1234, localhost, 1234",
        "listen=0.0.0.0:1234, 0.0.0.0, 1234",
        "connect=localhost:65535, localhost, 65535",
        "connect=[::1]:1, ::1, 1"
    })
    void aSocketsEndIsReadAndListensOnLoopbackUnlessAHostIsGiven(String text, String host, int port) {
        NetworkConfig config = read("socket," + text + ",mac=52:54:00:12:34:57");
        InetSocketAddress address = InetSocketAddress.createUnresolved(host, port);
        assertThat(config.network())
                .isEqualTo(new Network.Socket(
                        text.startsWith("listen") ? new SocketEnd.Listen(address) : new SocketEnd.Connect(address)));
        assertThat(config.address()).hasToString("52:54:00:12:34:57");
    }

    @Test
    void severalPortsAreForwarded() {
        assertThat(user("user,hostfwd=tcp:1-:2,hostfwd=udp:3-:4").forwards())
                .extracting(forward -> forward.listen())
                .containsExactly(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 3));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    tap|'tap' is no network that is known: write user
                    user,mtu=9000|'mtu=9000' is not known: write user
                    user,|'' is not known: write user
                    user,hostaccess|'hostaccess' is not known: write user
                    user,mac=52:54:00|'52:54:00' is no MAC address
                    user,mac=52:54:00:12-34-56|is no MAC address
                    user,mac=01:00:5e:00:00:01|01:00:5e:00:00:01 cannot be a device's address
                    user,mac=00:00:00:00:00:00|00:00:00:00:00:00 cannot be a device's address
                    socket|socket takes one of listen=[HOST:]PORT and connect=HOST:PORT
                    socket,listen=1,connect=localhost:2|socket takes one of
                    socket,listen=1,hostfwd=tcp:1-:2|'hostfwd=tcp:1-:2' is not known: write user
                    socket,listen=0|'listen=0': 0 is no port: they are 1 to 65535
                    socket,listen=|'listen=' is neither listen=[HOST:]PORT nor connect=HOST:PORT
                    socket,listen=::1:5|'listen=::1:5' is neither
                    socket,connect=1234|'connect=1234' is neither
                    socket,connect=:1234|'connect=:1234' is neither
                    socket,connect=localhost|'connect=localhost' is neither
                    user,hostfwd=tcp:70000-:22|70000 is no port: they are 1 to 65535
                    user,hostfwd=tcp:99999999999-:22|99999999999 is no port
                    user,hostfwd=udp::1-:0|0 is no port
                    user,hostfwd=tcp:localhost:2222-:22|'localhost' is no IP address
                    user,hostfwd=tcp:2222-10.0.2.2:22|10.0.2.2 is no address of a guest
                    user,hostfwd=tcp:2222-192.0.2.1:22|192.0.2.1 is no address of a guest
                    """)
    void whatMakesNoSenseIsSaidInOneLine(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "2222:22", "tcp:2222", "sctp:1-:2", "tcp:-1-:22", "tcp:1-:", "tcp:1-22", "tcp:::1:1-:2"})
    void whatIsNoForwardIsToldTheForm(String text) {
        assertThatThrownBy(() -> read("user,hostfwd=" + text))
                .hasMessageContaining("hostfwd '" + text + "' is not tcp|udp:[ADDRESS:]PORT-[GUESTADDRESS]:PORT");
    }
}
