package dev.ravel.cli;

import dev.ravel.session.MemorySize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a {@link MemorySize}. */
final class Sizes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        try {
            return MemorySize.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
