/** Guest programs that measure an emulator from outside, and their runner, {@link dev.ravel.benchmarks.guest.GuestBenchCommand}. */
@NullMarked
package dev.ravel.benchmarks.guest;

import org.jspecify.annotations.NullMarked;
