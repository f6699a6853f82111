/** A hart: architectural state, traps, interrupts. Engines run it; see {@code dev.ravel.engine}. */
@NullMarked
package dev.ravel.hart;

import org.jspecify.annotations.NullMarked;
