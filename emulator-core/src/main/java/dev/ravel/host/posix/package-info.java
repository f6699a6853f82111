/**
 * Calls of the host's C library that the JDK does not offer: files relative to an open directory, extended attributes,
 * advice on memory; and its random numbers. Start at {@link dev.ravel.host.posix.LinuxCalls}.
 */
@NullMarked
package dev.ravel.host.posix;

import org.jspecify.annotations.NullMarked;
