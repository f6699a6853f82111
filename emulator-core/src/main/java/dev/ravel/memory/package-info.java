/** The physical address space: RAM and the windows of devices. Start at {@link dev.ravel.memory.Bus}. */
@NullMarked
package dev.ravel.memory;

import org.jspecify.annotations.NullMarked;
