/**
 * The programs that come with Ravel as RISC-V assembly source, assembled when they are needed: {@link
 * dev.ravel.firmware.Firmware} answers SBI calls in M-mode, {@link dev.ravel.firmware.Kernel} lists what can run above it.
 */
@NullMarked
package dev.ravel.firmware;

import org.jspecify.annotations.NullMarked;
