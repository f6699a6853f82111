/**
 * QEMU's image format qcow2, versions 2 and 3, as its specification has it ({@code docs/interop/qcow2.txt} in QEMU). Start at
 * {@link dev.ravel.host.qcow2.Qcow2Disk}.
 */
@NullMarked
package dev.ravel.host.qcow2;

import org.jspecify.annotations.NullMarked;
