/**
 * A debugger's remote end: GDB's Remote Serial Protocol (GDB manual, appendix E) over TCP, on what {@link dev.ravel.machine.Machine}
 * offers to who holds it.
 */
@NullMarked
package dev.ravel.gdb;

import org.jspecify.annotations.NullMarked;
