package dev.ravel.desktop.inspector;

import dev.ravel.inspect.RegisterView;
import java.util.ArrayList;
import java.util.List;
import javafx.css.PseudoClass;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.TilePane;

/** Integer and floating-point registers, as many beside each other as there is room for. */
final class RegisterGrid {
    private static final PseudoClass CHANGED = PseudoClass.getPseudoClass("changed");
    private static final int REGISTERS = 32;

    private final TilePane tiles = new TilePane();
    private final List<Label> x = new ArrayList<>();
    private final List<Label> f = new ArrayList<>();

    RegisterGrid() {
        tiles.setId("registers");
        tiles.setPrefColumns(2);
        for (int i = 0; i < REGISTERS; i++) {
            x.add(label());
        }
        for (int i = 0; i < REGISTERS; i++) {
            f.add(label());
        }
    }

    private Label label() {
        Label label = new Label();
        label.getStyleClass().add("register");
        label.setMinWidth(Label.USE_PREF_SIZE);
        label.managedProperty().bind(label.visibleProperty());
        tiles.getChildren().add(label);
        return label;
    }

    Node node() {
        return tiles;
    }

    void show(HartSample sample) {
        show(sample, x, sample.hart().x(), true);
        show(sample, f, sample.hart().f(), false);
    }

    private static void show(HartSample sample, List<Label> labels, List<RegisterView> registers, boolean all) {
        for (int i = 0; i < REGISTERS; i++) {
            RegisterView register = registers.get(i);
            Label label = labels.get(i);
            label.setId("register-" + register.name());
            label.setText(String.format("%-4s %016x", register.name(), register.value()));
            label.pseudoClassStateChanged(CHANGED, sample.changed().contains(register.name()));
            // Few programs use all floating-point registers, and most none.
            label.setVisible(all || register.value() != 0);
        }
    }
}
