package dev.ravel.cli;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code [ADDRESS:]PORT}, on loopback if there is no address. */
final class GdbConverter implements ITypeConverter<InetSocketAddress> {
    private static final Pattern FORM = Pattern.compile(NetConverter.TCP);

    @Override
    public InetSocketAddress convert(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException("'" + text + "' is not [ADDRESS:]PORT");
        }
        return NetConverter.tcp("'" + text + "'", parts);
    }
}
