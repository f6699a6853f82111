/**
 * What the windows' parts have in common. Start at {@link dev.ravel.desktop.widget.Icons}.
 */
@NullMarked
package dev.ravel.desktop.widget;

import org.jspecify.annotations.NullMarked;
