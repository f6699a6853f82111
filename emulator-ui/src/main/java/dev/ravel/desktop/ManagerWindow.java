package dev.ravel.desktop;

import static dev.ravel.desktop.MenuItems.button;
import static dev.ravel.desktop.MenuItems.item;

import dev.ravel.desktop.manager.MachinesPage;
import dev.ravel.desktop.settings.WindowSettings.Place;
import dev.ravel.desktop.widget.Icons;
import dev.ravel.desktop.widget.Question;
import dev.ravel.learn.Stage.GuestSource;
import dev.ravel.manager.MachineManager;
import dev.ravel.manager.MachineSample;
import dev.ravel.manager.MachineSample.Condition;
import dev.ravel.manager.ManagerException;
import dev.ravel.session.ConsoleStream;
import dev.ravel.session.MachineSession;
import dev.ravel.session.Product;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import javafx.beans.binding.Bindings;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.ToolBar;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import javafx.stage.WindowEvent;
import org.kordamp.ikonli.feather.Feather;

/**
 * The window with a user's machines, and the windows of those that are on. Each of them can be closed and opened again while
 * its machine runs; with this one all end.
 */
final class ManagerWindow {
    private static final double WIDTH = 900;
    private static final double HEIGHT = 600;

    private final MachineManager manager;
    private final GuestSource guests;
    private final Stage stage;
    private final Remembered remembered;
    private final Runnable closed;
    private final Appearance appearance;
    private final MachinesPage page;

    /** The windows of machines that are open. */
    private final Map<MachineSession, MachineWindow> windows = new HashMap<>();

    /**
     * @param guests tells the machines of lessons what to start
     * @param remembered what windows looked like before
     * @param closed called on another thread when the window is closed and all its machines are off
     */
    ManagerWindow(MachineManager manager, GuestSource guests, Stage stage, Remembered remembered, Runnable closed) {
        this.remembered = remembered;
        this.manager = manager;
        this.guests = guests;
        this.stage = stage;
        this.closed = closed;
        BorderPane root = new BorderPane();
        root.setId("manager");
        Scene scene = new Scene(root, WIDTH, HEIGHT);
        this.appearance = new Appearance(scene, remembered);
        this.page = new MachinesPage(manager, appearance.fontSize(), this::startOrShow);
        MenuBar bar = new MenuBar();
        ToolBar tools = new ToolBar();
        fill(bar, tools);
        Shortcuts.install(scene, MenuItems.keys(bar), () -> true);
        root.setTop(new VBox(bar, tools, Places.notice(remembered.takeNotice())));
        root.setCenter(page.node());
        stage.setTitle("Machines - " + Product.NAME);
        stage.setScene(scene);
        stage.iconifiedProperty().addListener((iconified, before, after) -> page.setActive(!after));
        stage.setOnCloseRequest(event -> {
            event.consume();
            close();
        });
        Optional<Place> before = remembered.settings().manager();
        stage.addEventHandler(WindowEvent.WINDOW_SHOWN, event -> {
            Places.restore(stage, before);
            Places.watch(stage, before, place -> remembered.change(now -> now.withManager(place)));
        });
    }

    private void fill(MenuBar bar, ToolBar tools) {
        MenuItem create = item("new", "New machine", KeyCode.N, page::create);
        MenuItem close = item("close", "Close", KeyCode.W, this::close);
        MenuItem start = item("start", "Start, or go on", KeyCode.G, this::start);
        MenuItem pause = item("pause", "Pause", KeyCode.P, () -> page.act(MachineManager::pause, name -> {}));
        MenuItem reset = item("reset", "Reset", KeyCode.R, () -> page.act(MachineManager::reset, name -> {}));
        MenuItem powerOff = item("power-off", "Power off", KeyCode.K, this::powerOff);
        MenuItem show = item("show", "Show its window", KeyCode.O, this::show);
        MenuItem copy = item("clone", "Clone", KeyCode.C, page::copy);
        MenuItem settings = item("settings", "Settings", KeyCode.E, page::edit);
        MenuItem delete = item("delete", "Delete", KeyCode.DELETE, this::delete);
        enable(start, sample -> !sample.condition().on() || sample.condition() == Condition.PAUSED);
        enable(pause, sample -> sample.condition() == Condition.RUNNING);
        enable(reset, sample -> running(sample.condition()));
        enable(powerOff, sample -> sample.condition().on());
        enable(show, sample -> running(sample.condition()));
        enable(copy, sample -> true);
        enable(settings, sample -> !sample.condition().on());
        enable(delete, sample -> !sample.condition().on());

        Menu view = new Menu("View");
        view.getItems().setAll(MenuItems.appearance(appearance));
        bar.setId("menu");
        bar.getMenus()
                .setAll(
                        new Menu("File", null, create, close),
                        new Menu(
                                "Machine",
                                null,
                                start,
                                pause,
                                reset,
                                powerOff,
                                new SeparatorMenuItem(),
                                show,
                                new SeparatorMenuItem(),
                                settings,
                                copy,
                                delete),
                        view,
                        MenuItems.help(() -> About.show(stage)));
        tools.getItems()
                .setAll(
                        tool("New", "tool-new", Feather.PLUS, create),
                        tool("Start", "tool-start", Feather.PLAY, start),
                        tool("Pause", "tool-pause", Feather.PAUSE, pause),
                        tool("Reset", "tool-reset", Feather.ROTATE_CCW, reset),
                        tool("Power off", "tool-power-off", Feather.POWER, powerOff),
                        tool("Show", "tool-show", Feather.MONITOR, show),
                        tool("Settings", "tool-settings", Feather.SETTINGS, settings),
                        tool("Clone", "tool-clone", Feather.COPY, copy),
                        tool("Delete", "tool-delete", Feather.TRASH_2, delete));
    }

