/**
 * Networks: what a network device is plugged into ({@link dev.ravel.net.NetworkPort}), and how it is addressed. {@code
 * dev.ravel.net.user} is a network that needs no privileges on the host, {@code dev.ravel.net.socket} a wire to one other machine.
 */
@NullMarked
package dev.ravel.net;

import org.jspecify.annotations.NullMarked;
