/**
 * One end of TCP connections (RFC 9293), apart from networks, sockets and clocks: segments and the time go in, segments come
 * out. {@link dev.ravel.net.tcp.TcpConnection} is a connection; {@link dev.ravel.net.tcp.Sender} and
 * {@link dev.ravel.net.tcp.Receiver} are its two directions. Nothing that the other end sends is trusted.
 *
 * <p>Sequence numbers wrap; inside of the package the place of a byte in its stream is a <em>position</em> that does not: 0 is
 * the SYN, 1 the first byte, and the FIN comes after the last.
 */
@NullMarked
package dev.ravel.net.tcp;

import org.jspecify.annotations.NullMarked;
