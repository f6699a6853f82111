/**
 * A whole machine, for whoever embeds one: {@link dev.ravel.machine.Machine#builder()} describes it with the records of
 * {@code machine.config}, {@link dev.ravel.machine.Machine} switches it on, and {@link dev.ravel.machine.End} tells how it
 * ended. Inside are {@code machine.board}, the parts and their wires, and {@code machine.life}, the threads that run its
 * harts.
 */
@NullMarked
package dev.ravel.machine;

import org.jspecify.annotations.NullMarked;
