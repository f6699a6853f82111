/** The machine's clock and its event queue: the only ways by which time and the outside world reach the guest. */
@NullMarked
package dev.ravel.time;

import org.jspecify.annotations.NullMarked;
