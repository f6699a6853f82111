package dev.ravel.cli;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code --disk FILE[,format=raw][,readonly]}. */
record DiskOption(Path file, boolean readOnly) {

    static final class Converter implements ITypeConverter<DiskOption> {
        @Override
        public DiskOption convert(String text) {
            String[] parts = text.split(",");
            boolean readOnly = false;
            for (int i = 1; i < parts.length; i++) {
                switch (parts[i]) {
                    case "readonly" -> readOnly = true;
                    case "format=raw" -> {}
                    default ->
                        throw new TypeConversionException(
                                "'" + parts[i] + "' is not known: write FILE[,format=raw][,readonly]");
                }
            }
            if (parts[0].isEmpty()) {
                throw new TypeConversionException("the name of the disk's file is missing");
            }
            return new DiskOption(Path.of(parts[0]), readOnly);
        }
    }
}
