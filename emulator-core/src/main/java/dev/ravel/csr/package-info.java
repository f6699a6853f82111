/**
 * Control and status registers: one class or entry each, with its fields, its WARL rule and the effect of a write.
 */
@NullMarked
package dev.ravel.csr;

import org.jspecify.annotations.NullMarked;
