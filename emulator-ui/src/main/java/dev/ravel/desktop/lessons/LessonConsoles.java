package dev.ravel.desktop.lessons;

import dev.ravel.session.GuestConsole;

/** Where the consoles of a lesson's machines are shown. On the toolkit's thread. */
public interface LessonConsoles {
    /**
     * Shows a console and brings it to the front; one that is shown already begins anew.
     *
     * @param title what the lesson calls the machine
     * @param output what it prints from now on; whoever shows it closes it
     * @param before what it has printed until now, as plain text
     */
    void open(String title, GuestConsole console, GuestConsole.Output output, String before);

    /** Brings a console to the front; none if it is not shown. */
    void front(GuestConsole console);

    /** Takes a console away; nothing if it is not shown. */
    void close(GuestConsole console);

    /** Gives the console in front the keyboard. */
    void focus();
}
