package dev.ravel.desktop;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.util.Objects;
import javafx.application.Application;
import javafx.application.ColorScheme;
import javafx.application.Platform;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.scene.Scene;

/** Light or dark, and how large: the theme is that of all windows, the size that of one. */
final class Appearance {
    private static final double NORMAL = 14;
    private static final double STEP = 1.25;
    private static final double SMALLEST = NORMAL / STEP / STEP;
    private static final double LARGEST = 2.5 * NORMAL;

    private final Scene scene;
    private final Remembered remembered;
    private final ReadOnlyDoubleWrapper fontSize = new ReadOnlyDoubleWrapper(NORMAL);

    /** As the user has chosen it before; otherwise the desktop's theme, and text as usual. */
    Appearance(Scene scene, Remembered remembered) {
        this.scene = scene;
        this.remembered = remembered;
        scene.getStylesheets()
                .add(Objects.requireNonNull(Appearance.class.getResource("desktop.css"))
                        .toExternalForm());
        setDark(remembered
                .settings()
                .dark()
                .orElseGet(() -> Platform.getPreferences().getColorScheme() == ColorScheme.DARK));
        show(Math.clamp(remembered.settings().textSize().orElse(NORMAL), SMALLEST, LARGEST));
    }

    /** Whether the theme is the dark one. */
    static boolean dark() {
        return new PrimerDark().getUserAgentStylesheet().equals(Application.getUserAgentStylesheet());
    }

    /** Gives all windows the dark theme, or the light one. */
    static void setDark(boolean dark) {
        Application.setUserAgentStylesheet(
                dark ? new PrimerDark().getUserAgentStylesheet() : new PrimerLight().getUserAgentStylesheet());
    }

    /** As {@link #setDark}, because the user wants it so. */
    void chooseDark(boolean dark) {
        setDark(dark);
        remembered.change(settings -> settings.withDark(dark));
    }

    /** The size of the font in pixels; all else in the window follows it. */
    ReadOnlyDoubleProperty fontSize() {
        return fontSize.getReadOnlyProperty();
    }

    /** How much larger the text is than usual. */
    double scale() {
        return fontSize.get() / NORMAL;
    }

    void larger() {
        resize(Math.min(LARGEST, fontSize.get() * STEP));
    }

    void smaller() {
        resize(Math.max(SMALLEST, fontSize.get() / STEP));
    }

    void normal() {
        resize(NORMAL);
    }

    /** Twice the normal size. */
    void twice() {
        resize(2 * NORMAL);
    }

    private void resize(double size) {
        remembered.change(settings -> settings.withTextSize(size));
        show(size);
    }

    private void show(double size) {
        fontSize.set(size);
        scene.getRoot().setStyle("-fx-font-size: " + size + "px;");
    }
}
