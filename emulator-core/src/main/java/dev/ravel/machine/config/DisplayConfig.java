package dev.ravel.machine.config;

import dev.ravel.display.Size;
import dev.ravel.virtio.VirtioGpu;
import java.util.List;

/**
 * A display. A machine has one at most; a front end finds what it shows with {@link dev.ravel.machine.Machine#virtio}.
 *
 * @param width pixels, 1 to {@link Size#MAX}
 * @param height pixels
 */
public record DisplayConfig(int width, int height) implements DeviceConfig {
    private static final Field SIZE = new Field.Device(DisplayConfig.class, "display", "size");

    /**
     * Checks the size.
     *
     * @throws ConfigurationException if it is no display's
     */
    public DisplayConfig {
        if (width < 1 || width > Size.MAX || height < 1 || height > Size.MAX) {
            throw new ConfigurationException(
                    SIZE, width + "x" + height + ": give a size from 1x1 to " + Size.MAX + "x" + Size.MAX);
        }
    }

    /** Whether there is a display among a machine's devices. */
    public static boolean isIn(List<DeviceConfig> devices) {
        return devices.stream().anyMatch(DisplayConfig.class::isInstance);
    }

    @Override
    public void check(List<DeviceConfig> before) {
        if (isIn(before)) {
            throw new ConfigurationException(SIZE, width + "x" + height + ": a machine has one display only");
        }
    }

    @Override
    public void attach(Backplane board) {
        Size size = new Size(width, height);
        board.virtio(SIZE, new VirtioGpu(board.memory(), board.worker("display", 1), board.events(), size));
    }
}
