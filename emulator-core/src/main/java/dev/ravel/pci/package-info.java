/**
 * PCI Express as the board has it: one bus behind a host bridge ({@link dev.ravel.pci.PciHost}), whose functions ({@link
 * dev.ravel.pci.PciFunction}) a guest finds by their configuration spaces.
 */
@NullMarked
package dev.ravel.pci;

import org.jspecify.annotations.NullMarked;
