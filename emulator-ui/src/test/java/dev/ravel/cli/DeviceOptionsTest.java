package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.machine.config.DeviceConfig;
import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.machine.config.NetworkConfig.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DeviceOptionsTest {
    private static List<DeviceConfig> devices(boolean networked, String... options) {
        DeviceOptions parsed = new DeviceOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("devices", spec(parsed))).parseArgs(options);
        return parsed.all(networked);
    }

    private static CommandLine.Model.CommandSpec spec(DeviceOptions options) {
        return CommandLine.Model.CommandSpec.forAnnotatedObject(options);
    }

    @Test
    void aMachineIsOnAUserNetworkBehindItsOtherDevicesIfNothingIsSaid() {
        assertThat(devices(true)).containsExactly(NetworkConfig.user());
        assertThat(devices(true, "--disk", "a.img")).hasSize(2).last().isEqualTo(NetworkConfig.user());
    }

    @Test
    void whatIsSaidOfTheNetworkTakesItsPlace() {
        NetworkConfig none = new NetworkConfig(new Network.None());
        assertThat(devices(true, "--net", "none")).containsExactly(none);
        assertThat(devices(true, "--net", "user,hostaccess=on"))
                .doesNotContain(NetworkConfig.user())
                .hasSize(1);
    }

    @Test
    void aMachineThatCanBeOnNoNetworkIsOnNone() {
        assertThat(devices(false)).isEmpty();
    }

    @Test
    void theNetworkYieldsToDevicesThatTakeAllSlots() {
        String[] disks = "--disk a --disk b --disk c --disk d --disk e --balloon on".split(" ");
        assertThat(devices(true, disks)).hasSize(6).noneMatch(NetworkConfig.class::isInstance);
    }
}
