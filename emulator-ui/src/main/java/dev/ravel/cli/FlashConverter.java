package dev.ravel.cli;

import dev.ravel.disk.ImageFormat;
import dev.ravel.machine.config.FlashConfig;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.TypeConversionException;

/** {@code FILE[,format=raw|qcow2][,readonly]}. */
final class FlashConverter extends DeviceConverter<FlashConfig> {
    static final String SYNTAX = "FILE[,format=raw|qcow2][,readonly]";

    @Override
    FlashConfig read(String text) {
        String[] parts = text.split(",");
        boolean readOnly = false;
        Optional<ImageFormat> format = Optional.empty();
        for (int i = 1; i < parts.length; i++) {
            switch (parts[i]) {
                case "readonly" -> readOnly = true;
                case "format=raw" -> format = Optional.of(ImageFormat.RAW);
                case "format=qcow2" -> format = Optional.of(ImageFormat.QCOW2);
                default -> throw new TypeConversionException("'" + parts[i] + "' is not known: write " + SYNTAX);
            }
        }
        if (parts.length == 0 || parts[0].isEmpty()) {
            throw new TypeConversionException("the name of the flash's file is missing");
        }
        return new FlashConfig(List.of(new FlashConfig.Image(path(parts[0]), readOnly, format)));
    }
}
