package dev.ravel.desktop;

import dev.ravel.desktop.inspector.InspectorPane;
import dev.ravel.desktop.lessons.LessonsPane;
import dev.ravel.desktop.settings.WindowSettings;
import dev.ravel.learn.Stage.GuestSource;
import dev.ravel.session.ConsoleStream;
import dev.ravel.session.MachineSession;
import dev.ravel.session.Product;
import java.util.Optional;
import javafx.application.Platform;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.geometry.Rectangle2D;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.VBox;
import javafx.stage.Screen;
import javafx.stage.Stage;
import javafx.stage.WindowEvent;

/** The window of one machine: its console, beside it the inspector and the lessons, its name and state in the title. */
final class MachineWindow {
    private static final double WIDTH = 900;
    private static final double HEIGHT = 660;

    /** What the inspector needs of text as usual, and adds to the width if the screen has it. */
    private static final double INSPECTOR_WIDTH = 620;

    /** The same of the lessons. */
    private static final double LESSONS_WIDTH = 480;

    /** Where the menu of the display is: after that of the view. */
    private static final int DISPLAY_MENU = 5;

    private final MachineSession session;
    private final Stage stage;
    private final ConsoleArea console;
    private final Controls controls;
    private final InspectorPane inspector;

    /** The inspector, and above it what moves the machine. */
    private final BorderPane inspectorSide;

    private final LessonsPane lessons;
    private final Remembered remembered;
    private final Appearance appearance;
    private final SplitPane split;
    private final BooleanProperty inspectorOpen = new SimpleBooleanProperty();
    private final BooleanProperty lessonsOpen = new SimpleBooleanProperty();

    /** What a machine's window belongs to. */
    interface Home {
        /** The user closes the window. */
        void closing(MachineSession session);

        /** The user wants to see all machines. */
        void showMachines();

        /** What windows looked like before. */
        default Remembered remembered() {
            return Remembered.nothing();
        }

        /** The console to show, called once. */
        default ConsoleStream openConsole(MachineSession session) {
            return new ConsoleStream("", session.console().openOutput());
        }
    }

    /**
     * @param guests tells the machines of lessons what to start
     */
    MachineWindow(MachineSession session, GuestSource guests, Stage stage, Home home) {
        this.session = session;
        this.stage = stage;
        this.split = new SplitPane();
        BorderPane root = new BorderPane(split);
        root.setId("machine");
        Scene scene = new Scene(root, WIDTH, HEIGHT);
        this.remembered = home.remembered();
        this.appearance = new Appearance(scene, remembered);
        Optional<DisplayView> display = DisplayView.of(session);
        this.console = new ConsoleArea(
                session.name(),
                session.console(),
                home.openConsole(session),
                display,
                appearance.fontSize().get());
        split.getItems().add(console.node());
        appearance.fontSize().addListener((size, before, after) -> console.setFontSize(after.doubleValue()));
        this.inspector = new InspectorPane(session, appearance.fontSize());
        this.lessons = new LessonsPane(guests, console, appearance.fontSize(), stage);
        this.controls = new Controls(session, inspector::hurry);
        Stepping stepping = new Stepping(controls, appearance.fontSize());
        this.inspectorSide = new BorderPane(inspector.node());
        inspectorSide.setTop(stepping.node());
        Commands commands = new Commands(
                controls,
                stepping,
                new Speeds(controls),
                appearance,
                new Dividers(split),
                inspector,
                inspectorOpen,
                lessons,
                lessonsOpen,
                commandsWindow(home));
        display.ifPresent(view ->
                commands.menuBar().getMenus().add(DISPLAY_MENU, DisplayMenu.of(view, stage, console::showDisplay)));
        Shortcuts.install(scene, commands.keys(), stepping::wantsKeys);
        root.setTop(new VBox(commands.menuBar(), commands.toolBar(), Places.notice(remembered.takeNotice())));
        inspectorOpen.addListener((open, before, after) -> showInspector(after));
        lessonsOpen.addListener((open, before, after) -> showLessons(after));
        stage.iconifiedProperty().addListener((iconified, before, after) -> inspector.setActive(sampled()));
        stage.setScene(scene);
        stage.setOnCloseRequest(event -> {
            event.consume();
            lessons.beforeEnd(() -> {
                home.closing(session);
                stage.close();
            });
        });
        stage.addEventHandler(WindowEvent.WINDOW_HIDDEN, event -> close());
        showState(session.state());
        session.onStateChange(state -> Platform.runLater(() -> stateChanged(state)));
    }

