package dev.ravel.desktop;

import dev.ravel.desktop.lessons.LessonConsoles;
import dev.ravel.session.ConsoleStream;
import dev.ravel.session.GuestConsole;
import java.util.LinkedHashMap;
import java.util.Map;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.BorderPane;

/** The console of a window's machine and, while a lesson is played, a tab beside it for each of the lesson's machines. */
final class ConsoleArea implements LessonConsoles, AutoCloseable {
    private final ConsoleView own;
    private final String name;
    private final BorderPane area = new BorderPane();
    private final TabPane tabs = new TabPane();
    private final Map<GuestConsole, Place> lessons = new LinkedHashMap<>();
    private double fontSize;
    private boolean closed;

    private record Place(Tab tab, ConsoleView view) {}

    /**
     * @param name of the machine whose console it is
     * @param stream what to show of it
     */
    ConsoleArea(String name, GuestConsole console, ConsoleStream stream, double fontSize) {
        this.name = name;
        this.own = new JediTermConsole(console, stream.output(), stream.printed());
        this.fontSize = fontSize;
        tabs.setId("consoles");
        tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
        // A click on a tab is for typing at what is behind it.
        tabs.getSelectionModel()
                .selectedItemProperty()
                .addListener((tab, before, after) -> Platform.runLater(this::focusAfterChoice));
        area.setCenter(own.node());
    }

    private void focusAfterChoice() {
        if (tabs.isFocused()) {
            focus();
        }
    }

    /** What to put into a window. */
    Node node() {
        return area;
    }

    /** The text on the screen of the console in front, a line for each row. */
    String text() {
        return front().text();
    }

    void setFontSize(double pixels) {
        fontSize = pixels;
        own.setFontSize(pixels);
        lessons.values().forEach(place -> place.view.setFontSize(pixels));
    }

    private ConsoleView front() {
        Tab front = tabs.getSelectionModel().getSelectedItem();
        return lessons.values().stream()
                .filter(place -> place.tab == front)
                .map(Place::view)
                .findFirst()
                .orElse(own);
    }

    @Override
    public void focus() {
        front().focus();
    }

    @Override
    public void open(String title, GuestConsole console, GuestConsole.Output output, String before) {
        if (closed) {
            output.close();
            return;
        }
        if (lessons.isEmpty()) {
            area.setCenter(tabs);
            tabs.getTabs().setAll(new Tab(name, own.node()));
        }
        ConsoleView view = new JediTermConsole(console, output, before);
        view.setFontSize(fontSize);
        Place old = lessons.get(console);
        Tab tab = old == null ? new Tab("lesson: " + title) : old.tab;
        if (old == null) {
            tabs.getTabs().add(tab);
        } else {
            old.view.close();
        }
        tab.setContent(view.node());
        lessons.put(console, new Place(tab, view));
        front(console);
    }

    @Override
    public void front(GuestConsole console) {
        Place place = lessons.get(console);
        if (place != null) {
            tabs.getSelectionModel().select(place.tab);
        }
    }

    @Override
    public void close(GuestConsole console) {
        Place place = lessons.remove(console);
        if (place == null) {
            return;
        }
        place.view.close();
        tabs.getTabs().remove(place.tab);
        if (lessons.isEmpty()) {
            tabs.getTabs().clear();
            area.setCenter(own.node());
        }
    }

    @Override
    public void close() {
        closed = true;
        lessons.values().forEach(place -> place.view.close());
        lessons.clear();
        own.close();
    }
}
