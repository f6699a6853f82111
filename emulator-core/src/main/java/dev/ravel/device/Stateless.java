package dev.ravel.device;

import dev.ravel.fdt.Node;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;

/** A device that never changes, or whose state and description are another's: what is behind that one. */
public interface Stateless extends Device {
    @Override
    default void reset() {}

    @Override
    default void describe(Node parent, Placement placement) {}

    @Override
    default void save(StateWriter out) {}

    @Override
    default void restore(StateReader in) {}
}
