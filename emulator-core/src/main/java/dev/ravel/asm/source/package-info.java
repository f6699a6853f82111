/**
 * The text of a source: {@linkplain dev.ravel.asm.source.StatementReader statements}, macros, {@linkplain
 * dev.ravel.asm.source.Lexer tokens}, and expressions, which leave it to others what names stand for.
 */
@NullMarked
package dev.ravel.asm.source;

import org.jspecify.annotations.NullMarked;
