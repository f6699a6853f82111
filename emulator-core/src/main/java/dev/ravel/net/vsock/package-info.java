/**
 * The host's side of virtio's sockets (virtio 1.3, 5.10): {@link dev.ravel.net.vsock.HostVsock} joins the guest's streams to Unix
 * and TCP sockets of the host, as its {@link dev.ravel.net.vsock.VsockSettings} say. Nothing that the guest sends is trusted.
 */
@NullMarked
package dev.ravel.net.vsock;

import org.jspecify.annotations.NullMarked;
