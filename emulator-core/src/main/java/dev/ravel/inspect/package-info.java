/**
 * What goes on in a machine, as facts: immutable samples and records that a terminal or a window only has to show.
 * {@link dev.ravel.inspect.HartView} is a hart that stands still, {@link dev.ravel.inspect.PageWalkView} the path of an
 * access through the page tables, {@link dev.ravel.inspect.MachineWatch} the traps and exits while the machine runs.
 * {@code dev.ravel.inspect.linux} looks into a Linux guest.
 *
 * <p>Nothing here changes the machine. Samples are exact when the machine is paused.
 */
@NullMarked
package dev.ravel.inspect;

import org.jspecify.annotations.NullMarked;
