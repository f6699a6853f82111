package dev.ravel.desktop;

import dev.ravel.session.Product;
import javafx.scene.control.Alert;
import javafx.scene.control.ButtonType;
import javafx.stage.Window;

/** What this program is, and of what versions it is made. */
final class About {
    private About() {}

    /** The versions, a line each. */
    static String versions() {
        return Product.NAME + " " + Product.VERSION
                + "\nJava " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor", "") + ")"
                + "\nJavaFX " + System.getProperty("javafx.version", "unknown")
                + "\n" + System.getProperty("os.name") + " " + System.getProperty("os.version") + " on "
                + System.getProperty("os.arch");
    }

    static void show(Window owner) {
        Alert alert = new Alert(Alert.AlertType.INFORMATION, versions(), ButtonType.CLOSE);
        alert.initOwner(owner);
        alert.setTitle("About " + Product.NAME);
        alert.setHeaderText("A RISC-V computer in pure Java");
        alert.getDialogPane().setId("about");
        alert.getDialogPane().setStyle(owner.getScene().getRoot().getStyle());
        alert.show();
    }
}
