package dev.ravel.device;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.HashMap;
import java.util.Map;

/** A snapshot of one device in memory. */
public final class SavedState implements StateWriter, StateReader {
    private final Map<String, Object> values = new HashMap<>();

    /** What {@code device} saves. */
    public static SavedState of(Device device) {
        SavedState state = new SavedState();
        device.save(state);
        return state;
    }

    @Override
    public void put(String name, long value) {
        add(name, value);
    }

    @Override
    public void put(String name, byte[] value) {
        add(name, value.clone());
    }

    @Override
    public SavedState section(String name) {
        return (SavedState) values.computeIfAbsent(name, n -> new SavedState());
    }

    private void add(String name, Object value) {
        if (values.put(name, value) != null) {
            throw new IllegalStateException(name + " was saved twice");
        }
    }

    @Override
    public long get(String name) {
        return (long) value(name);
    }

    @Override
    public byte[] getBytes(String name) {
        return (byte[]) value(name);
    }

    private Object value(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("nothing was saved as " + name);
        }
        return value;
    }
}
