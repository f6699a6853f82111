package dev.ravel.learn;

import java.util.Objects;

/** A lesson that cannot be read or cannot go on; the message is one line. */
public final class LessonException extends Exception {
    private static final long serialVersionUID = 1;

    /** Says what is wrong. */
    public LessonException(String message) {
        super(message);
    }

    /** A mistake in a lesson's file. */
    static LessonException at(String file, int line, String what) {
        return new LessonException(file + ":" + line + ": " + what);
    }

    /** Never without one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
