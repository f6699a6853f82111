package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.machine.config.VsockConfig;
import dev.ravel.net.vsock.VsockSettings;
import dev.ravel.net.vsock.VsockSettings.GuestForward;
import dev.ravel.net.vsock.VsockSettings.HostForward;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class VsockConverterTest {
    private static VsockConfig read(String text) {
        return new VsockConverter().convert(text);
    }

    @Test
    void aDeviceHasAnAddressASocketAndPortsThatAreOnLoopbackUnlessAnAddressIsGiven() {
        assertThat(read("cid=3").settings()).isEqualTo(new VsockSettings(3, Optional.empty(), List.of(), List.of()));
        assertThat(read("cid=4294967294,path=a/v,hostfwd=tcp:2222-:22,hostfwd=tcp:0.0.0.0:1-:4294967294,"
                                + "guestfwd=tcp::80-8080,guestfwd=tcp::0-[::1]:8081")
                        .settings())
                .isEqualTo(new VsockSettings(
                        4294967294L,
                        Optional.of(Path.of("a/v")),
                        List.of(
                                new HostForward(new InetSocketAddress(InetAddress.getLoopbackAddress(), 2222), 22),
                                new HostForward(new InetSocketAddress("0.0.0.0", 1), 4294967294L)),
                        List.of(
                                new GuestForward(80, new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080)),
                                new GuestForward(0, new InetSocketAddress("::1", 8081)))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    path=v|'path=v' has no cid: write cid=N
                    cid=3,|'' is not known: write cid=N
                    cid=3,mac=1|'mac=1' is not known: write cid=N
                    cid=x|cid=x is no number
                    cid=2|cid=2 is not a guest's: give one from 3 to 4294967294
                    cid=3,path=|path= names no socket
                    cid=3,hostfwd=tcp:1-2|'hostfwd=tcp:1-2' is not hostfwd=tcp:[ADDRESS:]PORT-:PORT
                    cid=3,hostfwd=udp:1-:2|is not hostfwd=tcp:[ADDRESS:]PORT-:PORT
                    cid=3,hostfwd=tcp:0-:2|0 is no port: they are 1 to 65535
                    cid=3,hostfwd=tcp:localhost:1-:2|'localhost' is no IP address
                    cid=3,hostfwd=tcp:1-:4294967295|4294967295 is no port of a vsock: they are 0 to 4294967294
                    cid=3,guestfwd=tcp:1-2|is not guestfwd=tcp::PORT-[ADDRESS:]PORT
                    cid=3,guestfwd=tcp::1-2,guestfwd=tcp::1-3|two guestfwd are for port 1; leave one out
                    """)
    void whatMakesNoSenseIsSaidInOneLine(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining(message);
    }
}
