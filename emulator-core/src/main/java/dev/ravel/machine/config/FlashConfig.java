package dev.ravel.machine.config;

import dev.ravel.device.Flash;
import dev.ravel.device.FlashContents;
import dev.ravel.disk.DiskImages;
import dev.ravel.disk.ImageFormat;
import dev.ravel.host.BlockBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The board's flash, which every machine has: two banks. If the first has an image, firmware starts what is in it instead of
 * a kernel, which the image finds in the {@code fw_cfg} device then; without firmware, the machine itself does.
 *
 * @param images of the banks in their order: the first firmware's code, the second its variables; a bank without is empty and
 *     forgets what is written to it
 */
public record FlashConfig(List<Image> images) implements DeviceConfig {
    private static final Field IMAGES = new Field.Device(FlashConfig.class, "flash", "images");
    private static final int BANKS = 2;

    /**
     * The image of a bank, which the machine locks until it is closed, and which has to be as large as the bank.
     *
     * @param readOnly whether the guest may only read it; otherwise what it programs is kept in the file
     * @param format empty: as its first bytes say
     */
    public record Image(Path file, boolean readOnly, Optional<ImageFormat> format) {}

    /**
     * Checks that there is a bank for each.
     *
     * @throws ConfigurationException if not
     */
    public FlashConfig {
        images = List.copyOf(images);
        if (images.size() > BANKS) {
            throw new ConfigurationException(IMAGES, images.getLast().file + ": the board has two banks of flash only");
        }
    }

    /** The images of both. */
    public FlashConfig and(FlashConfig other) {
        return new FlashConfig(
                Stream.concat(images.stream(), other.images.stream()).toList());
    }

    /** Whether firmware is to start what is in flash. */
    public static boolean startsFlash(List<DeviceConfig> devices) {
        return devices.stream().anyMatch(device -> device instanceof FlashConfig flash && !flash.images.isEmpty());
    }

    @Override
    public void check(List<DeviceConfig> before) {
        if (before.stream().anyMatch(FlashConfig.class::isInstance)) {
            throw new ConfigurationException(IMAGES, "given twice: a machine has one flash only");
        }
    }

    @Override
    public void attach(Backplane board) {
        board.map(
                new Flash(
                        contents(0, board),
                        contents(1, board),
                        (offset, bytes) -> board.instructions(Board.FLASH + offset, bytes)),
                Board.FLASH,
                Flash.SIZE);
    }

    private FlashContents contents(int bank, Backplane board) {
        return bank < images.size() ? open(images.get(bank), board) : FlashContents.empty();
    }

    private static FlashContents open(Image image, Backplane board) {
        try {
            BlockBackend opened =
                    board.own(DiskImages.open(image.file, image.readOnly, image.format, /* backingAnywhere */ false));
            if (opened.size() != FlashContents.SIZE) {
                throw new ConfigurationException(
                        IMAGES,
                        image.file + ": has " + opened.size() + " bytes; a bank of flash has " + FlashContents.SIZE
                                + ": truncate -s 32M makes a file fit");
            }
            return FlashContents.of(opened, image.file.getFileName().toString());
        } catch (IOException e) {
            throw new ConfigurationException(IMAGES, Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
        }
    }
}
