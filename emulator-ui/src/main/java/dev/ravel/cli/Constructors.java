package dev.ravel.cli;

import java.lang.reflect.Constructor;
import picocli.CommandLine;

/**
 * Makes picocli's commands, mixins and converters, each by its constructor without parameters. picocli's own factory begins by
 * looking for Groovy, in each JAR of the class path, which takes a tenth of the time of a start.
 */
final class Constructors implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (type.isInterface()) {
            return CommandLine.defaultFactory().create(type);
        }
        Constructor<K> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }
}
