package dev.ravel.desktop;

import java.util.List;
import javafx.scene.input.KeyCode;
import javafx.scene.robot.Robot;

/** Keys that type printable ASCII: those of a keyboard as in the United States, which is what the toolkit without a display has. */
final class UsKeyboard {
    private static final String PLAIN = "`1234567890-=[]\\;',./ ";
    private static final String SHIFTED = "~!@#$%^&*()_+{}|:\"<>?";

    /** The key of each character of {@link #PLAIN}; that robot types brackets with the keys of braces, for which it needs no shift. */
    private static final List<KeyCode> KEYS = List.of(
            KeyCode.BACK_QUOTE,
            KeyCode.DIGIT1,
            KeyCode.DIGIT2,
            KeyCode.DIGIT3,
            KeyCode.DIGIT4,
            KeyCode.DIGIT5,
            KeyCode.DIGIT6,
            KeyCode.DIGIT7,
            KeyCode.DIGIT8,
            KeyCode.DIGIT9,
            KeyCode.DIGIT0,
            KeyCode.MINUS,
            KeyCode.EQUALS,
            KeyCode.BRACELEFT,
            KeyCode.BRACERIGHT,
            KeyCode.BACK_SLASH,
            KeyCode.SEMICOLON,
            KeyCode.QUOTE,
            KeyCode.COMMA,
            KeyCode.PERIOD,
            KeyCode.SLASH,
            KeyCode.SPACE);

    private UsKeyboard() {}

    /** Presses and lets go what types a character. */
    static void type(Robot robot, char c) {
        boolean shift = Character.isUpperCase(c) || SHIFTED.indexOf(c) >= 0;
        if (shift) {
            robot.keyPress(KeyCode.SHIFT);
        }
        robot.keyType(key(c));
        if (shift) {
            robot.keyRelease(KeyCode.SHIFT);
        }
    }

    private static KeyCode key(char c) {
        if (c < 128 && Character.isLetter(c)) {
            return KeyCode.valueOf(String.valueOf(Character.toUpperCase(c)));
        }
        int place = Math.max(PLAIN.indexOf(c), SHIFTED.indexOf(c));
        if (place < 0) {
            throw new IllegalArgumentException("no key types '" + c + "'");
        }
        return KEYS.get(place);
    }
}
