package dev.ravel.engine;

/** Two engines that run the same disagree. The message is the whole report, of several lines. */
public final class DifferenceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * A difference.
     *
     * @param report for people
     */
    public DifferenceException(String report) {
        super(report);
    }
}
