package dev.ravel.desktop;

import dev.ravel.desktop.widget.Icons;
import dev.ravel.inspect.step.StepResult;
import dev.ravel.session.MachineSession;
import dev.ravel.session.Movement;
import java.util.ArrayList;
import java.util.List;
import javafx.application.Platform;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/**
 * A menu and a row of buttons that move a paused machine, and below them where that has led. Their keys are those of
 * debuggers, and the guest's while it runs.
 */
final class Stepping {
    private final Controls controls;
    private final BooleanBinding notPaused;
    private final Menu menu = new Menu("Step");
    private final FlowPane buttons = new FlowPane();
    private final Label noWayBack = new Label();
    private final VBox pane = new VBox(buttons);
    private final Label result = new Label();
    private final MenuItem step;
    private final TargetBar target;
    private final HistoryBar history;

    Stepping(Controls controls, ObservableDoubleValue size) {
        this.controls = controls;
        this.notPaused = Bindings.createBooleanBinding(
                () -> controls.state().get() != MachineSession.State.PAUSED, controls.state());
        menu.setId("menu-stepping");
        pane.setId("stepping");
        pane.getStyleClass().add("stepping");
        buttons.getStyleClass().add("stepping-buttons");
        step = add(Movement.STEP, "step", "Step", key(KeyCode.F11), Feather.ARROW_DOWN, size);
        add(Movement.OVER, "over", "Over", key(KeyCode.F10), Feather.CORNER_UP_RIGHT, size);
        add(Movement.OUT, "out", "Out", shift(KeyCode.F11), Feather.CORNER_LEFT_UP, size);
        add(Movement.NEXT_TRAP, "next-trap", "Next trap", key(KeyCode.F12), Feather.FAST_FORWARD, size);
        menu.getItems().add(new SeparatorMenuItem());
        add(Movement.BACK, "back", "Back", key(KeyCode.F9), Feather.SKIP_BACK, size);
        add(Movement.BACK_TO_TRAP, "last-trap", "Last trap", shift(KeyCode.F9), Feather.REWIND, size);
        result.setId("stepping-result");
        result.setWrapText(true);
        noWayBack.setId("stepping-no-way-back");
        noWayBack.getStyleClass().add("missing");
        noWayBack.setWrapText(true);
        noWayBack.setTooltip(new Tooltip());
        noWayBack.getTooltip().textProperty().bind(noWayBack.textProperty());
        // Once there is a result, that is what the room is for.
        noWayBack.visibleProperty().bind(result.textProperty().isEmpty());
        controls.noWayBack()
                .ifPresent(why ->
                        noWayBack.setText("No way back: " + why + " (ravel run --deterministic, or its settings)."));
        target = new TargetBar(controls, this::show, result::setText);
        menu.getItems().add(new SeparatorMenuItem());
        menu.getItems().addAll(target.items());
        pane.getChildren().add(target.node());
        history = new HistoryBar(controls, this::show, result::setText);
        if (controls.noWayBack().isEmpty()) {
            pane.getChildren().add(history.node());
        }
        pane.getChildren().add(new StackPane(noWayBack, result));
        controls.state().addListener((state, before, after) -> showState(after));
        pane.widthProperty().addListener((width, before, after) -> Platform.runLater(this::fit));
        size.addListener((number, before, after) -> Platform.runLater(this::fit));
    }

    /** Leaves the words away where they do not fit into one row: the views below want the room. A tooltip says them too. */
    private void fit() {
        display(ContentDisplay.LEFT);
        pane.applyCss();
        double row = buttons.getHgap() * (buttons.getChildren().size() - 1);
        for (Node button : buttons.getChildren()) {
            row += button.prefWidth(-1);
        }
        boolean fits = row <= pane.getWidth() - pane.snappedLeftInset() - pane.snappedRightInset();
        display(fits ? ContentDisplay.LEFT : ContentDisplay.GRAPHIC_ONLY);
        noWayBack.setWrapText(fits);
    }

    private void display(ContentDisplay display) {
        buttons.getChildren().forEach(button -> ((Labeled) button).setContentDisplay(display));
    }

    private static KeyCombination key(KeyCode code) {
        return new KeyCodeCombination(code);
    }

    private static KeyCombination shift(KeyCode code) {
        return new KeyCodeCombination(code, KeyCombination.SHIFT_DOWN);
    }

    private MenuItem add(
            Movement movement, String id, String text, KeyCombination key, Feather icon, ObservableDoubleValue size) {
        MenuItem item = new MenuItem(text);
        item.setId("menu-" + id);
        item.setAccelerator(key);
        item.setOnAction(event -> controls.move(movement, this::show));
        if (movement.isBack() && controls.noWayBack().isPresent()) {
            item.setDisable(true);
        } else {
            item.disableProperty().bind(notPaused);
        }
        menu.getItems().add(item);
        buttons.getChildren().add(MenuItems.button(new Button(text), "stepping-" + id, Icons.icon(icon, size), item));
        return item;
    }

    private void show(MachineSession.Moved moved) {
        List<String> words = new ArrayList<>(List.of("step " + moved.position()));
        switch (moved.result()) {
            case StepResult.There there -> {}
            case StepResult.Found found -> words.add(found.event().words());
            case StepResult.NotFound notFound -> words.add("not found");
            case StepResult.GivenUp givenUp -> words.add("given up on the way");
            case StepResult.Beginning beginning -> words.add("the earliest state that is known");
            case StepResult.WasReset reset -> words.add("the guest has reset the machine");
            case StepResult.Ended ended -> words.add("the machine has ended, there is no way on or back");
        }
        result.setText(String.join(": ", words));
    }

    private void showState(MachineSession.State state) {
        switch (state) {
            case STEPPING -> result.setText("on the way; Pause gives up");
            case READY, RUNNING, OFF, FAILED -> result.setText("");
            case PAUSED -> {}
        }
    }

    /** The item that steps one instruction. */
    MenuItem step() {
        return step;
    }

    Menu menu() {
        return menu;
    }

    /**
     * Adds the ways to where a target can be chosen, and the number of a step can be typed.
     *
     * @param open has the buttons shown
     */
    void addChoices(Runnable open) {
        MenuItem choose = MenuItems.item("choose-target", "Choose what to go to", KeyCode.U, () -> {
            open.run();
            target.focus();
        });
        choose.disableProperty().bind(step.disableProperty());
        MenuItem goTo = MenuItems.item("go-to-step", "Go to step", KeyCode.J, () -> {
            open.run();
            history.focus();
        });
        goTo.disableProperty()
                .bind(step.disableProperty()
                        .or(new SimpleBooleanProperty(controls.noWayBack().isPresent())));
        menu.getItems().addAll(choose, goTo);
    }

    /** The buttons and what is said below them. */
    Node node() {
        return pane;
    }

    /** Whether its keys are not the guest's now. */
    boolean wantsKeys() {
        return switch (controls.state().get()) {
            case PAUSED, STEPPING -> true;
            case READY, RUNNING, OFF, FAILED -> false;
        };
    }
}
