package dev.ravel.manager;

/** Something cannot be done to a user's machines. The message is one line for the user: what, which machine or file, why. */
public final class ManagerException extends Exception {
    private static final long serialVersionUID = 1;

    ManagerException(String message) {
        super(message);
    }

    ManagerException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The line. */
    public String line() {
        return String.valueOf(getMessage());
    }
}
