package dev.ravel.desktop;

/** There is no window to be had; the message says why and what to install. */
public final class DesktopUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    DesktopUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
