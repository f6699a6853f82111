/** What the launcher {@code ./ravel} has done after a build. */
@NullMarked
package dev.ravel.launch;

import org.jspecify.annotations.NullMarked;
