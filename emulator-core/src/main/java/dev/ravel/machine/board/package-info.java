/**
 * The parts of a machine, wired together as the configuration says, and what is in RAM when it starts. {@link
 * dev.ravel.machine.board.Assembly} reads like a list of parts; {@link dev.ravel.machine.board.StateKeeper} takes and
 * restores their state. Nothing runs here.
 */
@NullMarked
package dev.ravel.machine.board;

import org.jspecify.annotations.NullMarked;
