/**
 * The text of a source: {@linkplain dev.ravel.asm.source.StatementReader statements}, macros, {@linkplain
 * dev.ravel.asm.source.Lexer tokens}, and expressions, whose names are looked up elsewhere.
 */
@NullMarked
package dev.ravel.asm.source;

import org.jspecify.annotations.NullMarked;
