/**
 * Forward and back through the run of a deterministic machine: {@link dev.ravel.inspect.step.Stepper} takes snapshots on the
 * way; to go back it restores one and executes the instructions after it again, while {@link
 * dev.ravel.inspect.step.ConsoleRecording} repeats what was typed.
 */
@NullMarked
package dev.ravel.inspect.step;

import org.jspecify.annotations.NullMarked;
