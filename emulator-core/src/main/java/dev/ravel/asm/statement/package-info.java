/**
 * What statements do: {@link dev.ravel.asm.statement.SourceAssembler} turns directives and instructions into fragments and
 * symbols of the program.
 */
@NullMarked
package dev.ravel.asm.statement;

import org.jspecify.annotations.NullMarked;
