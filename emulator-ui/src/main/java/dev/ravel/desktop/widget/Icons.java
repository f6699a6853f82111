package dev.ravel.desktop.widget;

import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableDoubleValue;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** Icons as large as text. Not by the style sheet: there an em is the icon's own size. */
public final class Icons {
    private static final double EMS = 1.15;

    private Icons() {}

    /**
     * An icon.
     *
     * @param fontSize of the text beside it in pixels, as it changes
     */
    public static FontIcon icon(Feather name, ObservableDoubleValue fontSize) {
        FontIcon icon = new FontIcon(name);
        icon.iconSizeProperty().bind(Bindings.createIntegerBinding(() -> (int) (EMS * fontSize.get()), fontSize));
        return icon;
    }
}
