package dev.ravel.net;

import java.nio.channels.SelectionKey;

/** What is attached to each key of a network's selector. */
@FunctionalInterface
public interface KeyHandler {
    /** Something came for the key's channel. */
    void ready(SelectionKey key);
}
