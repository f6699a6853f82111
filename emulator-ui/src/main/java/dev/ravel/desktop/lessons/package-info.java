/**
 * The lessons beside a machine's console. Start at {@link dev.ravel.desktop.lessons.LessonsPane}. A lesson is played by the same
 * {@link dev.ravel.learn.Walkthrough} as in the terminal, on a thread of its own, which makes an immutable {@link
 * dev.ravel.desktop.lessons.LessonSample} of the page whenever it changes; the toolkit's thread only shows it.
 */
@NullMarked
package dev.ravel.desktop.lessons;

import org.jspecify.annotations.NullMarked;
