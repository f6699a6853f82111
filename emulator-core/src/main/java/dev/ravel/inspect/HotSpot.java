package dev.ravel.inspect;

import dev.ravel.engine.CodeStatus;

/**
 * Guest code that harts spend their instructions on: a translation, or a function, or a single place where neither is known.
 *
 * @param address virtual, as of the last sample: of the translation's entry, otherwise of the place that was met most often
 * @param physical that address in memory
 * @param privilege the mode that it ran in
 * @param status of the instruction there
 * @param samples that met it
 */
public record HotSpot(long address, long physical, int privilege, CodeStatus status, long samples) {}
