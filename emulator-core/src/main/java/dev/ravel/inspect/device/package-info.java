/**
 * The devices of a machine: registers by name, virtqueues, and what drivers ask in them. {@link
 * dev.ravel.inspect.device.DeviceView} is the way in.
 */
@NullMarked
package dev.ravel.inspect.device;

import org.jspecify.annotations.NullMarked;
