/**
 * Random programs: {@link dev.ravel.testroms.random.ProgramGenerator} makes them out of the table of instructions, {@link
 * dev.ravel.testroms.random.ProgramMachine} runs them on an engine, {@link dev.ravel.testroms.random.Comparison} compares.
 */
@NullMarked
package dev.ravel.testroms.random;

import org.jspecify.annotations.NullMarked;
