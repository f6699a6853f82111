/** The wires that interrupts travel on, from whatever raises them to whatever listens: devices, controllers, harts. */
@NullMarked
package dev.ravel.interrupt;

import org.jspecify.annotations.NullMarked;
