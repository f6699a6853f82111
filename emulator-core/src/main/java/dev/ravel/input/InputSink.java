package dev.ravel.input;

import java.util.List;

/** Takes what a person does. */
@FunctionalInterface
public interface InputSink {
    /**
     * Takes what happens at once, without the {@link InputEvent#REPORT} that ends it. Any thread; it does not wait.
     *
     * @return whether it was taken; whoever is too fast loses all of it
     */
    boolean send(List<InputEvent> update);
}
