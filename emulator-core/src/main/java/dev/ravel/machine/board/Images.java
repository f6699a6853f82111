package dev.ravel.machine.board;

import dev.ravel.boot.BootImage;
import dev.ravel.boot.BootLayout;
import dev.ravel.boot.FirmwareProvider;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.fdt.DeviceTree;
import dev.ravel.fdt.FdtFormatException;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.Board;
import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.machine.config.Field;
import dev.ravel.machine.config.MachineConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The files that a machine starts with, read and checked before anything else of it exists.
 *
 * @param firmware what runs in M-mode, if it is not the kernel itself
 * @param firmwareSize bytes from the start of RAM that the built-in firmware keeps; 0 if it is not used
 * @param initrd empty if there is none
 * @param deviceTree the user's own
 */
record Images(
        Optional<BootImage> firmware,
        long firmwareSize,
        Optional<BootImage> kernel,
        byte[] initrd,
        Optional<DeviceTree> deviceTree) {

    static Images load(MachineConfig config) {
        Optional<BootImage> kernel = loadKernel(config.kernel());
        byte[] initrd = new byte[0];
        if (config.initrd().isPresent()) {
            Path file = config.initrd().get();
            initrd = read(Field.Part.INITRD, () -> ImageLoader.readFile(file));
        }
        Optional<DeviceTree> tree = config.deviceTree().map(Images::readTree);
        return switch (config.bios()) {
            case Bios.None none -> new Images(Optional.empty(), 0, kernel, initrd, tree);
            case Bios.File file -> {
                BootImage firmware = read(Field.Part.FIRMWARE, () -> ImageLoader.load(file.path()));
                yield new Images(Optional.of(firmware), 0, kernel, initrd, tree);
            }
            case Bios.BuiltIn builtIn -> {
                FirmwareProvider provider = ServiceLoader.load(FirmwareProvider.class)
                        .findFirst()
                        .orElseThrow(() -> new ConfigurationException(
                                Field.Part.FIRMWARE,
                                "builtin: the firmware module is not on the class path; name a file"));
                yield new Images(
                        Optional.of(provider.firmware(Board.RAM)), provider.reservedSize(), kernel, initrd, tree);
            }
        };
    }

    private static Optional<BootImage> loadKernel(Optional<MachineConfig.KernelSource> source) {
        return source.map(from -> switch (from) {
            case MachineConfig.KernelSource.File file -> read(Field.Part.KERNEL, () -> ImageLoader.load(file.path()));
            case MachineConfig.KernelSource.Image image -> image.image();
        });
    }

    private static DeviceTree readTree(Path file) {
        byte[] blob = read(Field.Part.DEVICE_TREE, () -> ImageLoader.readFile(file));
        try {
            return DeviceTree.read(blob);
        } catch (FdtFormatException e) {
            throw new ConfigurationException(Field.Part.DEVICE_TREE, file + ": " + e.getMessage(), e);
        }
    }

    /** Reads a file that the user named. */
    private interface Reading<T> {
        T read() throws ImageException;
    }

    private static <T> T read(Field field, Reading<T> reading) {
        try {
            return reading.read();
        } catch (ImageException e) {
            throw new ConfigurationException(field, e.getMessage(), e);
        }
    }

    /** What a piece that has no place in RAM says of the machine's description. */
    static ConfigurationException refused(MachineConfig config, ImageException e) {
        boolean ownKernel = config.kernel()
                .filter(MachineConfig.KernelSource.Image.class::isInstance)
                .isPresent();
        Field field = switch (e.piece().orElse(BootLayout.Piece.KERNEL)) {
            case FIRMWARE -> Field.Part.FIRMWARE;
            case KERNEL -> ownKernel ? new Field.KernelImage() : Field.Part.KERNEL;
            case INITRD -> Field.Part.INITRD;
        };
        return new ConfigurationException(field, e.getMessage(), e);
    }
}
