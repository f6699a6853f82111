/** The command {@code ravel bench disk}: how fast a guest's disk is, and whose time it takes. */
@NullMarked
package dev.ravel.benchmarks.disk;

import org.jspecify.annotations.NullMarked;
