package dev.ravel.machine.config;

import dev.ravel.device.ConsolePort;
import java.util.List;

/**
 * A device that a machine shall have. Each record checks its components when it is made ({@link ConfigurationException})
 * and knows how its device is attached; nothing else in a machine knows what kinds there are.
 */
public sealed interface DeviceConfig
        permits DiskConfig,
                ShareConfig,
                BalloonConfig,
                NetworkConfig,
                VsockConfig,
                DisplayConfig,
                InputConfig,
                VirtioConsoleConfig,
                EntropyConfig,
                FwCfgConfig,
                FlashConfig {

    /** What every machine has: those of these kinds that were not added. */
    static List<DeviceConfig> onEveryBoard() {
        return List.of(
                new VirtioConsoleConfig(ConsolePort.NONE),
                new EntropyConfig(),
                new FwCfgConfig(List.of()),
                new FlashConfig(List.of()));
    }

    /**
     * Checks it beside the machine's other devices, before anything is opened.
     *
     * @param before those that were added before it
     * @throws ConfigurationException if they do not go together
     */
    default void check(List<DeviceConfig> before) {}

    /**
     * Opens what the device needs of the host, makes it and plugs it in. What was opened is the board's from then on.
     *
     * @throws ConfigurationException if the host does not give it
     */
    void attach(Backplane board);
}
