package dev.ravel.machine.config;

import dev.ravel.device.ConsolePort;
import dev.ravel.virtio.VirtioConsole;
import java.util.List;

/**
 * The virtio console, {@code hvc0} in Linux. A machine that is given none has one with nobody at it.
 *
 * @param port the host's side: another one than that of the serial line
 */
public record VirtioConsoleConfig(ConsolePort port) implements DeviceConfig {
    private static final VirtioConsole.Size SIZE = new VirtioConsole.Size(80, 25);

    @Override
    public void check(List<DeviceConfig> before) {
        if (before.stream().anyMatch(VirtioConsoleConfig.class::isInstance)) {
            throw new ConfigurationException(
                    new Field.Device(VirtioConsoleConfig.class, "virtio console", "port"),
                    "given twice: a machine has one only");
        }
    }

    @Override
    public void attach(Backplane board) {
        board.virtio(Board.VIRTIO_CONSOLE, new VirtioConsole(port, board.events(), SIZE));
    }
}
