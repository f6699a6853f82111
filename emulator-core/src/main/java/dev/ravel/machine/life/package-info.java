/**
 * What makes a board run: {@link dev.ravel.machine.life.HartRunner} is the loop of a hart's thread, {@link
 * dev.ravel.machine.life.LifeCycle} what these threads and the machine's owner tell each other.
 */
@NullMarked
package dev.ravel.machine.life;

import org.jspecify.annotations.NullMarked;
