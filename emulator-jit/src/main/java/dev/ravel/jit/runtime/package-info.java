/** What generated code runs on: guest registers as fields, slow paths, and the loop that goes from unit to unit. */
@NullMarked
package dev.ravel.jit.runtime;

import org.jspecify.annotations.NullMarked;
