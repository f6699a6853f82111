package dev.ravel.desktop;

import dev.ravel.input.Key;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import javafx.scene.input.KeyCode;

/**
 * The keys of a guest's keyboard by those of the toolkit, which tells what is printed on a key and not where it is: as they are on
 * a keyboard of the United States.
 */
final class GuestKeys {
    private static final Map<KeyCode, Key> KEYS = new EnumMap<>(KeyCode.class);

    static {
        for (char letter = 'A'; letter <= 'Z'; letter++) {
            KEYS.put(KeyCode.valueOf(String.valueOf(letter)), Key.valueOf(String.valueOf(letter)));
        }
        for (int digit = 0; digit <= 9; digit++) {
            KEYS.put(KeyCode.valueOf("DIGIT" + digit), Key.valueOf("DIGIT_" + digit));
            KEYS.put(KeyCode.valueOf("NUMPAD" + digit), Key.valueOf("KEYPAD_" + digit));
        }
        for (int number = 1; number <= 24; number++) {
            KEYS.put(KeyCode.valueOf("F" + number), Key.valueOf("F" + number));
        }
        KEYS.putAll(Map.ofEntries(
                Map.entry(KeyCode.ESCAPE, Key.ESC),
                Map.entry(KeyCode.MINUS, Key.MINUS),
                Map.entry(KeyCode.EQUALS, Key.EQUAL),
                Map.entry(KeyCode.BACK_SPACE, Key.BACKSPACE),
                Map.entry(KeyCode.TAB, Key.TAB),
                Map.entry(KeyCode.OPEN_BRACKET, Key.LEFT_BRACE),
                Map.entry(KeyCode.CLOSE_BRACKET, Key.RIGHT_BRACE),
                Map.entry(KeyCode.BRACELEFT, Key.LEFT_BRACE),
                Map.entry(KeyCode.BRACERIGHT, Key.RIGHT_BRACE),
                Map.entry(KeyCode.ENTER, Key.ENTER),
                Map.entry(KeyCode.CONTROL, Key.LEFT_CTRL),
                Map.entry(KeyCode.SEMICOLON, Key.SEMICOLON),
                Map.entry(KeyCode.QUOTE, Key.APOSTROPHE),
                Map.entry(KeyCode.BACK_QUOTE, Key.GRAVE),
                Map.entry(KeyCode.SHIFT, Key.LEFT_SHIFT),
                Map.entry(KeyCode.BACK_SLASH, Key.BACKSLASH),
                Map.entry(KeyCode.LESS, Key.ISO_102ND),
                Map.entry(KeyCode.COMMA, Key.COMMA),
                Map.entry(KeyCode.PERIOD, Key.DOT),
                Map.entry(KeyCode.SLASH, Key.SLASH),
                Map.entry(KeyCode.ALT, Key.LEFT_ALT),
                Map.entry(KeyCode.ALT_GRAPH, Key.RIGHT_ALT),
                Map.entry(KeyCode.SPACE, Key.SPACE),
                Map.entry(KeyCode.CAPS, Key.CAPS_LOCK),
                Map.entry(KeyCode.NUM_LOCK, Key.NUM_LOCK),
                Map.entry(KeyCode.SCROLL_LOCK, Key.SCROLL_LOCK),
                Map.entry(KeyCode.MULTIPLY, Key.KEYPAD_ASTERISK),
                Map.entry(KeyCode.SUBTRACT, Key.KEYPAD_MINUS),
                Map.entry(KeyCode.ADD, Key.KEYPAD_PLUS),
                Map.entry(KeyCode.DIVIDE, Key.KEYPAD_SLASH),
                Map.entry(KeyCode.DECIMAL, Key.KEYPAD_DOT),
                Map.entry(KeyCode.PRINTSCREEN, Key.SYSRQ),
                Map.entry(KeyCode.PAUSE, Key.PAUSE),
                Map.entry(KeyCode.HOME, Key.HOME),
                Map.entry(KeyCode.END, Key.END),
                Map.entry(KeyCode.PAGE_UP, Key.PAGE_UP),
                Map.entry(KeyCode.PAGE_DOWN, Key.PAGE_DOWN),
                Map.entry(KeyCode.UP, Key.UP),
                Map.entry(KeyCode.DOWN, Key.DOWN),
                Map.entry(KeyCode.LEFT, Key.LEFT),
                Map.entry(KeyCode.RIGHT, Key.RIGHT),
                Map.entry(KeyCode.KP_UP, Key.KEYPAD_8),
                Map.entry(KeyCode.KP_DOWN, Key.KEYPAD_2),
                Map.entry(KeyCode.KP_LEFT, Key.KEYPAD_4),
                Map.entry(KeyCode.KP_RIGHT, Key.KEYPAD_6),
                Map.entry(KeyCode.INSERT, Key.INSERT),
                Map.entry(KeyCode.DELETE, Key.DELETE),
                Map.entry(KeyCode.WINDOWS, Key.LEFT_META),
                Map.entry(KeyCode.META, Key.LEFT_META),
                Map.entry(KeyCode.COMMAND, Key.LEFT_META),
                Map.entry(KeyCode.CONTEXT_MENU, Key.COMPOSE)));
    }

    private GuestKeys() {}

    /** The guest's key, if it has one. */
    static Optional<Key> of(KeyCode code) {
        return Optional.ofNullable(KEYS.get(code));
    }
}
