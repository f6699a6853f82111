package dev.ravel.desktop;

import dev.ravel.session.MachineSession;

/** A machine's window that belongs to no page of machines. */
record AloneAtHome(Remembered remembered) implements MachineWindow.Home {
    AloneAtHome() {
        this(Remembered.nothing());
    }

    @Override
    public void closing(MachineSession session) {
        session.stop();
    }

    @Override
    public void showMachines() {
        throw new AssertionError("nobody asked for the machines");
    }
}
