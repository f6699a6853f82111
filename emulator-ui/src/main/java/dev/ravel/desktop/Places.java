package dev.ravel.desktop;

import dev.ravel.desktop.settings.WindowSettings.Place;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.value.ChangeListener;
import javafx.geometry.Rectangle2D;
import javafx.scene.control.Label;
import javafx.stage.Screen;
import javafx.stage.Stage;
import javafx.stage.Window;

/** Puts windows where they were, and tells where they are. */
final class Places {
    /** A window smaller than that is of no use. */
    private static final double LEAST_WIDTH = 320;

    private static final double LEAST_HEIGHT = 240;

    /** So much of its top must be on a screen for a window to be taken hold of. */
    private static final double GRIP = 80;

    /** From one window to the next that would hide it. */
    private static final double NEXT = 32;

    private Places() {}

    /** Puts a window where it was; where there is no screen any more, only as large. */
    static void restore(Stage stage, Optional<Place> remembered) {
        if (remembered.isEmpty()) {
            return;
        }
        Place place = free(stage, remembered.get());
        Optional<Screen> screen = Screen.getScreensForRectangle(place.x(), place.y(), place.width(), GRIP).stream()
                .filter(one -> overlap(one.getVisualBounds(), place) >= GRIP)
                .findFirst();
        Rectangle2D room = screen.orElse(Screen.getPrimary()).getVisualBounds();
        stage.setWidth(Math.min(Math.max(place.width(), LEAST_WIDTH), room.getWidth()));
        stage.setHeight(Math.min(Math.max(place.height(), LEAST_HEIGHT), room.getHeight()));
        if (screen.isPresent()) {
            stage.setX(place.x());
            stage.setY(Math.max(place.y(), room.getMinY()));
        }
        stage.setMaximized(place.maximized());
    }

    private static double overlap(Rectangle2D screen, Place place) {
        return Math.min(screen.getMaxX(), place.x() + place.width()) - Math.max(screen.getMinX(), place.x());
    }

    /** The same, or beside it where another window is already. */
    private static Place free(Stage stage, Place place) {
        Place free = place;
        while (taken(stage, free)) {
            free = new Place(free.x() + NEXT, free.y() + NEXT, free.width(), free.height(), free.maximized());
        }
        return free;
    }

    private static boolean taken(Stage stage, Place place) {
        return Window.getWindows().stream()
                .anyMatch(other -> other != stage
                        && other instanceof Stage
                        && other.getX() == place.x()
                        && other.getY() == place.y());
    }

    /** Tells where a window is whenever that changes, from now on. */
    static void watch(Stage stage, Optional<Place> before, Consumer<Place> listener) {
        Runnable tell = new Runnable() {
            private Place normal = before.orElse(place(stage));

            @Override
            public void run() {
                if (stage.isIconified() || !stage.isShowing()) {
                    return;
                }
                boolean maximized = stage.isMaximized();
                // What it comes back to is where it was before.
                normal = maximized
                        ? new Place(normal.x(), normal.y(), normal.width(), normal.height(), true)
                        : place(stage);
                listener.accept(normal);
            }
        };
        ChangeListener<Object> changed = (value, old, now) -> tell.run();
        stage.xProperty().addListener(changed);
        stage.yProperty().addListener(changed);
        stage.widthProperty().addListener(changed);
        stage.heightProperty().addListener(changed);
        stage.maximizedProperty().addListener(changed);
    }

    private static Place place(Stage stage) {
        return new Place(stage.getX(), stage.getY(), stage.getWidth(), stage.getHeight(), stage.isMaximized());
    }

    /** A line below the tools of a window, if there is one to be said. */
    static Label notice(Optional<String> line) {
        Label label = new Label(line.orElse(""));
        label.setId("settings-notice");
        label.getStyleClass().add("notice");
        label.setWrapText(true);
        label.setMaxWidth(Double.MAX_VALUE);
        label.setVisible(line.isPresent());
        label.setManaged(line.isPresent());
        return label;
    }
}
