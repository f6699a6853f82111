package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.machine.config.BalloonConfig;
import dev.ravel.machine.config.DeviceConfig;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.machine.config.DisplayConfig;
import dev.ravel.machine.config.EntropyConfig;
import dev.ravel.machine.config.Field;
import dev.ravel.machine.config.FlashConfig;
import dev.ravel.machine.config.FwCfgConfig;
import dev.ravel.machine.config.InputConfig;
import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.machine.config.ShareConfig;
import dev.ravel.machine.config.VirtioConsoleConfig;
import dev.ravel.machine.config.VsockConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class FieldNamesTest {
    /** What every machine has anyway. */
    private static final Set<Class<?>> WITHOUT_OPTION = Set.of(EntropyConfig.class, VirtioConsoleConfig.class);

    @TempDir
    private static Path folder;

    @Test
    void everyPartOfAMachineIsSetByAnOptionOfRun() {
        CommandLine run = new CommandLine(new RunCommand());
        for (Field.Part part : Field.Part.values()) {
            assertThat(run.getCommandSpec().findOption(FieldNames.option(part)))
                    .as(part.name())
                    .isNotNull();
        }
    }

    @Test
    void everyKindOfDeviceIsAddedByTheOptionThatHasItsType() {
        assertThat(DeviceOptions.nameOf(DiskConfig.class)).hasValue("--disk");
        assertThat(DeviceOptions.nameOf(ShareConfig.class)).hasValue("--share");
        assertThat(DeviceOptions.nameOf(BalloonConfig.class)).hasValue("--balloon");
        assertThat(DeviceOptions.nameOf(NetworkConfig.class)).hasValue("--net");
        assertThat(DeviceOptions.nameOf(VsockConfig.class)).hasValue("--vsock");
        assertThat(DeviceOptions.nameOf(FwCfgConfig.class)).hasValue("--fw-cfg");
        assertThat(DeviceOptions.nameOf(FlashConfig.class)).hasValue("--pflash");
        assertThat(DeviceOptions.nameOf(DisplayConfig.class)).hasValue("--display");
        assertThat(DeviceOptions.nameOf(InputConfig.class)).hasValue("--input");
        Arrays.stream(DeviceConfig.class.getPermittedSubclasses())
                .filter(kind -> !WITHOUT_OPTION.contains(kind))
                .forEach(kind -> assertThat(DeviceOptions.nameOf(kind.asSubclass(DeviceConfig.class)))
                        .as(kind.getSimpleName())
                        .isPresent());
    }

    @ParameterizedTest
    @MethodSource
    void anErrorNamesTheOptionAsItWasGiven(List<String> options, int status, String message) throws Exception {
        Path program = Files.write(folder.resolve("program"), new byte[] {0x13, 0, 0, 0});
        RavelProcess ravel = new RavelProcess(folder);
        List<String> command = Stream.concat(
                        Stream.of("run", "--headless", "--bios", "none", "--kernel", program.toString()),
                        options.stream())
                .toList();
        assertThat(ravel.run(command.toArray(String[]::new))).isEqualTo(status);
        assertThat(ravel.errors()).contains(message).hasLineCount(1);
    }

    @Test
    void aPortOfTheHostThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = "127.0.0.1:" + taken.getLocalPort();
            anErrorNamesTheOptionAsItWasGiven(
                    List.of("--net", "user,hostfwd=tcp:" + port + "-:22"),
                    1,
                    "ravel: --net user: the host's port tcp " + port
                            + " cannot be the guest's: Address already in use; name another");
        }
    }

    static Stream<Arguments> anErrorNamesTheOptionAsItWasGiven() {
        String share = folder.toString();
        return Stream.of(
                Arguments.of(List.of("--memory", "12345"), 1, "ravel: --memory 12345: RAM must be"),
                Arguments.of(List.of("--disk", "/none/such"), 1, "ravel: --disk /none/such does not exist"),
                Arguments.of(List.of("--initrd", "/none/such"), 1, "ravel: --initrd /none/such: no such file"),
                Arguments.of(
                        List.of("--share", share + ",tag=a", "--share", share + ",tag=a"),
                        1,
                        "ravel: --share " + share + ": another share has the tag 'a'"),
                Arguments.of(List.of("--share", share + ",tag=a/b"), 2, "'a/b' cannot be a tag"),
                Arguments.of(List.of("--net", "tap"), 2, "'tap' is no network that is known: write user"),
                Arguments.of(List.of("--net", "user,mtu=9000"), 2, "'mtu=9000' is not known: write user"),
                Arguments.of(List.of("--vsock", "cid=2"), 2, "cid=2 is not a guest's: give one from 3 to 4294967294"),
                Arguments.of(
                        List.of("--vsock", "cid=3", "--deterministic"),
                        1,
                        "ravel: --vsock cid=3: a deterministic machine has no sockets; leave it out"),
                Arguments.of(
                        List.of("--vsock", "cid=3,path=/none/such"),
                        1,
                        "ravel: --vsock cid=3: the socket /none/such cannot be made: "),
                Arguments.of(
                        List.of("--fw-cfg", "name=opt/a,file=/none/such"),
                        1,
                        "ravel: --fw-cfg opt/a: /none/such does not exist"),
                Arguments.of(
                        List.of("--fw-cfg", "opt/a,string=x", "--fw-cfg", "opt/a,string=y"),
                        1,
                        "ravel: --fw-cfg opt/a: there is a file of this name already"),
                Arguments.of(List.of("--fw-cfg", "name=opt/a,string=x,y"), 2, "and ,, for a comma"),
                Arguments.of(
                        List.of("--input", "tablet", "--input", "tablet"), 1, "ravel: --input tablet: given twice"),
                Arguments.of(List.of("--display", "0x600"), 2, "0x600: give a size from 1x1 to 4095x4095"),
                Arguments.of(
                        List.of("--screenshot", "x.png", "--timeout", "9"),
                        2,
                        "--screenshot wants a machine with --display"),
                Arguments.of(
                        List.of("--display", "on", "--screenshot", "x.png", "--timeout", "0.5"),
                        1,
                        "ravel: --screenshot x.png: the display shows nothing"),
                Arguments.of(List.of("--display", "big"), 2, "'big' is no size: write WIDTHxHEIGHT, such as 1280x800"),
                Arguments.of(List.of("--input", "mouse"), 2, "'mouse' is not known: write keyboard or tablet"),
                Arguments.of(List.of("--pflash", "/none/such"), 1, "ravel: --pflash /none/such does not exist"),
                Arguments.of(List.of("--pflash", "/none/such,temporary"), 2, "'temporary' is not known: write FILE"));
    }
}
