package dev.ravel.csr;

/** A condition, beyond what the register's number says, on who may access a CSR just now. */
@FunctionalInterface
public interface Guard {
    /** No further condition. */
    Guard NONE = privilege -> true;

    /**
     * Whether this privilege, which the number admits, may access the register; otherwise it is an illegal
     * instruction.
     */
    boolean permits(int privilege);
}
