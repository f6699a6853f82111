/** Images of disks in all formats: how they are opened, with the images under them. Start at {@link dev.ravel.disk.DiskImages}. */
@NullMarked
package dev.ravel.disk;

import org.jspecify.annotations.NullMarked;
