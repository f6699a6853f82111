package dev.ravel.cli;

import dev.ravel.machine.config.ShareConfig;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.TypeConversionException;

/** {@code DIR[,tag=NAME][,readonly]}; a folder without a tag has its own name as such. */
final class ShareConverter extends DeviceConverter<ShareConfig> {
    /** Of a folder that has no name, the host's root. */
    private static final String NAMELESS = "share";

    @Override
    ShareConfig read(String text) {
        String[] parts = text.split(",");
        Optional<String> tag = Optional.empty();
        boolean readOnly = false;
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].equals("readonly")) {
                readOnly = true;
            } else if (parts[i].startsWith("tag=")) {
                tag = Optional.of(parts[i].substring("tag=".length()));
            } else {
                throw new TypeConversionException("'" + parts[i] + "' is not known: write DIR[,tag=NAME][,readonly]");
            }
        }
        if (parts.length == 0 || parts[0].isEmpty()) {
            throw new TypeConversionException("the name of the folder is missing");
        }
        Path folder = path(parts[0]);
        return new ShareConfig(folder, tag.orElseGet(() -> nameOf(folder)), readOnly);
    }

    private static String nameOf(Path folder) {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return name == null ? NAMELESS : name.toString();
    }
}
