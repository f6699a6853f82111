package dev.ravel.machine.config;

import dev.ravel.virtio.VirtioBalloon;
import java.util.List;

/**
 * A memory balloon: the guest reports free pages, and the host gets them back. A machine has one at most.
 *
 * @param target bytes of RAM that the guest shall get along with; as much as it has, or more, for all
 */
public record BalloonConfig(long target) implements DeviceConfig {
    private static final Field TARGET = new Field.Device(BalloonConfig.class, "balloon", "target");

    /**
     * Checks the target.
     *
     * @throws ConfigurationException if it is negative
     */
    public BalloonConfig {
        if (target < 0) {
            throw new ConfigurationException(TARGET, target + ": give a number of bytes that is not negative");
        }
    }

    @Override
    public void check(List<DeviceConfig> before) {
        if (before.stream().anyMatch(BalloonConfig.class::isInstance)) {
            throw new ConfigurationException(TARGET, target + ": a machine has one balloon only");
        }
    }

    @Override
    public void attach(Backplane board) {
        VirtioBalloon balloon = new VirtioBalloon(board.memory(), board.events());
        balloon.setTarget(target);
        board.virtio(TARGET, balloon);
    }
}
