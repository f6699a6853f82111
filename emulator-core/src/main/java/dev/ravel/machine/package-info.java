/**
 * A whole machine: the board and its parts wired together, its life (start, pause, reset, end, close) and the threads
 * that run its harts. Start at {@link dev.ravel.machine.Machine#builder()}.
 */
@NullMarked
package dev.ravel.machine;

import org.jspecify.annotations.NullMarked;
