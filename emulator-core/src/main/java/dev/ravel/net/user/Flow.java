package dev.ravel.net.user;

/**
 * The two ends of a conversation over UDP or TCP, as the guest sees them.
 *
 * @param guest the guest's address
 * @param guestPort its port
 * @param address whom it talks to
 * @param port the port there
 */
record Flow(int guest, int guestPort, int address, int port) {}
