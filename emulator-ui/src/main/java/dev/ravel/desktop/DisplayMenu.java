package dev.ravel.desktop;

import dev.ravel.display.Picture;
import dev.ravel.session.Screenshot;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javafx.scene.control.Alert;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.Menu;
import javafx.scene.input.KeyCode;
import javafx.stage.FileChooser;
import javafx.stage.Stage;

/** What can be done with a machine's display. */
final class DisplayMenu {
    private final DisplayView display;
    private final Stage stage;

    private DisplayMenu(DisplayView display, Stage stage) {
        this.display = display;
        this.stage = stage;
    }

    /**
     * @param show brings the display to the front
     */
    static Menu of(DisplayView display, Stage stage, Runnable show) {
        DisplayMenu menu = new DisplayMenu(display, stage);
        CheckMenuItem follow = new CheckMenuItem("Size follows the window");
        follow.setId("menu-display-follows");
        follow.setAccelerator(MenuItems.key(KeyCode.F));
        follow.selectedProperty().addListener((selected, before, after) -> display.setFollows(after));
        return new Menu(
                "Display",
                null,
                MenuItems.item("display", "Show the display", KeyCode.Y, show),
                follow,
                MenuItems.item("screenshot", "Save a picture...", KeyCode.U, menu::chooseAndSave));
    }

    private void chooseAndSave() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle("Save a picture of the display");
        chooser.setInitialFileName("display.png");
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("PNG", "*.png"));
        // What is shown when the question is asked.
        display.picture()
                .ifPresentOrElse(
                        picture -> {
                            File chosen = chooser.showSaveDialog(stage);
                            if (chosen != null) {
                                save(picture, chosen.toPath());
                            }
                        },
                        () -> complain("The display shows nothing."));
    }

    private void save(Picture picture, Path file) {
        try {
            Files.write(file, Screenshot.png(picture));
        } catch (IOException e) {
            complain(file + " cannot be written: " + e.getMessage());
        }
    }

    private void complain(String why) {
        Alert alert = new Alert(Alert.AlertType.ERROR, why);
        alert.initOwner(stage);
        alert.setHeaderText("The picture was not saved");
        alert.show();
    }
}
