/** Assembly language in both directions: assembler, disassembler, and the aliases and names that they share. */
@NullMarked
package dev.ravel.asm;

import org.jspecify.annotations.NullMarked;
