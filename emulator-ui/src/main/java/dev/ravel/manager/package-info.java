/**
 * The machines that a user keeps: what they are, in a file, and those of them that run, side by side in one process. Knows no
 * widget and no terminal. Start at {@link dev.ravel.manager.MachineManager}.
 */
@NullMarked
package dev.ravel.manager;

import org.jspecify.annotations.NullMarked;
