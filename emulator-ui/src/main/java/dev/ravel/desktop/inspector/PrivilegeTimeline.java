package dev.ravel.desktop.inspector;

import dev.ravel.inspect.TrapEvent;
import dev.ravel.isa.Privilege;
import java.util.List;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Line;
import javafx.scene.shape.Shape;
import javafx.scene.text.Text;

/**
 * A hart's privilege over the instructions that it retired: M above S above U. A trap is an upright line. When the handler
 * returned is not recorded, so the way down to the mode that the next trap came from is dashed.
 */
final class PrivilegeTimeline {
    private static final int LANES = 3;
    private static final double EMS = 6;

    private final Pane pane = new Pane();
    private final ObservableDoubleValue fontSize;
    private List<TrapEvent> traps = List.of();

    PrivilegeTimeline(ObservableDoubleValue fontSize) {
        this.fontSize = fontSize;
        pane.setId("timeline");
        pane.getStyleClass().add("timeline");
        pane.widthProperty().addListener((width, before, after) -> draw());
        fontSize.addListener((size, before, after) -> draw());
        draw();
    }

    Pane node() {
        return pane;
    }

    /** Draws traps of one hart, the oldest first. */
    void show(List<TrapEvent> shown) {
        if (!shown.equals(traps)) {
            traps = List.copyOf(shown);
            draw();
        }
    }

    private void draw() {
        pane.setMinHeight(EMS * fontSize.get());
        pane.setPrefHeight(EMS * fontSize.get());
        pane.getChildren().clear();
        for (int mode : List.of(Privilege.MACHINE, Privilege.SUPERVISOR, Privilege.USER)) {
            Text letter = new Text(fontSize.get() / 2, y(mode) + fontSize.get() / 3, Privilege.letter(mode));
            letter.getStyleClass().add("lane");
            pane.getChildren().add(letter);
        }
        for (int i = 0; i < traps.size(); i++) {
            TrapEvent trap = traps.get(i);
            double x = x(trap);
            add(new Line(x, y(trap.from()), x, y(trap.to())), trap.interrupt() ? "interrupt" : "exception");
            if (i + 1 < traps.size()) {
                TrapEvent next = traps.get(i + 1);
                add(new Line(x, y(trap.to()), x(next), y(next.from())), trap.to() == next.from() ? "stay" : "return");
            }
        }
    }

    private void add(Shape line, String style) {
        line.getStyleClass().add(style);
        pane.getChildren().add(line);
    }

    private double x(TrapEvent trap) {
        double left = 2.5 * fontSize.get();
        double width = Math.max(1, pane.getWidth() - left - fontSize.get());
        long first = traps.getFirst().instructionsRetired();
        long span = Math.max(1, traps.getLast().instructionsRetired() - first);
        return left + width * (trap.instructionsRetired() - first) / span;
    }

    private double y(int mode) {
        int lane = switch (mode) {
            case Privilege.MACHINE -> 0;
            case Privilege.SUPERVISOR -> 1;
            default -> 2;
        };
        return (lane + 0.5) * EMS / LANES * fontSize.get();
    }
}
