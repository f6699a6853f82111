package dev.ravel.desktop.lessons;

import dev.ravel.desktop.widget.Icons;
import dev.ravel.learn.Lesson;
import java.util.Map;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** A lesson in the list: what it is about, what it takes, and what came of it since the window was opened. */
final class LessonCell extends ListCell<Lesson> {
    private final Map<Lesson, Integer> results;
    private final ObservableDoubleValue fontSize;

    /**
     * @param results how many checks of a lesson passed when it was left last
     */
    LessonCell(Map<Lesson, Integer> results, ObservableDoubleValue fontSize) {
        this.results = results;
        this.fontSize = fontSize;
        // As wide as the list, and no wider: titles are wrapped.
        setPrefWidth(0);
    }

    /** What a lesson takes, in words. */
    static String takes(Lesson lesson) {
        return "about %d s, %d MiB, guest %s".formatted(lesson.seconds(), lesson.memory() >> 20, lesson.guest());
    }

    @Override
    protected void updateItem(Lesson lesson, boolean empty) {
        super.updateItem(lesson, empty);
        setText(null);
        if (empty || lesson == null) {
            setGraphic(null);
            return;
        }
        Label title = new Label(lesson.number() + "  " + lesson.title());
        title.getStyleClass().add("summary");
        title.setWrapText(true);
        VBox lines = new VBox(title, new Label(takes(lesson)));
        Integer passed = results.get(lesson);
        if (passed != null) {
            boolean all = passed == lesson.checks();
            Label result = new Label(
                    passed + " of " + lesson.checks() + " checks passed",
                    Icons.icon(all ? Feather.CHECK_CIRCLE : Feather.CIRCLE, fontSize));
            result.getStyleClass().addAll("check", all ? "passed" : "open");
            lines.getChildren().add(new HBox(result));
        }
        setGraphic(lines);
    }
}
