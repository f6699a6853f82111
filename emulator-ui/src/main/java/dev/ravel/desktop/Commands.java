package dev.ravel.desktop;

import static dev.ravel.desktop.MenuItems.button;
import static dev.ravel.desktop.MenuItems.item;
import static dev.ravel.desktop.MenuItems.key;

import dev.ravel.desktop.inspector.InspectorPane;
import dev.ravel.desktop.lessons.LessonsPane;
import dev.ravel.desktop.widget.Icons;
import dev.ravel.session.MachineSession;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.BooleanProperty;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToolBar;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import org.kordamp.ikonli.feather.Feather;

/**
 * The menu bar and the buttons of a machine's window. Every key is Ctrl+Shift with another: what else there is belongs to
 * the guest, but for the function keys of {@link Stepping}.
 */
final class Commands {
    private final MenuBar bar = new MenuBar();
    private final ToolBar tools = new ToolBar();
    private final MenuItem step;

    /** What a window lets its commands do besides. */
    interface Window {
        void close();

        void focusConsole();

        void about();

        /** Shows the page of all machines. */
        void machines();
    }

    Commands(
            Controls controls,
            Stepping stepping,
            Speeds speeds,
            Appearance appearance,
            Dividers dividers,
            InspectorPane inspector,
            BooleanProperty inspectorOpen,
            LessonsPane lessons,
            BooleanProperty lessonsOpen,
            Window window) {
        BooleanBinding notRunning = Bindings.createBooleanBinding(
                () -> switch (controls.state().get()) {
                    case RUNNING, STEPPING -> false;
                    case READY, PAUSED, OFF, FAILED -> true;
                },
                controls.state());
        BooleanBinding notPaused = Bindings.createBooleanBinding(
                () -> controls.state().get() != MachineSession.State.PAUSED, controls.state());
        BooleanBinding ended =
                Bindings.createBooleanBinding(() -> controls.state().get().ended(), controls.state());

        MenuItem run = item("run", "Run", KeyCode.G, controls::run);
        MenuItem pause = item("pause", "Pause", KeyCode.P, controls::pause);
        MenuItem reset = item("reset", "Reset", KeyCode.R, controls::reset);
        MenuItem powerOff = item("power-off", "Power off", KeyCode.K, controls::powerOff);
        run.disableProperty().bind(notPaused);
        pause.disableProperty().bind(notRunning);
        reset.disableProperty().bind(ended);
        powerOff.disableProperty().bind(ended);

        step = stepping.step();
        stepping.addChoices(() -> inspectorOpen.set(true));

        CheckMenuItem inspect = new CheckMenuItem("Inspector");
        inspect.setId("menu-inspector");
        inspect.setAccelerator(key(KeyCode.I));
        inspect.selectedProperty().bindBidirectional(inspectorOpen);

        CheckMenuItem learn = new CheckMenuItem("Lessons");
        learn.setId("menu-lessons");
        learn.setAccelerator(key(KeyCode.E));
        learn.selectedProperty().bindBidirectional(lessonsOpen);

        Menu file = new Menu(
                "File",
                null,
                item("machines", "Machines", KeyCode.M, window::machines),
                item("close", "Close", KeyCode.W, window::close));
        Menu machine = new Menu("Machine", null, run, pause, new SeparatorMenuItem(), reset, powerOff);
        Menu view = new Menu("View", null, item("console", "Console", KeyCode.O, window::focusConsole), inspect);
        List<String> titles = inspector.titles();
        for (int i = 0; i < titles.size(); i++) {
            int index = i;
            view.getItems()
                    .add(item(
                            "view-" + titles.get(i).toLowerCase(Locale.ROOT).replace(' ', '-'),
                            titles.get(i),
                            KeyCode.valueOf("DIGIT" + (i + 1)),
                            () -> {
                                inspectorOpen.set(true);
                                inspector.select(index);
                            }));
        }
        view.getItems().add(new SeparatorMenuItem());
        view.getItems().addAll(dividers.items());
        view.getItems().add(new SeparatorMenuItem());
        view.getItems().addAll(MenuItems.appearance(appearance));
        Menu help = MenuItems.help(window::about);
        bar.setId("menu");
        bar.getMenus().setAll(file, machine, speeds.menu(), stepping.menu(), view, learnMenu(lessons, learn), help);

        ToggleButton toggle = new ToggleButton("Inspector");
        toggle.selectedProperty().bindBidirectional(inspectorOpen);
        ToggleButton learnToggle = new ToggleButton("Lessons");
        learnToggle.selectedProperty().bindBidirectional(lessonsOpen);
        ObservableDoubleValue size = appearance.fontSize();
        tools.getItems()
                .setAll(
                        button(new Button("Run"), "tool-run", Icons.icon(Feather.PLAY, size), run),
                        button(new Button("Pause"), "tool-pause", Icons.icon(Feather.PAUSE, size), pause),
                        button(new Button("Step"), "tool-step", Icons.icon(Feather.ARROW_DOWN, size), step),
                        button(toggle, "tool-inspector", Icons.icon(Feather.SIDEBAR, size), inspect),
                        button(learnToggle, "tool-lessons", Icons.icon(Feather.BOOK_OPEN, size), learn),
                        speeds.node());
    }

    private static Menu learnMenu(LessonsPane lessons, MenuItem open) {
        MenuItem next = item("lesson-next", "Next step, or check", KeyCode.N, lessons::next);
        MenuItem back = item("lesson-back", "Back one step", KeyCode.B, lessons::back);
        MenuItem solution = item("lesson-solution", "Type the solution", KeyCode.H, lessons::solve);
        MenuItem restart = item("lesson-restart", "Restart the lesson", KeyCode.Z, lessons::restart);
        MenuItem leave = item("lesson-leave", "All lessons", KeyCode.Q, lessons::leave);
        next.disableProperty().bind(lessons.waiting());
        back.disableProperty().bind(lessons.waiting());
        restart.disableProperty().bind(lessons.waiting());
        solution.disableProperty().bind(lessons.nothingAsked());
        leave.disableProperty().bind(lessons.idle());
        return new Menu("Learn", null, open, new SeparatorMenuItem(), next, back, solution, restart, leave);
    }

    MenuBar menuBar() {
        return bar;
    }

    Node toolBar() {
        return tools;
    }

    /** The items that have a key, by that key. */
    Map<KeyCombination, MenuItem> keys() {
        Map<KeyCombination, MenuItem> keys = MenuItems.keys(bar);
        keys.put(key(KeyCode.S), step);
        return keys;
    }
}
