/**
 * The inspector beside a machine's console: a tab for each {@link dev.ravel.desktop.inspector.View}. Start at {@link
 * dev.ravel.desktop.inspector.InspectorPane}. The {@link dev.ravel.desktop.inspector.Sampler} takes immutable samples of the
 * one view that is open, on a thread of its own; views turn a sample into {@link dev.ravel.desktop.inspector.Row}s there,
 * and on the toolkit's thread only show them.
 */
@NullMarked
package dev.ravel.desktop.inspector;

import org.jspecify.annotations.NullMarked;
