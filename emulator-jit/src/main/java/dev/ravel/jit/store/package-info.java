/** What is kept of the translator's work from one run to the next. */
@NullMarked
package dev.ravel.jit.store;

import org.jspecify.annotations.NullMarked;
