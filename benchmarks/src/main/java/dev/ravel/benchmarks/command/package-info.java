/** The command {@code ravel bench}. */
@NullMarked
package dev.ravel.benchmarks.command;

import org.jspecify.annotations.NullMarked;
