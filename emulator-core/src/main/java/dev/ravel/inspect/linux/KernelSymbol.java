package dev.ravel.inspect.linux;

/**
 * A symbol of the kernel.
 *
 * @param name as in {@code /proc/kallsyms}
 * @param type as {@code nm} prints it: {@code T} text, {@code D} data, lower case for local ones
 * @param address its virtual address
 */
public record KernelSymbol(String name, char type, long address) {
    /** An address as a symbol and a distance from it, in bytes, never negative. */
    public record Nearest(KernelSymbol symbol, long offset) {
        /** {@code name} or {@code name+0x1c}. */
        @Override
        public String toString() {
            return offset == 0 ? symbol.name() : symbol.name() + "+0x" + Long.toHexString(offset);
        }
    }
}
