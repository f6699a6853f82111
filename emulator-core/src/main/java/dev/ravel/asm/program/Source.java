package dev.ravel.asm.program;

/**
 * One source file. Labels that it does not declare {@code .globl} are its own.
 *
 * @param name the name for messages
 * @param text the contents
 */
public record Source(String name, String text) {}
