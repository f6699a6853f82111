package dev.ravel.desktop.inspector;

import javafx.scene.Node;

/**
 * One side of a machine on the screen.
 *
 * @param <S> an immutable sample of it
 */
interface View<S> {
    /** The tab's title. */
    String title();

    /** A name for the nodes of this view: {@code hart}. */
    String id();

    /** What to put into the tab. */
    Node node();

    /** Called before the first sample after the view was opened; on the sampler's thread. */
    default void opened(Guest guest) {}

    /** Looks at the guest; on the sampler's thread. */
    Sampled<S> sample(Guest guest);

    /** Shows a sample; on the toolkit's thread. */
    void show(S sample);

    /** Called after the last sample when the view is closed; on the sampler's thread. */
    default void closed(Guest guest) {}
}
