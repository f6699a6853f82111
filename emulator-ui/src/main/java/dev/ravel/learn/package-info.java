/**
 * Lessons on a live machine. {@link dev.ravel.learn.Lessons} finds a {@link dev.ravel.learn.Lesson}, a {@link
 * dev.ravel.learn.LessonRun} plays it on a {@link dev.ravel.learn.Stage} and tells a {@link dev.ravel.learn.Page} what to
 * show. Nothing here knows a terminal or a window.
 */
@NullMarked
package dev.ravel.learn;

import org.jspecify.annotations.NullMarked;
