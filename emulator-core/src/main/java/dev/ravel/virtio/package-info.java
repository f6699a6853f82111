/**
 * Virtio devices (virtio 1.3): what a driver and a device agree on ({@link dev.ravel.virtio.VirtioController}), the
 * rings between them ({@link dev.ravel.virtio.Virtqueue}), how registers reach them ({@link
 * dev.ravel.virtio.VirtioMmio}), and the devices. Nothing in guest memory is trusted.
 */
@NullMarked
package dev.ravel.virtio;

import org.jspecify.annotations.NullMarked;
