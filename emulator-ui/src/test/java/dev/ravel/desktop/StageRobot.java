package dev.ravel.desktop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javafx.geometry.Bounds;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.DialogPane;
import javafx.scene.control.Labeled;
import javafx.scene.control.ListView;
import javafx.scene.control.Slider;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.TextField;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeTableColumn;
import javafx.scene.control.TreeTableView;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.robot.Robot;
import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;
import javafx.stage.Stage;
import javafx.stage.Window;

/** A window that nobody sees, and the dialogs over it, with hands on keyboard and mouse and eyes on its nodes. */
class StageRobot {
    private static final long SECONDS = 20;

    private final Stage stage;

    StageRobot(Stage stage) {
        this.stage = stage;
    }

    Stage stage() {
        return stage;
    }

    /** What a label, or a field, of an id says; empty where there is none on the screen. */
    String text(String id) {
        return HeadlessDesktop.call(() -> switch (find("#" + id).orElse(null)) {
            case Labeled labeled -> labeled.getText();
            case TextField field -> field.getText();
            case ComboBox<?> list -> String.valueOf(list.getValue());
            case null, default -> "";
        });
    }

    /** The texts that are made of pieces, those within a node, in their order. */
    List<String> flows(String selector) {
        return HeadlessDesktop.call(() -> stage.getScene().getRoot().lookupAll(selector + " .lesson-text").stream()
                .map(node -> ((TextFlow) node)
                        .getChildren().stream()
                                .map(piece -> ((Text) piece).getText())
                                .collect(Collectors.joining()))
                .toList());
    }

    /** Selects an entry of a list, by its place. */
    void selectEntry(String list, int index) {
        HeadlessDesktop.call(() -> {
            ((ListView<?>) find("#" + list).orElseThrow()).getSelectionModel().select(index);
            return true;
        });
    }

    /** The entries of a list. */
    List<String> lines(String list) {
        return HeadlessDesktop.call(() -> find("#" + list).stream()
                .flatMap(node -> ((ListView<?>) node).getItems().stream())
                .map(String::valueOf)
                .toList());
    }

    /** Gives a node the keyboard. */
    void focus(String selector) {
        HeadlessDesktop.call(() -> {
            find(selector).orElseThrow().requestFocus();
            return true;
        });
    }

    /** Whether a box is ticked. */
    boolean selected(String id) {
        return HeadlessDesktop.call(
                () -> find("#" + id).map(node -> ((CheckBox) node).isSelected()).orElse(false));
    }

    /** How many entries a list has. */
    int entries(String list) {
        return HeadlessDesktop.call(() -> find("#" + list)
                .map(node -> ((ListView<?>) node).getItems().size())
                .orElse(0));
    }

    /** The titles of the tabs of a pane; none where it is not there. */
    List<String> tabs(String pane) {
        return HeadlessDesktop.call(() -> find("#" + pane).stream()
                .flatMap(node -> ((TabPane) node).getTabs().stream())
                .map(Tab::getText)
                .toList());
    }

    /** The title of the tab in front of a pane; empty where it is not there. */
    String tab(String pane) {
        return HeadlessDesktop.call(() -> find("#" + pane)
                .map(node ->
                        ((TabPane) node).getSelectionModel().getSelectedItem().getText())
                .orElse(""));
    }

    boolean showing() {
        return HeadlessDesktop.call(stage::isShowing);
    }

    boolean missing(String selector) {
        return HeadlessDesktop.call(() -> find(selector).isEmpty());
    }

    /** The text of the dialogs that are open. */
    String dialogText() {
        return HeadlessDesktop.call(() -> Window.getWindows().stream()
                .map(w -> w.getScene().getRoot())
                .filter(DialogPane.class::isInstance)
                .map(pane -> ((DialogPane) pane).getContentText())
                .collect(Collectors.joining("\n")));
    }

    /** The rows of a table, two blanks for each level that they are below the first, cells parted by bars. */
    List<String> rows(String table) {
        return HeadlessDesktop.call(() -> {
            List<String> rows = new ArrayList<>();
            table(table).ifPresent(t -> addAll(t, rows));
            return rows;
        });
    }

    private static <T> void addAll(TreeTableView<T> table, List<String> rows) {
        table.getRoot().getChildren().forEach(item -> addRows(table, item, 0, rows));
    }

    private static <T> void addRows(TreeTableView<T> table, TreeItem<T> item, int depth, List<String> rows) {
        rows.add("  ".repeat(depth) + cells(table, item));
        item.getChildren().forEach(child -> addRows(table, child, depth + 1, rows));
    }

    private static <T> String cells(TreeTableView<T> table, TreeItem<T> item) {
        return table.getColumns().stream().map(c -> cell(c, item)).collect(Collectors.joining(" | "));
    }

