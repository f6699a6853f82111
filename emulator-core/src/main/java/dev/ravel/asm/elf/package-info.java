/**
 * A program as an ELF file: {@link dev.ravel.asm.elf.ElfWriter}.
 */
@NullMarked
package dev.ravel.asm.elf;

import org.jspecify.annotations.NullMarked;
