/**
 * The contract between a machine and its execution engine, {@link dev.ravel.engine.ExecutionEngine}, which is found by its
 * name through {@link dev.ravel.engine.EngineProvider}; and that between the interpreter and a translator. The engines are
 * in packages of their own, which a machine never names.
 */
@NullMarked
package dev.ravel.engine;

import org.jspecify.annotations.NullMarked;
