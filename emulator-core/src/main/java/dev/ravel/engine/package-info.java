/** Execution engines and what they share: decoded-code cache, interpreter, lockstep comparison. */
@NullMarked
package dev.ravel.engine;

import org.jspecify.annotations.NullMarked;
