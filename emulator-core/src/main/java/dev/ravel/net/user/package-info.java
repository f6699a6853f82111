/**
 * A network that needs no privileges on the host: {@link dev.ravel.net.user.UserNetwork}. {@link dev.ravel.net.user.Gateway}
 * is what the guest sees on its wire, {@link dev.ravel.net.user.UdpNat} and {@link dev.ravel.net.user.TcpNat} are the host's
 * side. Nothing that the guest sends is trusted.
 */
@NullMarked
package dev.ravel.net.user;

import org.jspecify.annotations.NullMarked;
