package dev.ravel.inspect;

/**
 * A register of the instruction set.
 *
 * @param number its name by number: {@code x10}, {@code f10}
 * @param name the calling convention's: {@code a0}, {@code fa0}
 * @param value as it is, 64 bits; narrower floating-point values are NaN-boxed
 */
public record RegisterView(String number, String name, long value) {}
