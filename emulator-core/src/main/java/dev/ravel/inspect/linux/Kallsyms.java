package dev.ravel.inspect.linux;

/**
 * The tables of kallsyms as found in physical memory, decoded.
 *
 * @param names in the order of addresses
 * @param types of the same symbols
 * @param offsets of the same symbols, relative to {@code base}
 * @param base how to get from an offset to an address
 */
record Kallsyms(String[] names, char[] types, long[] offsets, Base base) {
    /** What the offsets are relative to. */
    sealed interface Base {
        /** A virtual address that the kernel keeps beside the table ({@code kallsyms_relative_base}). */
        record Address(long value) implements Base {}

        /**
         * The place of the table itself (from 7.0 on).
         *
         * @param offset of the table from the start of RAM; its virtual address is known from the page tables only
         */
        record Place(long offset) implements Base {}
    }

    /** The symbols, when what the offsets are relative to is at virtual address {@code origin}. */
    KernelSymbols at(long origin) {
        long[] addresses = new long[offsets.length];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = origin + offsets[i];
        }
        return new KernelSymbols(names, types, addresses);
    }
}
