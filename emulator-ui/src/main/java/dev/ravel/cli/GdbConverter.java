package dev.ravel.cli;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code [ADDRESS:]PORT}, on loopback if there is no address. */
final class GdbConverter implements ITypeConverter<InetSocketAddress> {
    private static final Pattern FORM = Pattern.compile("((?<host>\\[[^]]+]|[^:\\[\\]]*):)?(?<port>[0-9]{1,9})");

    @Override
    public InetSocketAddress convert(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException("'" + text + "' is not [ADDRESS:]PORT");
        }
        String option = "'" + text + "'";
        return new InetSocketAddress(
                NetConverter.loopbackUnlessGiven(option, parts), NetConverter.port(option, parts.group("port")));
    }
}
