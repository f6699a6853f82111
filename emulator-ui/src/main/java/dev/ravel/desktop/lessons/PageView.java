package dev.ravel.desktop.lessons;

import dev.ravel.desktop.widget.Icons;
import dev.ravel.learn.Page;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javafx.application.Platform;
import javafx.beans.value.ObservableDoubleValue;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;
import org.kordamp.ikonli.feather.Feather;

/** Shows the blocks of a lesson's page, below each other. */
final class PageView {
    /** Cells with more letters are wrapped. */
    private static final int WIDE_CELL = 20;

    private final VBox column = new VBox();
    private final ScrollPane scroll = new ScrollPane(column);
    private final ObservableDoubleValue fontSize;
    private List<Block> shown = List.of();
    private int step;

    /** Whether the learner's answer is waited for. */
    private boolean asking;

    PageView(ObservableDoubleValue fontSize) {
        this.fontSize = fontSize;
        column.setId("lesson-page");
        column.getStyleClass().add("lesson-page");
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setId("lesson-scroll");
        // After the layout that is under way: what is where is known then.
        scroll.viewportBoundsProperty().addListener((bounds, before, after) -> Platform.runLater(this::showQuestion));
        fontSize.addListener((size, before, after) -> Platform.runLater(this::showQuestion));
    }

    Node node() {
        return scroll;
    }

    /** Shows a page; what is on the screen already stays where it is. */
    void show(LessonSample page) {
        List<Block> blocks = page.blocks();
        int same = 0;
        if (page.step() == step) {
            while (same < Math.min(blocks.size(), shown.size()) && blocks.get(same) == shown.get(same)) {
                same++;
            }
        }
        asking = page.phase() == LessonSample.Phase.QUESTION;
        column.getChildren().remove(same, column.getChildren().size());
        blocks.subList(same, blocks.size())
                .forEach(block -> column.getChildren().add(node(block)));
        if (same == 0) {
            scroll.setVvalue(0);
        } else if (same < blocks.size()) {
            // What came after a question is looked at together with it.
            lastQuestion(blocks.subList(0, same)).ifPresent(this::scrollTo);
        }
        if (same < blocks.size() && blocks.getLast() instanceof Block.Ask) {
            reveal(column.getChildren().getLast());
        }
        shown = blocks;
        step = page.step();
    }

    /** While an answer is waited for, its question is in sight however page and text change their size. */
    private void showQuestion() {
        if (asking) {
            lastQuestion(shown).ifPresent(this::reveal);
        }
    }

    private Optional<Node> lastQuestion(List<Block> blocks) {
        for (int i = blocks.size() - 1; i >= 0; i--) {
            if (blocks.get(i) instanceof Block.Ask) {
                return Optional.of(column.getChildren().get(i));
            }
        }
        return Optional.empty();
    }

    /** Scrolls so that a node is at the top, if there is so much below it. */
    private void scrollTo(Node node) {
        layOut();
        scrollTo(node.getBoundsInParent().getMinY());
    }

    /** Scrolls no further than a node needs: down, of what is above it as much as there is room for can be seen too. */
    private void reveal(Node node) {
        layOut();
        Bounds bounds = node.getBoundsInParent();
        double room = scroll.getViewportBounds().getHeight();
        double top = scroll.getVvalue() * Math.max(0, column.getHeight() - room);
        double below = column.getPadding().getBottom();
        if (bounds.getMaxY() + below > top + room) {
            scrollTo(Math.min(bounds.getMinY(), bounds.getMaxY() + below - room));
        } else if (bounds.getMinY() < top) {
            scrollTo(bounds.getMinY());
        }
    }

    private void layOut() {
        scroll.applyCss();
        scroll.layout();
    }

    private void scrollTo(double top) {
        double beyond = column.getHeight() - scroll.getViewportBounds().getHeight();
        scroll.setVvalue(beyond <= 0 ? 0 : Math.clamp(top / beyond, 0, 1));
    }

    private Node node(Block block) {
        return switch (block) {
            case Block.Paragraph paragraph -> flow(paragraph.text());
            case Block.Item item -> beside(new Label("•"), flow(item.text()));
            case Block.Table table -> table(table.rows());
            case Block.Console console -> console(console.text());
            case Block.Ask ask ->
                styled(beside(Icons.icon(Feather.EDIT_3, fontSize), flow("Your turn: " + ask.text())), "ask");
            case Block.Check check -> check(check);
            case Block.Problem problem ->
                styled(
                        beside(
                                Icons.icon(Feather.ALERT_TRIANGLE, fontSize),
                                flow("The lesson cannot go on: " + problem.text())),
                        "problem");
        };
    }

    private Node check(Block.Check check) {
        String result =
                check.passed() ? "Passed: " + check.words() : "Failed: " + Page.failure(check.words(), check.detail());
        Feather icon = check.passed() ? Feather.CHECK_CIRCLE : Feather.X_CIRCLE;
        return styled(beside(Icons.icon(icon, fontSize), flow(result)), "check", check.passed() ? "passed" : "failed");
    }

    private static Node console(String text) {
        Label label = new Label(text);
        label.setWrapText(true);
        label.setMaxWidth(Double.MAX_VALUE);
        return styled(label, "guest");
    }

    /** Columns share the width by what is in them. */
    private static Node table(List<List<String>> rows) {
        GridPane grid = new GridPane();
        int columns = rows.getFirst().size();
        double[] widths = new double[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        double all = Arrays.stream(widths).sum();
        for (double part : widths) {
            ColumnConstraints column = new ColumnConstraints();
            column.setPercentWidth(100 * part / all);
            grid.getColumnConstraints().add(column);
        }
        for (int y = 0; y < rows.size(); y++) {
            for (int x = 0; x < columns; x++) {
                grid.add(styled(flow(rows.get(y).get(x)), y == 0 ? "title" : "cell"), x, y);
            }
        }
        return styled(grid, "lesson-table");
    }

    /** What a cell should have in letters: that of a long one is wrapped, but not within a word. */
    private static double width(String cell) {
        int word = Arrays.stream(cell.split(" ")).mapToInt(String::length).max().orElse(0);
        return 4 + Math.max(word, Math.min(cell.length(), WIDE_CELL));
    }

    private static Node beside(Node mark, Node text) {
        HBox box = new HBox(mark, text);
        HBox.setHgrow(text, Priority.ALWAYS);
        return styled(box, "marked");
    }

    private static Node styled(Node node, String... classes) {
        node.getStyleClass().addAll(classes);
        return node;
    }

    /** Text that is wrapped, with what stands between backquotes as code. */
    static TextFlow flow(String text) {
        TextFlow flow = new TextFlow();
        flow.getStyleClass().add("lesson-text");
        boolean code = false;
        for (String piece : text.split("`", -1)) {
            if (!piece.isEmpty()) {
                Text part = new Text(piece);
                if (code) {
                    part.getStyleClass().add("code");
                }
                flow.getChildren().add(part);
            }
            code = !code;
        }
        return flow;
    }
}
