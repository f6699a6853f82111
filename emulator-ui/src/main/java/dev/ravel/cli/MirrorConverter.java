package dev.ravel.cli;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code --mirror URL}. */
final class MirrorConverter implements ITypeConverter<URI> {
    @Override
    public URI convert(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new TypeConversionException("'" + text + "' is not an address like http://HOST/debian");
        }
    }
}
