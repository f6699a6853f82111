/**
 * Programs in RISC-V assembly that check the machine they run on and switch it off with the result: {@link
 * dev.ravel.testroms.TestRom} lists them.
 */
@NullMarked
package dev.ravel.testroms;

import org.jspecify.annotations.NullMarked;
