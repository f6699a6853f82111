package dev.ravel.testroms.random;

/**
 * Which implementation-defined behaviour programs may use: two right machines may differ in it.
 *
 * @param ownCsrs use CSRs that differ from one implementation to another, or with time
 * @param faultingAtomics execute atomic instructions where there is no memory, or misaligned
 * @param misalignedFaults load and store where there is no memory, misaligned
 * @param unfencedChanges run instructions that were written over without a {@code fence.i} in between
 * @param lastingReservations load with a reservation elsewhere than right before a conditional store of the same width: what
 *     else may come in between is left open
 */
public record ImplementationDefined(
        boolean ownCsrs,
        boolean faultingAtomics,
        boolean misalignedFaults,
        boolean unfencedChanges,
        boolean lastingReservations) {
    /** All: for engines of the same machine. */
    public static final ImplementationDefined ALL = new ImplementationDefined(true, true, true, true, true);
}
