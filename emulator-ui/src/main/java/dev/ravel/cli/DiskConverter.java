package dev.ravel.cli;

import dev.ravel.disk.ImageFormat;
import dev.ravel.machine.config.DiskConfig;
import java.util.Optional;
import picocli.CommandLine.TypeConversionException;

/** {@code FILE[,format=raw|qcow2][,readonly|,temporary][,backing=anywhere]}. */
final class DiskConverter extends DeviceConverter<DiskConfig> {
    static final String SYNTAX = "FILE[,format=raw|qcow2][,readonly|,temporary][,backing=anywhere]";

    @Override
    DiskConfig read(String text) {
        String[] parts = text.split(",");
        boolean readOnly = false;
        boolean temporary = false;
        boolean backingAnywhere = false;
        Optional<ImageFormat> format = Optional.empty();
        for (int i = 1; i < parts.length; i++) {
            switch (parts[i]) {
                case "readonly" -> readOnly = true;
                case "temporary" -> temporary = true;
                case "format=raw" -> format = Optional.of(ImageFormat.RAW);
                case "format=qcow2" -> format = Optional.of(ImageFormat.QCOW2);
                case "backing=anywhere" -> backingAnywhere = true;
                default -> throw new TypeConversionException("'" + parts[i] + "' is not known: write " + SYNTAX);
            }
        }
        if (parts.length == 0 || parts[0].isEmpty()) {
            throw new TypeConversionException("the name of the disk's file is missing");
        }
        if (readOnly && temporary) {
            throw new TypeConversionException("a disk is readonly or temporary, not both");
        }
        return new DiskConfig(path(parts[0]), readOnly, temporary, format, backingAnywhere);
    }
}