    private Button tool(String text, String id, Feather icon, MenuItem item) {
        return (Button) button(new Button(text), id, Icons.icon(icon, appearance.fontSize()), item);
    }

    private void enable(MenuItem item, Predicate<MachineSample> when) {
        item.disableProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> page.selected().get().filter(when).isEmpty(), page.selected()));
    }

    private static boolean running(Condition condition) {
        return condition == Condition.RUNNING || condition == Condition.PAUSED;
    }

    void show(boolean focus) {
        stage.show();
        if (focus) {
            stage.setIconified(false);
            stage.toFront();
        }
        stage.requestFocus();
        page.focus();
    }

    /** Whether it has not been closed. */
    boolean showing() {
        return stage.isShowing();
    }

    /** The open window of a machine. */
    Optional<MachineWindow> window(String machine) {
        return windows.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(machine))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private void startOrShow() {
        page.selected().get().ifPresent(sample -> {
            if (running(sample.condition())) {
                show();
            } else {
                start();
            }
        });
    }

    private void start() {
        page.selected().get().ifPresent(sample -> {
            if (sample.condition() == Condition.PAUSED) {
                page.act(MachineManager::resume, name -> {});
            } else if (!sample.condition().on()) {
                page.act(MachineManager::start, this::open);
            }
        });
    }

    private void show() {
        page.selected().get().ifPresent(sample -> open(sample.name()));
    }

    private void powerOff() {
        page.selected()
                .get()
                .ifPresent(sample -> Question.ask(
                        stage,
                        "Power off " + sample.name() + "?",
                        "It is as if its plug was pulled: what the guest has not written to its disk is lost.",
                        "Power off",
                        () -> page.act(MachineManager::powerOff, name -> {})));
    }

    private void delete() {
        page.selected()
                .get()
                .ifPresent(sample -> Question.ask(
                        stage,
                        "Delete " + sample.name() + "?",
                        "The machine is taken off the list. Files that it uses stay where they are.",
                        "Delete",
                        () -> page.act(MachineManager::delete, name -> {})));
    }

    /** Opens the window of a machine that is on, or brings it to the front. */
    private void open(String name) {
        try {
            Optional<MachineSession> session = manager.session(name);
            if (session.isEmpty()) {
                return;
            }
            MachineWindow open = windows.get(session.get());
            if (open != null) {
                open.toFront();
            } else {
                open(session.get(), manager.openConsole(name));
            }
        } catch (ManagerException e) {
            page.say(e.line());
        }
    }

    private void open(MachineSession session, ConsoleStream console) {
        Stage own = new Stage();
        MachineWindow window = new MachineWindow(session, guests, own, new MachineWindow.Home() {
            @Override
            public void closing(MachineSession closing) {
                // The machine goes on: it can be seen here, and shown again.
            }

            @Override
            public void showMachines() {
                show(true);
            }

            @Override
            public Remembered remembered() {
                return remembered;
            }

            @Override
            public ConsoleStream openConsole(MachineSession shown) {
                return console;
            }
        });
        // One of an earlier start, which failed, has nothing more to say.
        window(session.name()).ifPresent(MachineWindow::hide);
        windows.put(session, window);
        own.addEventHandler(WindowEvent.WINDOW_HIDDEN, event -> windows.remove(session));
        window.show();
    }

    private void close() {
        long on = manager.countOn();
        boolean learning = windows.values().stream().anyMatch(MachineWindow::learning);
        if (on == 0 && !learning) {
            end();
            return;
        }
        String machines = switch ((int) on) {
            case 0 -> "";
            case 1 -> "One machine is on. ";
            default -> on + " machines are on. ";
        };
        Question.ask(
                stage,
                on == 0 ? "Leave the lesson and close?" : "Power off and close?",
                (machines + (learning ? "A lesson has been begun; its machine is switched off too." : "")).strip(),
                on == 0 ? "Leave" : "Power off",
                this::end);
    }

    private void end() {
        List<MachineWindow> open = List.copyOf(windows.values());
        open.forEach(MachineWindow::hide);
        page.close();
        stage.close();
        Thread.ofPlatform().name("machines-end").start(() -> {
            try {
                manager.close();
                for (MachineWindow window : open) {
                    window.awaitEnd();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                closed.run();
            }
        });
    }
}
