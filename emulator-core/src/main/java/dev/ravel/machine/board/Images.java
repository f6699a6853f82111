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
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

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
        MemorySegment initrd,
        Optional<DeviceTree> deviceTree) {

    static Images load(MachineConfig config) {
        // The built-in one is made beside the reading of files, which mostly waits for the host's memory.
        Optional<CompletableFuture<BuiltIn>> builtIn = Optional.of(config.bios())
                .filter(Bios.BuiltIn.class::isInstance)
                .map(_ -> CompletableFuture.supplyAsync(BuiltIn::make));
        Optional<BootImage> kernel = loadKernel(config.kernel());
        MemorySegment initrd = MemorySegment.NULL;
        if (config.initrd().isPresent()) {
            Path file = config.initrd().get();
            initrd = read(Field.Part.INITRD, () -> ImageLoader.read(file));
        }
        Optional<DeviceTree> tree = config.deviceTree().map(Images::readTree);
        return switch (config.bios()) {
            case Bios.None none -> new Images(Optional.empty(), 0, kernel, initrd, tree);
            case Bios.File file -> {
                BootImage firmware = read(Field.Part.FIRMWARE, () -> ImageLoader.load(file.path()));
                yield new Images(Optional.of(firmware), 0, kernel, initrd, tree);
            }
            case Bios.BuiltIn _ -> {
                BuiltIn made = join(builtIn.orElseThrow());
                yield new Images(Optional.of(made.image()), made.size(), kernel, initrd, tree);
            }
        };
    }

    /**
     * The built-in firmware.
     *
     * @param size bytes that it keeps
     */
    private record BuiltIn(BootImage image, long size) {
        static BuiltIn make() {
            FirmwareProvider provider = ServiceLoader.load(FirmwareProvider.class)
                    .findFirst()
                    .orElseThrow(() -> new ConfigurationException(
                            Field.Part.FIRMWARE, "builtin: the firmware module is not on the class path; name a file"));
            return new BuiltIn(provider.firmware(Board.RAM), provider.reservedSize());
        }
    }

    private static BuiltIn join(CompletableFuture<BuiltIn> made) {
        try {
            return made.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
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
