/**
 * The description of a machine: checked records, which the builder collects in a {@link
 * dev.ravel.machine.config.MachineConfig}; the {@linkplain dev.ravel.machine.config.Board map of the board}; and what a
 * board {@linkplain dev.ravel.machine.config.Backplane offers} to a {@link dev.ravel.machine.config.DeviceConfig} that
 * attaches itself.
 */
@NullMarked
package dev.ravel.machine.config;

import org.jspecify.annotations.NullMarked;
