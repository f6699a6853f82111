package dev.ravel.desktop;

import dev.ravel.desktop.lessons.LessonConsoles;
import dev.ravel.session.ConsoleStream;
import dev.ravel.session.GuestConsole;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.BorderPane;

/**
 * The console of a window's machine and, in tabs beside it, that machine's display and, while a lesson is played, the consoles of
 * the lesson's machines.
 */
final class ConsoleArea implements LessonConsoles, AutoCloseable {
    private final ConsoleView own;
    private final Tab ownTab;
    private final Optional<DisplayView> display;
    private final Tab displayTab = new Tab("Display");
    private final BorderPane area = new BorderPane();
    private final TabPane tabs = new TabPane();
    private final Map<GuestConsole, Place> lessons = new LinkedHashMap<>();
    private double fontSize;
    private boolean closed;

    private record Place(Tab tab, ConsoleView view) {}

    /**
     * @param name of the machine whose console it is
     * @param stream what to show of it
     * @param display of the same machine
     */
    ConsoleArea(
            String name, GuestConsole console, ConsoleStream stream, Optional<DisplayView> display, double fontSize) {
        this.ownTab = new Tab(name);
        this.display = display;
        this.own = new JediTermConsole(console, stream.output(), stream.printed());
        this.fontSize = fontSize;
        tabs.setId("consoles");
        tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
        // A click on a tab is for typing at what is behind it.
        tabs.getSelectionModel()
                .selectedItemProperty()
                .addListener((tab, before, after) -> Platform.runLater(this::focusAfterChoice));
        display.ifPresent(view -> displayTab.setContent(view.node()));
        arrange();
    }

    /** Shows tabs if there is more than the console. */
    private void arrange() {
        if (lessons.isEmpty() && display.isEmpty()) {
            tabs.getTabs().clear();
            ownTab.setContent(null);
            area.setCenter(own.node());
        } else if (area.getCenter() != tabs) {
            area.setCenter(tabs);
            ownTab.setContent(own.node());
            tabs.getTabs().setAll(ownTab);
            if (display.isPresent()) {
                tabs.getTabs().add(displayTab);
            }
        }
    }

    /** Gives the keyboard to the console in front, or the machine's own if there is the display. */
    void showConsole() {
        if (displayInFront()) {
            tabs.getSelectionModel().select(ownTab);
        }
        focus();
    }

    private boolean displayInFront() {
        return display.isPresent() && tabs.getSelectionModel().getSelectedItem() == displayTab;
    }

    /** Brings the display to the front, if there is one. */
    void showDisplay() {
        display.ifPresent(view -> {
            tabs.getSelectionModel().select(displayTab);
            view.focus();
        });
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
        if (displayInFront()) {
            display.ifPresent(DisplayView::focus);
        } else {
            front().focus();
        }
    }

    @Override
    public void open(String title, GuestConsole console, GuestConsole.Output output, String before) {
        if (closed) {
            output.close();
            return;
        }
        keepKeyboard();
        ConsoleView view = new JediTermConsole(console, output, before);
        view.setFontSize(fontSize);
        Place old = lessons.get(console);
        Tab tab = old == null ? new Tab("lesson: " + title) : old.tab;
        if (old != null) {
            old.view.close();
        }
        tab.setContent(view.node());
        lessons.put(console, new Place(tab, view));
        arrange();
        if (old == null) {
            tabs.getTabs().add(tab);
        }
        front(console);
    }

    @Override
    public void front(GuestConsole console) {
        Place place = lessons.get(console);
        if (place != null) {
            keepKeyboard();
            tabs.getSelectionModel().select(place.tab);
        }
    }

    /** Who types at a console that makes room for another goes on typing there, and not at the next button. */
    private void keepKeyboard() {
        if (area.isFocusWithin()) {
            Platform.runLater(this::focus);
        }
    }

    @Override
    public void close(GuestConsole console) {
        Place place = lessons.remove(console);
        if (place == null) {
            return;
        }
        keepKeyboard();
        place.view.close();
        tabs.getTabs().remove(place.tab);
        arrange();
    }

    @Override
    public void close() {
        closed = true;
        lessons.values().forEach(place -> place.view.close());
        lessons.clear();
        own.close();
        display.ifPresent(DisplayView::close);
    }
}
