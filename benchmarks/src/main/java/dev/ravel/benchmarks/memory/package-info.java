/** The command {@code ravel bench memory}: what a process takes while its guest generates code for ever. */
@NullMarked
package dev.ravel.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
