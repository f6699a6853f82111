/**
 * Assembly language in both directions: start at {@link dev.ravel.asm.Assembler} and {@link dev.ravel.asm.Disassembler}.
 * What the assembler takes and gives is in {@code asm.program}, and {@code asm.elf} writes that to a file.
 *
 * <p>A source in GNU {@code as} syntax passes through these packages: {@code asm.source} strips comments, cuts statements and
 * delivers them, expansions included; {@code asm.statement} carries each out, which fills the sections of {@code asm.layout}
 * with fragments; these get their addresses there, again and again until no jump grows any more, and the sources' symbols
 * are connected. There are no object files. {@code asm.instruction} knows how instructions are written; all encodings come
 * from the tables of {@code dev.ravel.extension}.
 */
@NullMarked
package dev.ravel.asm;

import org.jspecify.annotations.NullMarked;