    private static <T> String cell(TreeTableColumn<T, ?> column, TreeItem<T> item) {
        return String.valueOf(column.getCellData(item));
    }

    /** The texts of all labels of a kind. */
    List<String> labels(String selector) {
        return HeadlessDesktop.call(() -> stage.getScene().getRoot().lookupAll(selector).stream()
                .filter(Labeled.class::isInstance)
                .map(node -> ((Labeled) node).getText())
                .toList());
    }

    /** How many nodes there are. */
    int count(String selector) {
        return HeadlessDesktop.call(
                () -> stage.getScene().getRoot().lookupAll(selector).size());
    }

    /** The height of a node in pixels; what sticks out of it, as rows of a low table may for a while, is not counted. */
    double height(String selector) {
        return HeadlessDesktop.call(() ->
                find(selector).map(node -> node.getLayoutBounds().getHeight()).orElse(0.0));
    }

    /** Where the upper left corner of a node is in the window; nowhere if it is not on the screen. */
    Optional<Point2D> corner(String selector) {
        return HeadlessDesktop.call(() -> find(selector).map(node -> {
            Bounds bounds = node.localToScene(node.getBoundsInLocal());
            return new Point2D(bounds.getMinX(), bounds.getMinY());
        }));
    }

    /** Whether all of a node is within the window. */
    boolean inside(String selector) {
        return HeadlessDesktop.call(() -> find(selector)
                .map(node -> {
                    Bounds bounds = node.localToScene(node.getBoundsInLocal());
                    return bounds.getWidth() > 0
                            && bounds.getMinX() >= 0
                            && bounds.getMinY() >= 0
                            && bounds.getMaxX() <= node.getScene().getWidth()
                            && bounds.getMaxY() <= node.getScene().getHeight();
                })
                .orElse(false));
    }

    /** Whether all of a node is within the part that can be seen of what it scrolls with. */
    boolean inSight(String selector) {
        return HeadlessDesktop.call(() -> find(selector)
                .map(node -> {
                    Node around = node;
                    while (!around.getStyleClass().contains("viewport")) {
                        around = around.getParent();
                    }
                    Bounds seen = around.localToScene(around.getLayoutBounds());
                    Bounds bounds = node.localToScene(node.getLayoutBounds());
                    return bounds.getHeight() > 0
                            && bounds.getMinY() >= seen.getMinY() - 1
                            && bounds.getMaxY() <= seen.getMaxY() + 1;
                })
                .orElse(false));
    }

    /** How wide a node is, in pixels; 0 where it is not there. */
    double width(String selector) {
        return HeadlessDesktop.call(() ->
                find(selector).map(node -> node.getBoundsInLocal().getWidth()).orElse(0.0));
    }

    /** Whether a node has the keyboard. */
    boolean focused(String selector) {
        return HeadlessDesktop.call(() -> find(selector).map(Node::isFocused).orElse(false));
    }

    /** Fills a field. */
    void enter(String field, String text) {
        HeadlessDesktop.call(() -> {
            ((TextField) find("#" + field).orElseThrow()).setText(text);
            return true;
        });
    }

    /** Chooses from a list. */
    @SuppressWarnings("unchecked")
    <T> void choose(String list, T value) {
        HeadlessDesktop.call(() -> {
            ((ComboBox<T>) find("#" + list).orElseThrow()).setValue(value);
            return true;
        });
    }

    /** Selects the first row whose first cell is this. */
    void selectRow(String table, String first) {
        HeadlessDesktop.call(() -> {
            TreeTableView<?> t = table(table).orElseThrow();
            select(t, first);
            return true;
        });
    }

    private static <T> void select(TreeTableView<T> table, String first) {
        int row = row(table, first).orElseThrow(() -> new AssertionError("no row " + first));
        table.getSelectionModel().select(row);
        table.scrollTo(Math.max(0, row - 2));
        table.requestFocus();
    }

    private static <T> OptionalInt row(TreeTableView<T> table, String first) {
        return IntStream.range(0, table.getExpandedItemCount())
                .filter(i -> cells(table, table.getTreeItem(i)).startsWith(first + " |"))
                .findFirst();
    }

    /** Whether there is a row whose first cell is this, and those above it are open. */
    boolean hasRow(String table, String first) {
        return HeadlessDesktop.call(
                () -> table(table).filter(t -> row(t, first).isPresent()).isPresent());
    }

    /** The value of a slider; -1 where there is none. */
    double slider(String id) {
        return HeadlessDesktop.call(
                () -> find("#" + id).map(node -> ((Slider) node).getValue()).orElse(-1.0));
    }

    private Optional<TreeTableView<?>> table(String id) {
        return find("#" + id).map(node -> (TreeTableView<?>) node);
    }

