package dev.ravel.jit;

/** A system property of the translator has a value that it cannot have; the message says which, and what it can be. */
public final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SettingException(String property, String value, String expected) {
        super("the property " + property + " is \"" + value + "\", not " + expected);
    }
}
