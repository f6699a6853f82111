package dev.ravel.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code --share DIR[,tag=NAME][,readonly]}.
 *
 * @param tag the name by which the guest mounts it; the folder's own if none is given
 */
record ShareOption(Path folder, String tag, boolean readOnly) {
    /** Of a folder that has no name, the host's root. */
    private static final String NAMELESS = "share";

    static final class Converter implements ITypeConverter<ShareOption> {
        @Override
        public ShareOption convert(String text) {
            String[] parts = text.split(",");
            Optional<String> tag = Optional.empty();
            boolean readOnly = false;
            for (int i = 1; i < parts.length; i++) {
                if (parts[i].equals("readonly")) {
                    readOnly = true;
                } else if (parts[i].startsWith("tag=")) {
                    tag = Optional.of(parts[i].substring("tag=".length()));
                } else {
                    throw new TypeConversionException(
                            "'" + parts[i] + "' is not known: write DIR[,tag=NAME][,readonly]");
                }
            }
            if (parts.length == 0 || parts[0].isEmpty()) {
                throw new TypeConversionException("the name of the folder is missing");
            }
            Path folder = path(parts[0]);
            return new ShareOption(folder, tag.orElseGet(() -> nameOf(folder)), readOnly);
        }

        private static Path path(String text) {
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new TypeConversionException("the folder's name has characters that this locale ("
                        + System.getProperty("sun.jnu.encoding") + ") does not have: set LC_ALL=C.UTF-8");
            }
        }

        private static String nameOf(Path folder) {
            Path name = folder.toAbsolutePath().normalize().getFileName();
            return name == null ? NAMELESS : name.toString();
        }
    }
}
