/**
 * How the machine's parts, harts as well as devices, write down what they are and read it back: field by field, by name,
 * into a {@link dev.ravel.state.StateWriter}. {@link dev.ravel.state.StateTree} keeps it, in memory or as bytes.
 */
@NullMarked
package dev.ravel.state;

import org.jspecify.annotations.NullMarked;
