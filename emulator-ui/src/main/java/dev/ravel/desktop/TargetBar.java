package dev.ravel.desktop;

import dev.ravel.inspect.Words;
import dev.ravel.session.MachineSession;
import dev.ravel.session.StepTarget;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;

/** What a paused machine goes on or back to, as it is chosen from a list and a name is typed. */
final class TargetBar {
    private final Controls controls;
    private final Consumer<MachineSession.Moved> arrived;
    private final Consumer<String> complaint;
    private final ComboBox<StepTarget.Kind> kind = new ComboBox<>();
    private final TextField which = new TextField();
    private final MenuItem on = item("On to what is chosen", "target-on", new KeyCodeCombination(KeyCode.F8), false);
    private final MenuItem back = item(
            "Back to what is chosen",
            "target-back",
            new KeyCodeCombination(KeyCode.F8, KeyCombination.SHIFT_DOWN),
            true);
    private final HBox pane;

    /**
     * @param arrived is told where a movement has led
     * @param complaint is told of what was typed and does not exist
     */
    TargetBar(Controls controls, Consumer<MachineSession.Moved> arrived, Consumer<String> complaint) {
        this.controls = controls;
        this.arrived = arrived;
        this.complaint = complaint;
        kind.setId("target-kind");
        kind.getItems().setAll(StepTarget.Kind.values());
        kind.valueProperty().addListener((value, before, after) -> {
            which.setPromptText(after.hint());
            which.setDisable(after.hint().isEmpty());
        });
        kind.setValue(StepTarget.Kind.SYSTEM_CALL);
        which.setId("target-which");
        which.setOnAction(event -> go(false));
        HBox.setHgrow(which, Priority.ALWAYS);
        // What has the keyboard keeps it during a movement.
        var notStill = Bindings.createBooleanBinding(
                () -> switch (controls.state().get()) {
                    case PAUSED, STEPPING -> false;
                    case READY, RUNNING, OFF, FAILED -> true;
                },
                controls.state());
        on.disableProperty().bind(notStill);
        if (controls.noWayBack().isPresent()) {
            back.setDisable(true);
        } else {
            back.disableProperty().bind(notStill);
        }
        pane = new HBox(new Label("To"), kind, which, button("On", on), button("Back", back));
        pane.getStyleClass().add("history");
        kind.disableProperty().bind(notStill);
    }

    private MenuItem item(String text, String id, KeyCombination key, boolean backward) {
        MenuItem item = new MenuItem(text);
        item.setId("menu-" + id);
        item.setAccelerator(key);
        item.setOnAction(event -> go(backward));
        return item;
    }

    private static Node button(String text, MenuItem item) {
        Button button = new Button(text);
        button.setId(item.getId().substring("menu-".length()));
        button.setFocusTraversable(false);
        button.setMinWidth(Button.USE_PREF_SIZE);
        button.disableProperty().bind(item.disableProperty());
        button.setOnAction(event -> item.fire());
        return button;
    }

    private void go(boolean backward) {
        StepTarget target = new StepTarget(kind.getValue(), which.isDisable() ? "" : which.getText());
        controls.moveTo(target, backward, arrived, why -> complaint.accept(Words.printable(why)));
    }

    /** Lets one choose and type. */
    void focus() {
        (which.isDisable() ? kind : which).requestFocus();
    }

    /** The items that move the machine. */
    List<MenuItem> items() {
        return List.of(on, back);
    }

    Node node() {
        return pane;
    }
}
