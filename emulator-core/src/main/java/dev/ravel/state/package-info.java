/**
 * How the machine's parts, harts as well as devices, save and restore their state: field by field, by name, through a {@link dev.ravel.state.StateWriter}. {@link dev.ravel.state.StateTree} keeps it, in memory or as bytes.
 */
@NullMarked
package dev.ravel.state;

import org.jspecify.annotations.NullMarked;
