package dev.ravel.desktop;

import javafx.scene.control.Alert;
import javafx.scene.control.ButtonBar;
import javafx.scene.control.ButtonType;
import javafx.stage.Window;

/** Asks before something is done that cannot be taken back. */
final class Question {
    private Question() {}

    /**
     * Asks, and returns at once.
     *
     * @param question what is to be done, to what
     * @param detail what comes of it
     * @param yes what the button says that does it
     * @param action done when that button is pressed
     */
    static void ask(Window owner, String question, String detail, String yes, Runnable action) {
        ButtonType agree = new ButtonType(yes, ButtonBar.ButtonData.OK_DONE);
        Alert alert = new Alert(Alert.AlertType.CONFIRMATION, detail, agree, ButtonType.CANCEL);
        alert.initOwner(owner);
        alert.setTitle(question);
        alert.setHeaderText(question);
        alert.getDialogPane().setId("question");
        alert.getDialogPane().setStyle(owner.getScene().getRoot().getStyle());
        alert.getDialogPane().lookupButton(agree).setId("question-yes");
        alert.getDialogPane().lookupButton(ButtonType.CANCEL).setId("question-no");
        alert.setOnHidden(event -> {
            if (alert.getResult() == agree) {
                action.run();
            }
        });
        alert.show();
    }
}