    private Optional<Node> find(String selector) {
        return windows()
                .map(window -> window.getScene().getRoot().lookup(selector))
                .filter(Objects::nonNull)
                .findFirst();
    }

    private Stream<Window> windows() {
        return Stream.concat(Stream.of(stage), Window.getWindows().stream().filter(Window::isShowing));
    }

    /** Presses Ctrl, Shift and a key. */
    void shortcut(KeyCode key) {
        HeadlessDesktop.call(() -> {
            focusSomeWindow();
            Robot robot = new Robot();
            robot.keyPress(KeyCode.CONTROL);
            robot.keyPress(KeyCode.SHIFT);
            robot.keyType(key);
            robot.keyRelease(KeyCode.SHIFT);
            robot.keyRelease(KeyCode.CONTROL);
            return true;
        });
    }

    void press(KeyCode key) {
        HeadlessDesktop.call(() -> {
            focusSomeWindow();
            new Robot().keyType(key);
            return true;
        });
    }

    /** Without a display a list that closes may leave no window with the keyboard for a moment, and keys then throw. */
    private void focusSomeWindow() {
        if (Window.getWindows().stream().noneMatch(Window::isFocused)) {
            stage.requestFocus();
        }
    }

    /** Types printable ASCII. */
    void type(String text) {
        for (char c : text.toCharArray()) {
            HeadlessDesktop.call(() -> {
                UsKeyboard.type(new Robot(), c);
                return true;
            });
        }
    }

    /** Clicks the middle of a node, as soon as it is there and enabled. */
    void click(String selector) {
        clickWhenSeen(selector, () -> find(selector));
    }

    /** Turns the wheel over a node by a notch, away from its user. */
    void turnWheel(String selector) {
        HeadlessDesktop.call(() -> {
            Node node = find(selector).orElseThrow();
            Bounds onScreen = node.localToScreen(node.getBoundsInLocal());
            Robot robot = new Robot();
            robot.mouseMove(onScreen.getCenterX(), onScreen.getCenterY());
            robot.mouseWheel(-1);
            return true;
        });
    }

    void clickTab(String title) {
        clickText(".tab-label", title);
    }

    /** Clicks the node of a kind that says this, in the window or in what has popped up over it. */
    void clickText(String selector, String text) {
        clickWhenSeen(
                selector + " " + text,
                () -> windows()
                        .flatMap(window -> window.getScene().getRoot().lookupAll(selector).stream())
                        .filter(node -> node instanceof Labeled label && text.equals(label.getText()))
                        .findFirst());
    }

    private void clickWhenSeen(String what, Supplier<Optional<Node>> wanted) {
        await(
                what,
                () -> HeadlessDesktop.call(
                        () -> wanted.get().filter(this::click).isPresent()));
    }

    /** Clicks a node if it is within the window: right after it was added it may still be elsewhere. */
    private boolean click(Node node) {
        node.getScene().getRoot().applyCss();
        node.getScene().getRoot().layout();
        Bounds inScene = node.localToScene(node.getBoundsInLocal());
        Bounds onScreen = node.localToScreen(node.getBoundsInLocal());
        if (onScreen == null
                || node.isDisabled()
                || inScene.getMaxX() > node.getScene().getWidth()
                || inScene.getMaxY() > node.getScene().getHeight()) {
            return false;
        }
        try {
            Robot robot = new Robot();
            robot.mouseMove(onScreen.getCenterX(), onScreen.getCenterY());
            robot.mouseClick(MouseButton.PRIMARY);
            return true;
        } catch (NullPointerException e) {
            // The headless platform has no active window for a moment when a list that popped up goes away.
            return false;
        }
    }

    /** Whether a node is there and can be used. */
    boolean enabled(String selector) {
        return HeadlessDesktop.call(
                () -> find(selector).filter(node -> !node.isDisabled()).isPresent());
    }

    /** Whether a node is there and can be seen. */
    boolean shown(String selector) {
        return HeadlessDesktop.call(() -> find(selector).filter(Node::isVisible).isPresent());
    }

    /** Keeps a picture of the window. */
    WritableImage picture(Path file) throws IOException, InterruptedException {
        // The terminal paints a little later than it knows.
        TimeUnit.MILLISECONDS.sleep(500);
        WritableImage image = HeadlessDesktop.call(() -> stage.getScene().snapshot(null));
        HeadlessDesktop.save(image, file);
        return image;
    }

    void await(String what, BooleanSupplier condition) {
        await(what, SECONDS, condition);
    }

    void await(String what, long seconds, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                failed(what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Fails, and leaves a picture of what there is instead. */
    private void failed(String what) {
        Path file = Path.of("target", "pictures", "failed.png");
        try {
            picture(file);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("waited for " + what, e);
        }
        throw new AssertionError("waited for " + what + "; see " + file);
    }
}
