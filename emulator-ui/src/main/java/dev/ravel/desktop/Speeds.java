package dev.ravel.desktop;

import static dev.ravel.desktop.MenuItems.item;

import dev.ravel.session.Speed;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Menu;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.Slider;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.HBox;

/** A menu and a slider that say how fast a machine runs. */
final class Speeds {
    private final List<Speed> speeds;
    private final Menu menu = new Menu("Speed");
    private final HBox pane;

    /** The place of the speed in the list. */
    private final IntegerProperty chosen;

    Speeds(Controls controls) {
        speeds = controls.speeds();
        chosen = new SimpleIntegerProperty(speeds.indexOf(controls.speed()));
        menu.setId("menu-speed");
        ToggleGroup group = new ToggleGroup();
        List<RadioMenuItem> items = new ArrayList<>();
        for (int i = 0; i < speeds.size(); i++) {
            int index = i;
            RadioMenuItem item = new RadioMenuItem(speeds.get(i).label());
            item.setId("menu-speed-" + i);
            item.setToggleGroup(group);
            item.setOnAction(event -> chosen.set(index));
            items.add(item);
        }
        menu.getItems().addAll(items.reversed());
        menu.getItems()
                .addAll(
                        new SeparatorMenuItem(),
                        item("slower", "Slower", KeyCode.COMMA, () -> change(chosen.get() - 1)),
                        item("faster", "Faster", KeyCode.PERIOD, () -> change(chosen.get() + 1)),
                        item("full-speed", "As fast as it can", KeyCode.F, () -> change(speeds.size() - 1)));

        Slider slider = new Slider(0, speeds.size() - 1, chosen.get());
        slider.setId("speed");
        slider.setMajorTickUnit(1);
        slider.setMinorTickCount(0);
        slider.setSnapToTicks(true);
        slider.setBlockIncrement(1);
        // The console keeps the keyboard; the menu's keys do the same.
        slider.setFocusTraversable(false);
        slider.setTooltip(new Tooltip("Speed (Ctrl+Shift+, and Ctrl+Shift+.)"));
        slider.valueProperty().addListener((value, before, after) -> change((int) Math.round(after.doubleValue())));
        Label label = new Label();
        label.setId("speed-label");
        pane = new HBox(slider, label);
        pane.getStyleClass().add("speed");

        Runnable show = () -> {
            group.selectToggle(items.get(chosen.get()));
            label.setText(speeds.get(chosen.get()).label());
            if (!slider.isValueChanging()) {
                slider.setValue(chosen.get());
            }
        };
        show.run();
        chosen.addListener((index, before, after) -> {
            show.run();
            controls.setSpeed(speeds.get(chosen.get()));
        });
    }

    private void change(int index) {
        chosen.set(Math.clamp(index, 0, speeds.size() - 1));
    }

    Menu menu() {
        return menu;
    }

    /** The slider with what it stands at. */
    Node node() {
        return pane;
    }
}
