package dev.ravel.desktop;

import javafx.scene.Node;

/** A terminal on the screen that shows a guest's console and sends it what is typed. */
interface ConsoleView extends AutoCloseable {
    /** What to put into a scene. */
    Node node();

    /** Gives it the keyboard. */
    void focus();

    /** Shows characters in another size, in pixels; the guest is told how many there are room for. */
    void setFontSize(double pixels);

    /** The text on the screen now, a line for each row. */
    String text();

    /** Stops reading and painting. */
    @Override
    void close();
}
