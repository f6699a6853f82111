/**
 * Flattened device trees (Devicetree Specification 0.4): a tree to build or edit, its blob form, and its source form.
 */
@NullMarked
package dev.ravel.fdt;

import org.jspecify.annotations.NullMarked;