    private Commands.Window commandsWindow(Home home) {
        return new Commands.Window() {
            @Override
            public void close() {
                stage.fireEvent(new WindowEvent(stage, WindowEvent.WINDOW_CLOSE_REQUEST));
            }

            @Override
            public void focusConsole() {
                console.showConsole();
            }

            @Override
            public void about() {
                About.show(stage);
            }

            @Override
            public void machines() {
                home.showMachines();
            }
        };
    }

    void show() {
        stage.show();
        restore();
        stage.requestFocus();
        console.focus();
    }

    /** Makes it what such a window was when it was seen last, and remembers what it becomes. */
    private void restore() {
        WindowSettings settings = remembered.settings();
        settings.view().ifPresent(inspector::select);
        inspectorOpen.set(settings.inspector());
        Places.restore(stage, settings.machine());
        divide();
        Places.watch(stage, settings.machine(), place -> remembered.change(now -> now.withMachine(place)));
        inspectorOpen.addListener((open, before, after) -> remembered.change(now -> now.withInspector(after)));
        inspector.onSelection(id -> remembered.change(now -> now.withView(id)));
    }

    /** Brings it before the others. */
    void toFront() {
        stage.setIconified(false);
        stage.toFront();
        stage.requestFocus();
        console.focus();
    }

    /** Closes it, and leaves the machine as it is. */
    void hide() {
        stage.close();
    }

    /** The text on the console's screen. */
    String consoleText() {
        return console.text();
    }

    private void showInspector(boolean open) {
        showSide(inspectorSide, INSPECTOR_WIDTH, open);
        inspector.setActive(sampled());
    }

    private void showLessons(boolean open) {
        showSide(lessons.node(), LESSONS_WIDTH, open);
        if (open) {
            lessons.open();
        } else {
            closeIfDone(session.state());
        }
    }

    private void showSide(Node side, double width, boolean open) {
        if (open) {
            Rectangle2D screen = Screen.getPrimary().getVisualBounds();
            double room = screen.getMaxX() - stage.getX();
            stage.setWidth(Math.max(stage.getWidth(), Math.min(stage.getWidth() + width * appearance.scale(), room)));
            split.getItems().add(side);
        } else {
            split.getItems().remove(side);
            console.focus();
        }
        divide();
    }

    /** Gives the console what the others do not need, and never less than its part. */
    private void divide() {
        int sides = split.getItems().size() - 1;
        if (sides == 0) {
            return;
        }
        double wanted = (inspectorOpen.get() ? INSPECTOR_WIDTH : 0) + (lessonsOpen.get() ? LESSONS_WIDTH : 0);
        double own = Math.clamp(1 - wanted * appearance.scale() / stage.getWidth(), sides == 1 ? 0.42 : 0.3, 0.6);
        if (sides == 1) {
            split.setDividerPositions(own);
        } else {
            double last = split.getItems().getLast() == lessons.node() ? LESSONS_WIDTH : INSPECTOR_WIDTH;
            split.setDividerPositions(own, 1 - (1 - own) * last / wanted);
        }
    }

    /** A window that nobody sees costs its guest nothing. */
    private boolean sampled() {
        return inspectorOpen.get() && !stage.isIconified();
    }

    private void stateChanged(MachineSession.State state) {
        showState(state);
        closeIfDone(state);
    }

    /**
     * A guest that failed may have said why: its window stays until it is closed by hand. And a lesson has machines of its
     * own: one that was begun is not lost with this one, not even while it is hidden.
     */
    private void closeIfDone(MachineSession.State state) {
        if (state == MachineSession.State.OFF && !lessonsOpen.get() && !learning()) {
            stage.close();
        }
    }

    /** Whether something would be lost of a lesson with this window. */
    boolean learning() {
        return lessons.begun();
    }

    /** Waits a moment, after the window was closed, until nothing of it runs any more. */
    void awaitEnd() throws InterruptedException {
        lessons.awaitEnd();
    }

    private void close() {
        lessons.close();
        inspector.close();
        controls.close();
        console.close();
    }

    private void showState(MachineSession.State state) {
        stage.setTitle(session.name() + " (" + state.label() + ") - " + Product.NAME);
    }
}
