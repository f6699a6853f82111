/**
 * The translator: {@link dev.ravel.jit.JitEngine} is an interpreter whose hot code is replaced by units of JVM bytecode.
 *
 * <p>Reading order: {@code JitEngine} (when and what is translated), {@code plan} (what makes a unit), {@code emit} (its
 * bytecode), {@code runtime} (what it runs on).
 *
 * <p>Glossary. <i>Entry</i>: a place in guest code that control comes to by an address or from below. <i>Unit</i>: guest
 * code from one entry on, translated to one class. <i>Plan</i>: what a unit is made from. <i>Stub</i>: what a unit does
 * where its fast way ends. <i>Budget</i>: instructions that may still run. <i>Unwinding</i>: all units on the JVM's stack
 * return at once.
 */
@NullMarked
package dev.ravel.jit;

import org.jspecify.annotations.NullMarked;
