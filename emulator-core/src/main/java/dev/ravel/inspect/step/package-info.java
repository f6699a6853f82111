/**
 * Forward and back through the run of a deterministic machine: {@link dev.ravel.inspect.step.Stepper}, over snapshots that it
 * takes on the way and the instructions after them executed again; {@link dev.ravel.inspect.step.ConsoleRecording} types
 * again what was typed.
 */
@NullMarked
package dev.ravel.inspect.step;

import org.jspecify.annotations.NullMarked;
