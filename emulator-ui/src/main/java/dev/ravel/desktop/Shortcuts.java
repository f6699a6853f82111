package dev.ravel.desktop;

import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javafx.scene.Scene;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.MenuItem;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;

/**
 * The keys of a window's menus. They are looked for before the console sees a key, which would otherwise send it to the
 * guest. Those without Ctrl are the guest's, but for while the window says that it wants them.
 */
final class Shortcuts {
    private final Map<KeyCombination, MenuItem> items;
    private final BooleanSupplier wanted;

    /** The key that went down last was one of these: what it types belongs to nobody. */
    private boolean taken;

    private Shortcuts(Map<KeyCombination, MenuItem> items, BooleanSupplier wanted) {
        this.items = items;
        this.wanted = wanted;
    }

    /**
     * @param wanted whether keys without Ctrl are for the window now, and not for a guest
     */
    static void install(Scene scene, Map<KeyCombination, MenuItem> items, BooleanSupplier wanted) {
        Shortcuts shortcuts = new Shortcuts(items, wanted);
        scene.addEventFilter(KeyEvent.KEY_PRESSED, shortcuts::pressed);
        scene.addEventFilter(KeyEvent.KEY_TYPED, shortcuts::typed);
    }

    private void pressed(KeyEvent event) {
        Optional<MenuItem> item = items.entrySet().stream()
                .filter(entry -> entry.getKey().match(event))
                .filter(entry ->
                        entry.getKey().getControl() == KeyCombination.ModifierValue.DOWN || wanted.getAsBoolean())
                .map(Map.Entry::getValue)
                .findFirst();
        taken = item.isPresent();
        if (item.isEmpty()) {
            return;
        }
        event.consume();
        if (!item.get().isDisable()) {
            fire(item.get());
        }
    }

    private static void fire(MenuItem item) {
        // To fire alone does not do what a click does to these.
        if (item instanceof CheckMenuItem check) {
            check.setSelected(!check.isSelected());
        } else if (item instanceof RadioMenuItem radio) {
            radio.setSelected(true);
        }
        item.fire();
    }

    private void typed(KeyEvent event) {
        if (taken) {
            event.consume();
        }
    }
}
