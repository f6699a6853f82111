/**
 * What a person does at a machine: keys, pointer and wheel, as Linux's evdev has them. A front end uses {@link
 * dev.ravel.input.Keyboard} and {@link dev.ravel.input.Pointer}; a device takes what they say out of an {@link
 * dev.ravel.input.InputQueue}.
 */
@NullMarked
package dev.ravel.input;

import org.jspecify.annotations.NullMarked;
