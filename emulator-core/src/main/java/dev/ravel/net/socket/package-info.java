/**
 * A wire to one other machine, of Ravel or QEMU, on this host or another: {@link dev.ravel.net.socket.SocketNetwork}. Nothing that
 * the other sends is trusted.
 */
@NullMarked
package dev.ravel.net.socket;

import org.jspecify.annotations.NullMarked;
