/**
 * The page of a user's machines: the list with what each is doing, and the form that describes one. Start at {@link
 * dev.ravel.desktop.manager.MachinesPage}.
 */
@NullMarked
package dev.ravel.desktop.manager;

import org.jspecify.annotations.NullMarked;
