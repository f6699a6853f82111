/**
 * Assembly language in both directions: assembler, disassembler, and the aliases and names that they share. Start at
 * {@link dev.ravel.asm.Assembler} and {@link dev.ravel.asm.Disassembler}.
 *
 * <p>A source in GNU {@code as} syntax passes through these stages: {@link dev.ravel.asm.Line} strips comments and cuts
 * statements; {@link dev.ravel.asm.StatementReader} delivers them, expansions included;
 * {@link dev.ravel.asm.SourceAssembler} carries each out, which fills {@link dev.ravel.asm.Section sections} with
 * {@link dev.ravel.asm.Fragment fragments}; {@link dev.ravel.asm.Layout} gives them addresses, again and again until no
 * jump grows any more; {@link dev.ravel.asm.Linker} connects the sources' symbols. There are no object files. All encodings come from the tables of {@code dev.ravel.extension}.
 */
@NullMarked
package dev.ravel.asm;

import org.jspecify.annotations.NullMarked;
