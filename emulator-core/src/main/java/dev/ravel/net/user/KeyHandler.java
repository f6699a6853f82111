package dev.ravel.net.user;

import java.nio.channels.SelectionKey;

/** What is attached to each key of the network's selector. */
@FunctionalInterface
interface KeyHandler {
    /** Something came for the key's channel. */
    void ready(SelectionKey key);
}
