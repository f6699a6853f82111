/** The command {@code ravel bench boot}: how long a guest takes to its prompt, and what with. */
@NullMarked
package dev.ravel.benchmarks.boot;

import org.jspecify.annotations.NullMarked;
