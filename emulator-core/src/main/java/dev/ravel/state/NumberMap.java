package dev.ravel.state;

import java.util.Map;

/**
 * The numbers of a state by their names: {@code section.name}, and {@code name[0]} and so on for bytes.
 *
 * @param prefix what comes before each name
 * @param into takes them
 */
public record NumberMap(String prefix, Map<String, Long> into) implements StateWriter {
    /** Names without a prefix. */
    public NumberMap(Map<String, Long> into) {
        this("", into);
    }

    @Override
    public void put(String name, long value) {
        into.put(prefix + name, value);
    }

    @Override
    public void put(String name, byte[] value) {
        for (int i = 0; i < value.length; i++) {
            put(name + "[" + i + "]", value[i]);
        }
    }

    @Override
    public StateWriter section(String name) {
        return new NumberMap(prefix + name + ".", into);
    }
}
