package dev.ravel.inspect;

/**
 * A field of a CSR with its present value.
 *
 * @param name the specification's
 * @param high its highest bit
 * @param low its lowest bit; the same as {@code high} for one bit
 * @param value of the field alone, shifted down
 * @param meaning of this value in a few words; empty where the number says it all
 */
public record CsrField(String name, int high, int low, long value, String meaning) {}
