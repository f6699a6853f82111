package dev.ravel.pci;

/** An entry of a function's list of capabilities (PCI Local Bus 3.0, 6.7), behind the two bytes that link it. */
public interface Capability {
    /** What it is: 9 for what a vendor made up. */
    int id();

    /** Bytes with the two of the link. */
    int length();

    /**
     * Reads 1, 2 or 4 bytes, naturally aligned.
     *
     * @param offset from the start of the entry, 2 or more
     */
    long read(int offset, int size);

    /** Writes as {@link #read} reads; what cannot be written ignores it. */
    default void write(int offset, int size, long value) {}
}
