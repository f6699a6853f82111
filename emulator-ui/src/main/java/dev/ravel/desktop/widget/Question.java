package dev.ravel.desktop.widget;

import javafx.scene.control.Alert;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBar;
import javafx.scene.control.ButtonType;
import javafx.stage.Window;

/** Asks before something is done that cannot be taken back. */
public final class Question {
    private Question() {}

    /**
     * Asks, and returns at once.
     *
     * @param question what is to be done, to what
     * @param detail what comes of it
     * @param yes what the button says that does it
     * @param action done when that button is pressed
     */
    public static void ask(Window owner, String question, String detail, String yes, Runnable action) {
        alert(owner, question, detail, yes, action).show();
    }

    /** As {@link #ask}, and who just presses Enter leaves all as it is. */
    public static void warn(Window owner, String question, String detail, String yes, Runnable action) {
        Alert alert = alert(owner, question, detail, yes, action);
        button(alert, alert.getButtonTypes().getFirst()).setDefaultButton(false);
        Button no = button(alert, ButtonType.CANCEL);
        no.setDefaultButton(true);
        alert.setOnShown(event -> no.requestFocus());
        alert.show();
    }

    private static Alert alert(Window owner, String question, String detail, String yes, Runnable action) {
        ButtonType agree = new ButtonType(yes, ButtonBar.ButtonData.OK_DONE);
        Alert alert = new Alert(Alert.AlertType.CONFIRMATION, detail, agree, ButtonType.CANCEL);
        alert.initOwner(owner);
        alert.setTitle(question);
        alert.setHeaderText(question);
        alert.getDialogPane().setId("question");
        alert.getDialogPane().setStyle(owner.getScene().getRoot().getStyle());
        button(alert, agree).setId("question-yes");
        button(alert, ButtonType.CANCEL).setId("question-no");
        alert.setOnHidden(event -> {
            if (alert.getResult() == agree) {
                action.run();
            }
        });
        return alert;
    }

    private static Button button(Alert alert, ButtonType type) {
        return (Button) alert.getDialogPane().lookupButton(type);
    }
}
