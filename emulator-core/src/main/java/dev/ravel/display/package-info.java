/**
 * What a machine shows: a {@link dev.ravel.display.Screen} that a display device paints, and that whoever wants to show it looks
 * at. It knows no toolkit.
 */
@NullMarked
package dev.ravel.display;

import org.jspecify.annotations.NullMarked;
