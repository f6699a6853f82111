package dev.ravel.machine.config;

import dev.ravel.input.InputKind;
import dev.ravel.virtio.VirtioInput;
import java.util.List;
import java.util.Locale;

/**
 * A device for what a person does. A machine has one of each kind at most; a front end finds it with {@link
 * dev.ravel.machine.Machine#virtios}.
 *
 * @param kind what it is
 */
public record InputConfig(InputKind kind) implements DeviceConfig {
    private static final Field KIND = new Field.Device(InputConfig.class, "input", "kind");

    @Override
    public void check(List<DeviceConfig> before) {
        if (before.contains(this)) {
            throw new ConfigurationException(
                    KIND, kind.name().toLowerCase(Locale.ROOT) + ": given twice: a machine has one only");
        }
    }

    @Override
    public void attach(Backplane board) {
        board.virtio(KIND, new VirtioInput(kind, board.events()));
    }
}
