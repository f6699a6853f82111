package dev.ravel.guest;

import dev.ravel.device.QueuedConsole;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.machine.config.ShareConfig;
import dev.ravel.net.user.UserNetworkSettings;
import java.util.List;
import java.util.Optional;

/** One of Ravel's own, on the user network, from which the installer reaches Ravel's server of packages on the host. */
final class RavelInstallerMachine implements InstallerMachine {
    /** Enough that what the installer has just written and reads again is still there. */
    private static final long MEMORY = 1L << 30;

    @Override
    public void run(Setup setup, Output output) throws GuestException {
        UserNetworkSettings network = new UserNetworkSettings(true, Optional.empty(), List.of());
        try (Machine machine = Machine.builder()
                .memory(MEMORY)
                .kernel(setup.kernel())
                .initrd(setup.initrd())
                .append(setup.commandLine())
                .add(new DiskConfig(setup.disk(), false))
                .add(new ShareConfig(setup.share(), "install", false))
                .add(new NetworkConfig(new NetworkConfig.Network.User(network)))
                .console(new QueuedConsole(1, output::accept))
                .build()) {
            if (machine.run() instanceof End.Broken broken) {
                throw new GuestException("the installing machine broke: " + broken.cause(), broken.cause());
            }
        } catch (ConfigurationException e) {
            throw new GuestException("the installing machine cannot be built: " + e.getMessage(), e);
        }
    }
}
