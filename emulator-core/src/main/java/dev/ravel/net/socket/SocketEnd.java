package dev.ravel.net.socket;

import java.net.InetSocketAddress;

/** Which end of the TCP connection that is the wire a machine has. */
public sealed interface SocketEnd {
    /** The address of the end that waits: with a name that is not looked up yet, or with an address. */
    InetSocketAddress address();

    /** The one that waits for the other; port 0 is any that is free. */
    record Listen(InetSocketAddress address) implements SocketEnd {}

    /** The one that goes to the other. */
    record Connect(InetSocketAddress address) implements SocketEnd {}
}
