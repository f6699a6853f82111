package dev.ravel.cli;

/**
 * A command of a module that the command line does not know, found by {@link java.util.ServiceLoader}. An exception out of a
 * command whose class is one of Ravel's has a message of one line for the user.
 */
public interface CommandProvider {
    /** A new command: an object with picocli's annotations. */
    Object command();
}
