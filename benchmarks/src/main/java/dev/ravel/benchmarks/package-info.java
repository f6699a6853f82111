/** What measures Ravel: JMH benchmarks and the guest programs that they run. */
@NullMarked
package dev.ravel.benchmarks;

import org.jspecify.annotations.NullMarked;
