/**
 * The instruction model: what an instruction is, how its operands are encoded, and the shape of its meaning.
 *
 * <p>Start at {@link dev.ravel.isa.Instruction}. Decoder, engines, assembler, disassembler and documentation are driven
 * by these descriptions; the descriptions themselves stand in {@code dev.ravel.extension}, one file per extension.
 */
@NullMarked
package dev.ravel.isa;

import org.jspecify.annotations.NullMarked;
