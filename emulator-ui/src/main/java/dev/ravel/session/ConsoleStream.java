package dev.ravel.session;

/**
 * A console for one who comes late.
 *
 * @param printed what was printed last before
 * @param output what is printed from then on
 */
public record ConsoleStream(String printed, GuestConsole.Output output) {}
