/**
 * Two engines in lockstep: a reference runs the machine, a subject runs a copy of it, and the first difference between them
 * ends the machine with a report. Start at {@link dev.ravel.engine.compare.CompareEngine}.
 */
@NullMarked
package dev.ravel.engine.compare;

import org.jspecify.annotations.NullMarked;
