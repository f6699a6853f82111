/**
 * The JavaFX desktop: windows onto machine sessions. Start at {@link dev.ravel.desktop.Desktop}.
 */
@NullMarked
package dev.ravel.desktop;

import org.jspecify.annotations.NullMarked;
