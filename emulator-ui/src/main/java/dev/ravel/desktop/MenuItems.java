package dev.ravel.desktop;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import org.kordamp.ikonli.javafx.FontIcon;

/** Items of menus that all windows have alike, each with an id and a key: Ctrl+Shift with another. */
final class MenuItems {
    private MenuItems() {}

    static MenuItem item(String id, String text, KeyCode code, Runnable action) {
        MenuItem item = new MenuItem(text);
        item.setId("menu-" + id);
        item.setAccelerator(key(code));
        item.setOnAction(event -> action.run());
        return item;
    }

    static KeyCombination key(KeyCode code) {
        return new KeyCodeCombination(code, KeyCombination.CONTROL_DOWN, KeyCombination.SHIFT_DOWN);
    }

    /** A button that does what a menu's item does. What has the keyboard keeps it when the button is pressed. */
    static ButtonBase button(ButtonBase button, String id, FontIcon icon, MenuItem item) {
        button.setId(id);
        button.setGraphic(icon);
        button.setFocusTraversable(false);
        button.disableProperty().bind(item.disableProperty());
        button.setTooltip(
                new Tooltip(item.getText() + " (" + item.getAccelerator().getDisplayText() + ")"));
        if (button instanceof Button) {
            button.setOnAction(event -> item.fire());
        }
        return button;
    }

    /** Light or dark, and the size of text. */
    static List<MenuItem> appearance(Appearance appearance) {
        RadioMenuItem light = new RadioMenuItem("Light");
        RadioMenuItem dark = new RadioMenuItem("Dark");
        ToggleGroup group = new ToggleGroup();
        light.setToggleGroup(group);
        dark.setToggleGroup(group);
        light.setId("menu-light");
        dark.setId("menu-dark");
        light.setAccelerator(key(KeyCode.L));
        dark.setAccelerator(key(KeyCode.D));
        group.selectToggle(Appearance.dark() ? dark : light);
        light.setOnAction(event -> appearance.chooseDark(false));
        dark.setOnAction(event -> appearance.chooseDark(true));
        return List.of(
                light,
                dark,
                new SeparatorMenuItem(),
                item("larger", "Larger text", KeyCode.PLUS, appearance::larger),
                item("smaller", "Smaller text", KeyCode.MINUS, appearance::smaller),
                item("normal", "Normal text", KeyCode.DIGIT0, appearance::normal),
                item("twice", "Text at 200 %", KeyCode.T, appearance::twice));
    }

    /** The menu with what this program is. */
    static Menu help(Runnable about) {
        return new Menu("Help", null, item("about", "About Ravel", KeyCode.A, about));
    }

    /** The items of a bar that have a key, by that key. */
    static Map<KeyCombination, MenuItem> keys(MenuBar bar) {
        Map<KeyCombination, MenuItem> keys = new TreeMap<>(Comparator.comparing(KeyCombination::getName));
        bar.getMenus().stream()
                .flatMap(menu -> menu.getItems().stream())
                .filter(item -> item.getAccelerator() != null)
                .forEach(item -> keys.put(item.getAccelerator(), item));
        return keys;
    }
}
