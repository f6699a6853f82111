package dev.ravel.desktop.widget;

import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableDoubleValue;
import javafx.css.CssMetaData;
import javafx.css.Styleable;
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
        FontIcon icon = new SizedByBinding(name);
        icon.iconSizeProperty().bind(Bindings.createIntegerBinding(() -> (int) (EMS * fontSize.get()), fontSize));
        return icon;
    }

    /** An icon whose size no style sheet sets: the theme would, and a bound size that is set is an error. */
    private static final class SizedByBinding extends FontIcon {
        private static final List<CssMetaData<? extends Styleable, ?>> STYLEABLE = getClassCssMetaData().stream()
                .filter(data -> !data.getProperty().equals("-fx-icon-size"))
                .toList();

        SizedByBinding(Feather name) {
            super(name);
        }

        @Override
        public List<CssMetaData<? extends Styleable, ?>> getCssMetaData() {
            return STYLEABLE;
        }
    }
}
