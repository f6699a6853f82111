package dev.ravel.desktop;

import dev.ravel.session.MachineSession;
import java.util.OptionalLong;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;

/** Where in its run a paused machine is, as a number of steps and as a place on a slider: both can be set to another. */
final class HistoryBar {
    private static final double PRESS = 1_000_000;

    private final Controls controls;
    private final Consumer<MachineSession.Moved> arrived;
    private final Consumer<String> complaint;
    private final TextField position = new TextField();
    private final Slider slider = new Slider();
    private final HBox pane = new HBox(new Label("Step"), position, slider);

    /** The slider moves because the machine did. */
    private boolean following;

    /**
     * @param arrived is told where a movement has led
     * @param complaint is told of what was typed and is no position
     */
    HistoryBar(Controls controls, Consumer<MachineSession.Moved> arrived, Consumer<String> complaint) {
        this.controls = controls;
        this.arrived = arrived;
        this.complaint = complaint;
        pane.getStyleClass().add("history");
        HBox.setHgrow(slider, Priority.ALWAYS);
        position.setId("history-position");
        position.setTooltip(new Tooltip("Steps since reset; -1000000 for so many back"));
        position.setOnAction(event -> goTo(position.getText()));
        slider.setId("history");
        slider.setBlockIncrement(PRESS);
        slider.setTooltip(new Tooltip("The run until now"));
        slider.valueProperty().addListener((value, before, after) -> moved());
        slider.valueChangingProperty().addListener((changing, before, after) -> moved());
        // What has the keyboard keeps it during a movement.
        pane.disableProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> switch (controls.state().get()) {
                            case PAUSED, STEPPING -> false;
                            case READY, RUNNING, OFF, FAILED -> true;
                        },
                        controls.state()));
        controls.past().addListener((past, before, after) -> after.ifPresent(this::show));
    }

    private void show(MachineSession.Past past) {
        following = true;
        // First the wider range: a value outside of it would be another one.
        slider.setMin(Math.min(slider.getMin(), past.earliest()));
        slider.setMax(past.latest());
        slider.setValue(past.position());
        slider.setMin(past.earliest());
        following = false;
        position.setText(Long.toString(past.position()));
        position.end();
    }

    private void moved() {
        if (!following && !slider.isValueChanging()) {
            controls.goTo(Math.round(slider.getValue()), arrived);
        }
    }

    private void goTo(String text) {
        OptionalLong target = target(text.strip());
        if (target.isPresent()) {
            controls.goTo(target.getAsLong(), arrived);
        } else {
            complaint.accept("'" + text + "' is no number of steps: write 1000000, or -1000000 for so many back");
        }
    }

    private OptionalLong target(String text) {
        try {
            long number = Long.parseLong(text);
            boolean relative = text.startsWith("-") || text.startsWith("+");
            long here = controls.past().get().map(MachineSession.Past::position).orElse(0L);
            return OptionalLong.of(Math.max(0, relative ? Math.addExact(here, number) : number));
        } catch (NumberFormatException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /** Gives the number the keyboard. */
    void focus() {
        position.requestFocus();
        position.selectAll();
    }

    Node node() {
        return pane;
    }
}
