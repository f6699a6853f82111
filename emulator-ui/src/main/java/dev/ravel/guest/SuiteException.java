package dev.ravel.guest;

/** A mirror cannot give one suite as it should, though another may be whole: the mirror is half-synchronised, say. */
final class SuiteException extends GuestException {
    private static final long serialVersionUID = 1;

    SuiteException(String message) {
        super(message);
    }
}
