/**
 * The state of a machine at an instruction boundary: {@link dev.ravel.snapshot.Snapshot}, taken and restored by {@code
 * dev.ravel.machine.Machine}. In memory, where snapshots share the pages that did not change between them, or as a file.
 */
@NullMarked
package dev.ravel.snapshot;

import org.jspecify.annotations.NullMarked;
