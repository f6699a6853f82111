/**
 * The interpreter: instructions decoded once into chains of {@link dev.ravel.engine.interpreter.Step}s, found again by
 * the physical page that they were decoded from.
 *
 * <p>Reading order: {@link dev.ravel.engine.interpreter.Interpreter} (the loop), {@code Step} and {@code Context} (what
 * runs and on what), {@code CodeCache} (where steps live and when they die), {@code BlockBuilder} (how they are made),
 * {@code StepClasses} (how the semantics of an instruction gets into a class of its own without a second copy of it),
 * {@code CommonSteps} and {@code FlatSteps} (the loops that do the commonest of them faster, the second by formulas of its own).
 */
@NullMarked
package dev.ravel.engine.interpreter;

import org.jspecify.annotations.NullMarked;
