/**
 * Devices of the board, each one class that knows offsets, never addresses, harts or threads. Start at
 * {@link dev.ravel.device.Device}.
 */
@NullMarked
package dev.ravel.device;

import org.jspecify.annotations.NullMarked;
