package dev.ravel.mmu;

/** Why memory is accessed; decides permissions and which exception a failure is. */
public enum AccessType {
    FETCH,
    LOAD,
    /** Stores and AMOs. */
    STORE
}
