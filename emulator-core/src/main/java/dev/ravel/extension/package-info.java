/** The instructions, one file for each extension: encoding, operands, meaning. */
@NullMarked
package dev.ravel.extension;

import org.jspecify.annotations.NullMarked;
