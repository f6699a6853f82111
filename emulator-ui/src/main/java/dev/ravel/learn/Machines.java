package dev.ravel.learn;

import dev.ravel.session.GuestConsole;

/** Is told of the machines of a lesson's run, on the run's thread. */
public interface Machines {
    /** Takes no notice. */
    Machines UNSEEN = new Machines() {};

    /** A machine was made. It is off: its console has printed nothing yet. */
    default void made(String machine, GuestConsole console) {}

    /**
     * A machine was put back to what it was. It stands still until this returns.
     *
     * @param shown what its console had printed then, as plain text
     */
    default void wentBack(String machine, GuestConsole console, String shown) {}

    /** A machine is gone, and its console with it. */
    default void closed(String machine) {}
}
