package dev.ravel.engine.compare;

/** Two engines disagree. The message is the whole report, of several lines. */
public final class DifferenceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param report for people */
    DifferenceException(String report) {
        super(report);
    }
}
