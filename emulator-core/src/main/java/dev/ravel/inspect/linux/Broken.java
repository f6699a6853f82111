package dev.ravel.inspect.linux;

/**
 * A place where what was followed ends too early.
 *
 * @param where what was being read: {@code task list}
 * @param reason what is wrong there, in one line
 */
public record Broken(String where, String reason) {}
