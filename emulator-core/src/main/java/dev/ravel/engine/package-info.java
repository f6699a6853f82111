/**
 * What an execution engine is to a machine, {@link dev.ravel.engine.ExecutionEngine}, found by its name through {@link
 * dev.ravel.engine.EngineProvider}; and what a translator is to the interpreter. The engines themselves are in packages that
 * nobody else knows.
 */
@NullMarked
package dev.ravel.engine;

import org.jspecify.annotations.NullMarked;
