/**
 * What a machine starts from: reads kernels and firmware in the formats they come in, and decides where in RAM each
 * piece goes. Start at {@link dev.ravel.boot.ImageLoader} and {@link dev.ravel.boot.BootLayout}.
 */
@NullMarked
package dev.ravel.boot;

import org.jspecify.annotations.NullMarked;
