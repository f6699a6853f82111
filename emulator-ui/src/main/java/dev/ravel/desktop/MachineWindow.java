package dev.ravel.desktop;

import dev.ravel.desktop.inspector.InspectorPane;
import dev.ravel.session.MachineSession;
import dev.ravel.session.Product;
import javafx.application.Platform;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.geometry.Rectangle2D;
import javafx.scene.Scene;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.VBox;
import javafx.stage.Screen;
import javafx.stage.Stage;
import javafx.stage.WindowEvent;

/** The window of one machine: its console, beside it the inspector, its name and state in the title. */
final class MachineWindow {
    private static final double WIDTH = 900;
    private static final double HEIGHT = 660;

    /** What the inspector needs, and adds to the width if the screen has it. */
    private static final double INSPECTOR_WIDTH = 620;

    private final MachineSession session;
    private final Stage stage;
    private final ConsoleView console;
    private final Controls controls;
    private final InspectorPane inspector;
    private final SplitPane split;
    private final BooleanProperty inspectorOpen = new SimpleBooleanProperty();

    MachineWindow(MachineSession session, Stage stage) {
        this.session = session;
        this.stage = stage;
        this.console = new JediTermConsole(session.console());
        this.split = new SplitPane(console.node());
        BorderPane root = new BorderPane(split);
        root.setId("machine");
        Scene scene = new Scene(root, WIDTH, HEIGHT);
        Appearance appearance = new Appearance(scene);
        appearance.fontSize().addListener((size, before, after) -> console.setFontSize(after.doubleValue()));
        this.inspector = new InspectorPane(session, appearance.fontSize());
        this.controls = new Controls(session, inspector::hurry);
        Commands commands = new Commands(controls, appearance, inspector, inspectorOpen, commandsWindow());
        Shortcuts.install(scene, commands.keys());
        root.setTop(new VBox(commands.menuBar(), commands.toolBar()));
        inspectorOpen.addListener((open, before, after) -> showInspector(after));
        stage.iconifiedProperty().addListener((iconified, before, after) -> inspector.setActive(sampled()));
        stage.setScene(scene);
        stage.setOnCloseRequest(event -> session.stop());
        stage.addEventHandler(WindowEvent.WINDOW_HIDDEN, event -> close());
        showState(session.state());
        session.onStateChange(state -> Platform.runLater(() -> stateChanged(state)));
    }

    private Commands.Window commandsWindow() {
        return new Commands.Window() {
            @Override
            public void close() {
                stage.fireEvent(new WindowEvent(stage, WindowEvent.WINDOW_CLOSE_REQUEST));
            }

            @Override
            public void focusConsole() {
                console.focus();
            }

            @Override
            public void about() {
                About.show(stage);
            }
        };
    }

    void show() {
        stage.show();
        stage.requestFocus();
        console.focus();
    }

    /** The text on the console's screen. */
    String consoleText() {
        return console.text();
    }

    private void showInspector(boolean open) {
        if (open) {
            Rectangle2D screen = Screen.getPrimary().getVisualBounds();
            double room = screen.getMaxX() - stage.getX();
            stage.setWidth(Math.max(stage.getWidth(), Math.min(stage.getWidth() + INSPECTOR_WIDTH, room)));
            split.getItems().add(inspector.node());
            split.setDividerPositions(Math.clamp(1 - INSPECTOR_WIDTH / stage.getWidth(), 0.42, 0.6));
        } else {
            split.getItems().remove(inspector.node());
            console.focus();
        }
        inspector.setActive(sampled());
    }

    /** A window that nobody sees costs its guest nothing. */
    private boolean sampled() {
        return inspectorOpen.get() && !stage.isIconified();
    }

    private void stateChanged(MachineSession.State state) {
        showState(state);
        // A guest that failed may have said why: its window stays until it is closed by hand.
        if (state == MachineSession.State.OFF) {
            stage.close();
        }
    }

    private void close() {
        inspector.close();
        controls.close();
        console.close();
    }

    private void showState(MachineSession.State state) {
        stage.setTitle(session.name() + " (" + state.label() + ") - " + Product.NAME);
    }
}
