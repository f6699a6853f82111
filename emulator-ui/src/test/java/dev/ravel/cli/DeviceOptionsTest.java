package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.input.InputKind;
import dev.ravel.machine.config.DeviceConfig;
import dev.ravel.machine.config.DisplayConfig;
import dev.ravel.machine.config.InputConfig;
import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.machine.config.NetworkConfig.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DeviceOptionsTest {
    private static List<DeviceConfig> devices(int slots, String... options) {
        DeviceOptions parsed = new DeviceOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("devices", spec(parsed))).parseArgs(options);
        return parsed.all(slots);
    }

    private static CommandLine.Model.CommandSpec spec(DeviceOptions options) {
        return CommandLine.Model.CommandSpec.forAnnotatedObject(options);
    }

    @Test
    void aMachineIsOnAUserNetworkBehindItsOtherDevicesIfNothingIsSaid() {
        assertThat(devices(6)).containsExactly(NetworkConfig.user());
        assertThat(devices(6, "--disk", "a.img")).hasSize(2).last().isEqualTo(NetworkConfig.user());
    }

    @Test
    void whatIsSaidOfTheNetworkTakesItsPlace() {
        NetworkConfig none = new NetworkConfig(new Network.None());
        assertThat(devices(6, "--net", "none")).containsExactly(none);
        assertThat(devices(6, "--net", "user,hostaccess=on"))
                .doesNotContain(NetworkConfig.user())
                .hasSize(1);
    }

    @Test
    void aMachineThatCanBeOnNoNetworkIsOnNone() {
        assertThat(devices(0)).isEmpty();
    }

    @Test
    void aDisplayBringsKeyboardAndTabletUnlessTheyAreNamed() {
        assertThat(devices(6, "--display", "640x480"))
                .contains(
                        new DisplayConfig(640, 480),
                        new InputConfig(InputKind.KEYBOARD),
                        new InputConfig(InputKind.TABLET));
        assertThat(devices(0, "--display", "on", "--input", "tablet"))
                .containsExactly(new DisplayConfig(1280, 800), new InputConfig(InputKind.TABLET));
    }

    @Test
    void theNetworkYieldsToDevicesThatTakeAllSlots() {
        String[] disks = "--disk a --disk b --disk c --disk d --disk e --balloon on".split(" ");
        assertThat(devices(6, disks)).hasSize(6).noneMatch(NetworkConfig.class::isInstance);
    }
}
