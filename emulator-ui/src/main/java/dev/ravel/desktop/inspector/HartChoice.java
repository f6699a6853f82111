package dev.ravel.desktop.inspector;

import java.util.Optional;
import java.util.stream.IntStream;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;

/** Which hart a view shows; the first one until another is chosen. A machine with one hart has no choice. */
final class HartChoice {
    private final Optional<ComboBox<Integer>> box;
    private volatile int wanted;

    /**
     * @param id of the node
     * @param harts how many there are
     * @param chosen called on the toolkit's thread
     */
    HartChoice(String id, int harts, Runnable chosen) {
        if (harts == 1) {
            box = Optional.empty();
            return;
        }
        ComboBox<Integer> hart = new ComboBox<>();
        hart.setId(id);
        hart.getItems().setAll(IntStream.range(0, harts).boxed().toList());
        hart.setValue(0);
        hart.setOnAction(event -> {
            wanted = hart.getValue();
            chosen.run();
        });
        box = Optional.of(hart);
    }

    /** What to choose with, if there is a choice. */
    Optional<? extends Node> node() {
        return box;
    }

    /** The number of the hart that is wanted; on any thread. */
    int hart() {
        return wanted;
    }
}
