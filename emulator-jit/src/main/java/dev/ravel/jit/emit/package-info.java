/** From a {@link dev.ravel.jit.plan.Plan} to a class file: the only place that knows ASM. */
@NullMarked
package dev.ravel.jit.emit;

import org.jspecify.annotations.NullMarked;
