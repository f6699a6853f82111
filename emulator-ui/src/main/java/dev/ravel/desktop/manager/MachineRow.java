package dev.ravel.desktop.manager;

import dev.ravel.manager.MachineSample;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;

/** A machine in the list; its sample changes, its name does not. */
record MachineRow(String name, ObjectProperty<MachineSample> sample) {
    static MachineRow of(MachineSample sample) {
        return new MachineRow(sample.name(), new SimpleObjectProperty<>(sample));
    }
}
