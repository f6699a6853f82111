package dev.ravel.desktop.inspector;

import dev.ravel.inspect.PageWalkView;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javafx.css.PseudoClass;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;

/** A page walk, its levels drawn one under the other with the bits of each entry. */
final class WalkPicture {
    private static final PseudoClass SET = PseudoClass.getPseudoClass("set");
    private static final PseudoClass FAULT = PseudoClass.getPseudoClass("fault");

    /** Bits 7 to 0 of an entry, as the specification draws them. */
    private static final List<String> BITS = List.of("D", "A", "G", "U", "X", "W", "R", "V");

    private final VBox steps = new VBox();
    private final ScrollPane scroll = new ScrollPane(steps);
    private Optional<WalkSample> shown = Optional.empty();

    WalkPicture() {
        steps.getStyleClass().add("walk");
        scroll.setFitToWidth(true);
    }

    Node node() {
        return scroll;
    }

    void show(WalkSample sample) {
        if (shown.filter(sample::equals).isPresent()) {
            return;
        }
        shown = Optional.of(sample);
        steps.getChildren().setAll(label("walk-access", sample.access(), "summary"));
        for (PageWalkView.Level level : sample.walk().levels()) {
            steps.getChildren().addAll(level(level), arrow(level));
        }
        VBox end = new VBox();
        end.getStyleClass().add("step");
        end.pseudoClassStateChanged(FAULT, !sample.walk().succeeds());
        sample.end().forEach(line -> end.getChildren().add(label("", line, "code")));
        end.getChildren().add(label("walk-verdict", sample.verdict(), "summary"));
        steps.getChildren().add(end);
    }

    private static Node level(PageWalkView.Level level) {
        FlowPane bits = new FlowPane();
        List<String> set = Arrays.asList(level.bits().split(" "));
        for (String name : BITS) {
            Label bit = label("", name, "bit");
            bit.pseudoClassStateChanged(SET, set.contains(name));
            bits.getChildren().add(bit);
        }
        // The rest is rare: drawn where it is.
        set.stream().filter(name -> !name.isEmpty() && !BITS.contains(name)).forEach(name -> {
            Label bit = label("", name, "bit");
            bit.pseudoClassStateChanged(SET, true);
            bits.getChildren().add(bit);
        });
        VBox box = new VBox(
                label("walk-level-" + level.level(), WalkSample.place(level), "summary"),
                label("walk-entry-" + level.level(), HartSample.digits(level.entry()), "code"),
                bits);
        box.getStyleClass().add("step");
        return box;
    }

    private static Node arrow(PageWalkView.Level level) {
        return label("walk-leads-" + level.level(), "\u2193 " + WalkSample.leadsTo(level), "code");
    }

    private static Label label(String id, String text, String style) {
        Label label = new Label(text);
        if (!id.isEmpty()) {
            label.setId(id);
        }
        label.setWrapText(!style.equals("bit"));
        label.getStyleClass().add(style);
        return label;
    }
}
