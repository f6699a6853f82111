package dev.ravel.machine.config;

/** A machine cannot be built as asked. The message is one line: which field, what was given, and what to do. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Field field;
    private final String detail;

    /**
     * An error in a field.
     *
     * @param detail goes on after the field's name: "12345: RAM must be a multiple of 4 KiB"
     */
    public ConfigurationException(Field field, String detail) {
        super(message(field.label(), detail));
        this.field = field;
        this.detail = detail;
    }

    /** An error in a field and what led to it. */
    public ConfigurationException(Field field, String detail, Throwable cause) {
        super(message(field.label(), detail), cause);
        this.field = field;
        this.detail = detail;
    }

    /** What the error is about. */
    public Field field() {
        return field;
    }

    /** The message without the field's name, from what was given on. */
    public String detail() {
        return detail;
    }

    /** The message with another name for the field, such as that of an option. */
    public String message(String name) {
        return message(name, detail);
    }

    private static String message(String name, String detail) {
        return name.isEmpty() ? detail : name + " " + detail;
    }
}
