/**
 * Runs self-checking ELF programs of the riscv-tests kind, each on a machine of its own, and judges them. Start at
 * {@link dev.ravel.conformance.ConformanceRunner}.
 */
@NullMarked
package dev.ravel.conformance;

import org.jspecify.annotations.NullMarked;
