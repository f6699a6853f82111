/**
 * How single instructions are written and encoded: their {@linkplain dev.ravel.asm.instruction.Forms forms},
 * pseudo-instructions and the choice of {@linkplain dev.ravel.asm.instruction.InstructionEncoder compressed encodings}.
 */
@NullMarked
package dev.ravel.asm.instruction;

import org.jspecify.annotations.NullMarked;
