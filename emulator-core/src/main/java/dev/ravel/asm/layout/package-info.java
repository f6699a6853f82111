/**
 * What a program consists of while it is assembled, and how it gets its addresses: sections of fragments, symbols, jumps
 * that are as short as they can be. {@link dev.ravel.asm.layout.ProgramBuilder} holds all of it.
 */
@NullMarked
package dev.ravel.asm.layout;

import org.jspecify.annotations.NullMarked;
