package dev.ravel.machine;

import dev.ravel.boot.BootImage;
import dev.ravel.boot.FirmwareProvider;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.fdt.DeviceTree;
import dev.ravel.fdt.FdtFormatException;
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
        try {
            Optional<BootImage> kernel = loadKernel(config.kernel());
            byte[] initrd = config.initrd().isPresent()
                    ? ImageLoader.readFile("--initrd", config.initrd().get())
                    : new byte[0];
            Optional<DeviceTree> tree = readTree(config.deviceTree());
            return switch (config.bios()) {
                case Bios.None none -> new Images(Optional.empty(), 0, kernel, initrd, tree);
                case Bios.File file ->
                    new Images(Optional.of(ImageLoader.load("--bios", file.path())), 0, kernel, initrd, tree);
                case Bios.BuiltIn builtIn -> {
                    FirmwareProvider provider = ServiceLoader.load(FirmwareProvider.class)
                            .findFirst()
                            .orElseThrow(() -> new ConfigurationException(
                                    "--bios builtin: the firmware module is not on the class path; name a file"));
                    yield new Images(
                            Optional.of(provider.firmware(Board.RAM)), provider.reservedSize(), kernel, initrd, tree);
                }
            };
        } catch (ImageException e) {
            throw new ConfigurationException(e.getMessage(), e);
        }
    }

    private static Optional<BootImage> loadKernel(Optional<MachineConfig.KernelSource> source) throws ImageException {
        if (source.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (source.get()) {
                    case MachineConfig.KernelSource.File file -> ImageLoader.load("--kernel", file.path());
                    case MachineConfig.KernelSource.Image image -> image.image();
                });
    }

    private static Optional<DeviceTree> readTree(Optional<Path> file) throws ImageException {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        byte[] blob = ImageLoader.readFile("--dtb", file.get());
        try {
            return Optional.of(DeviceTree.read(blob));
        } catch (FdtFormatException e) {
            throw new ConfigurationException("--dtb " + file.get() + ": " + e.getMessage(), e);
        }
    }
}
