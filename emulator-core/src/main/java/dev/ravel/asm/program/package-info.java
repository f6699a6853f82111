/**
 * What goes into the assembler, {@link dev.ravel.asm.program.Source} and {@link
 * dev.ravel.asm.program.AssemblerOptions}, and what comes out of it: a {@link dev.ravel.asm.program.Program}, or {@link
 * dev.ravel.asm.program.Diagnostic}s.
 */
@NullMarked
package dev.ravel.asm.program;

import org.jspecify.annotations.NullMarked;
