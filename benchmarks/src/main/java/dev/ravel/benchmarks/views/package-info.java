/**
 * What it costs a guest to be looked at in the window, and how smooth the window is; {@link
 * dev.ravel.benchmarks.views.ViewsBenchCommand}.
 */
@NullMarked
package dev.ravel.benchmarks.views;

import org.jspecify.annotations.NullMarked;
