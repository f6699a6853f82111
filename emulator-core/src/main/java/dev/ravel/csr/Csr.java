package dev.ravel.csr;

import dev.ravel.isa.CsrNumber;

/**
 * A control and status register. Reading has no side effect. Who may access it is not its business, see {@link Guard}.
 * A write takes any value, makes it legal (WARL), and answers what must happen because of it; the register itself
 * reaches nothing outside.
 */
public abstract class Csr {
    private final int number;
    private final String name;

    protected Csr(int number) {
        this.number = number;
        this.name = CsrNumber.nameOf(number);
    }

    /** Its number, 12 bits. */
    public final int number() {
        return number;
    }

    /** The specification's name. */
    public final String name() {
        return name;
    }

    /** The value that software sees. */
    public abstract long read();

    /** The value that {@code csrrs} and {@code csrrc} start from, where that is not what they return. */
    public long readForModify() {
        return read();
    }

    /** Writes; returns {@link Effect} bits. */
    public abstract int write(long value);
}
