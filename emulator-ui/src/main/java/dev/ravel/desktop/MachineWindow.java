package dev.ravel.desktop;

import dev.ravel.session.MachineSession;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.layout.BorderPane;
import javafx.stage.Stage;

/** The window of one machine: its console, its name and state in the title. */
final class MachineWindow {
    private final MachineSession session;
    private final Stage stage;
    private final ConsoleView console;

    MachineWindow(MachineSession session, Stage stage) {
        this.session = session;
        this.stage = stage;
        this.console = new JediTermConsole(session.console());
        BorderPane root = new BorderPane(console.node());
        root.setId("machine");
        stage.setScene(new Scene(root, 900, 620));
        stage.setOnCloseRequest(event -> session.stop());
        showState(session.state());
        session.onStateChange(state -> Platform.runLater(() -> stateChanged(state)));
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

    private void stateChanged(MachineSession.State state) {
        showState(state);
        // A guest that failed may have said why: its window stays until it is closed by hand.
        if (state == MachineSession.State.OFF) {
            console.close();
            stage.close();
        }
    }

    private void showState(MachineSession.State state) {
        stage.setTitle(session.name() + " (" + state.label() + ") - Ravel");
    }
}
