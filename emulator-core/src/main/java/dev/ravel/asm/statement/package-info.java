/**
 * What statements do: {@link dev.ravel.asm.statement.SourceAssembler} has directives and instructions put fragments and
 * symbols into the program.
 */
@NullMarked
package dev.ravel.asm.statement;

import org.jspecify.annotations.NullMarked;
