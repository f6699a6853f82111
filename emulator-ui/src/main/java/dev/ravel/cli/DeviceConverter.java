package dev.ravel.cli;

import dev.ravel.machine.config.ConfigurationException;
import dev.ravel.machine.config.DeviceConfig;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what an option says of a device. What the device's record refuses is wrong usage of the option. */
abstract class DeviceConverter<T extends DeviceConfig> implements ITypeConverter<T> {
    @Override
    public final T convert(String text) {
        try {
            return read(text);
        } catch (ConfigurationException e) {
            throw new TypeConversionException(e.detail());
        }
    }

    /** The device. */
    abstract T read(String text);

    /** A name of the host's file system. */
    static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("the name has characters that this locale ("
                    + System.getProperty("sun.jnu.encoding") + ") does not have: set LC_ALL=C.UTF-8");
        }
    }
}
