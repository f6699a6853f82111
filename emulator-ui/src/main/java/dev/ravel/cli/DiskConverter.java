package dev.ravel.cli;

import dev.ravel.machine.config.DiskConfig;
import picocli.CommandLine.TypeConversionException;

/** {@code FILE[,format=raw][,readonly|,temporary]}. */
final class DiskConverter extends DeviceConverter<DiskConfig> {
    @Override
    DiskConfig read(String text) {
        String[] parts = text.split(",");
        boolean readOnly = false;
        boolean temporary = false;
        for (int i = 1; i < parts.length; i++) {
            switch (parts[i]) {
                case "readonly" -> readOnly = true;
                case "temporary" -> temporary = true;
                case "format=raw" -> {}
                default ->
                    throw new TypeConversionException(
                            "'" + parts[i] + "' is not known: write FILE[,format=raw][,readonly|,temporary]");
            }
        }
        if (parts.length == 0 || parts[0].isEmpty()) {
            throw new TypeConversionException("the name of the disk's file is missing");
        }
        if (readOnly && temporary) {
            throw new TypeConversionException("a disk is readonly or temporary, not both");
        }
        return new DiskConfig(path(parts[0]), readOnly, temporary);
    }
}
