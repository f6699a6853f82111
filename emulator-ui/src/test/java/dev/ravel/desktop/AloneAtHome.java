package dev.ravel.desktop;

import dev.ravel.session.MachineSession;

/** A machine's window that belongs to no page of machines. */
record AloneAtHome() implements MachineWindow.Home {
    @Override
    public void closing(MachineSession session) {
        session.stop();
    }

    @Override
    public void showMachines() {
        throw new AssertionError("nobody asked for the machines");
    }
}
