package dev.ravel.desktop;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SplitPane;
import javafx.scene.input.KeyCode;

/** Moves the dividers of a window by keys: the one beside what has the keyboard. */
final class Dividers {
    /** A part of the length that is divided. */
    private static final double STEP = 0.04;

    private static final double LEAST = 0.05;

    private final SplitPane outermost;

    /**
     * @param outermost whose dividers are moved where what has the keyboard lies in none
     */
    Dividers(SplitPane outermost) {
        this.outermost = outermost;
    }

    List<MenuItem> items() {
        return List.of(
                item("divider-left", "Divider to the left", KeyCode.LEFT, Orientation.HORIZONTAL, -STEP),
                item("divider-right", "Divider to the right", KeyCode.RIGHT, Orientation.HORIZONTAL, STEP),
                item("divider-up", "Divider up", KeyCode.UP, Orientation.VERTICAL, -STEP),
                item("divider-down", "Divider down", KeyCode.DOWN, Orientation.VERTICAL, STEP));
    }

    private MenuItem item(String id, String text, KeyCode key, Orientation along, double by) {
        return MenuItems.item(id, text, key, () -> move(along, by));
    }

    private void move(Orientation along, double by) {
        List<Node> around = new ArrayList<>();
        for (Node node = outermost.getScene().getFocusOwner(); node != null; node = node.getParent()) {
            if (node instanceof SplitPane split && split.getOrientation() == along) {
                move(split, around, by);
                return;
            }
            around.add(node);
        }
        if (outermost.getOrientation() == along) {
            move(outermost, List.of(), by);
        }
    }

    /** Moves the divider behind the part that is around what has the keyboard, or before it if it is the last. */
    private static void move(SplitPane split, List<Node> around, double by) {
        int last = split.getDividers().size() - 1;
        if (last < 0) {
            return;
        }
        int part = IntStream.rangeClosed(0, last)
                .filter(i -> around.contains(split.getItems().get(i)))
                .findFirst()
                .orElse(around.isEmpty() ? 0 : last);
        double[] positions = split.getDividerPositions();
        double from = part == 0 ? LEAST : positions[part - 1];
        double to = part == last ? 1 - LEAST : positions[part + 1];
        split.setDividerPosition(part, Math.clamp(positions[part] + by, from, to));
    }
}
