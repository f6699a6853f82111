/**
 * Watching a machine from outside: one listener for traps, translations, bus accesses and code. Start at
 * {@link dev.ravel.observe.Observer}.
 */
@NullMarked
package dev.ravel.observe;

import org.jspecify.annotations.NullMarked;
