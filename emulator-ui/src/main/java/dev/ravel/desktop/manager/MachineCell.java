package dev.ravel.desktop.manager;

import dev.ravel.desktop.widget.Icons;
import dev.ravel.manager.MachineDefinition;
import dev.ravel.manager.MachineDefinition.Boot;
import dev.ravel.manager.MachineSample;
import dev.ravel.session.MemorySize;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javafx.beans.value.ChangeListener;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/** A machine in the list: its console drawn small, its name and state, what it is, and what its user should know. */
final class MachineCell extends ListCell<MachineRow> {
    private final ObservableDoubleValue fontSize;
    private final Label thumbnail = new Label();
    private final Label name = new Label();
    private final Label state = new Label();
    private final Label details = new Label();
    private final Label message = new Label();
    private final HBox content;
    private final ChangeListener<MachineSample> listener = (sample, before, after) -> show(after);

    MachineCell(ObservableDoubleValue fontSize) {
        this.fontSize = fontSize;
        // As wide as the list, and no wider.
        setPrefWidth(0);
        thumbnail.getStyleClass().add("thumbnail");
        name.getStyleClass().add("summary");
        details.setWrapText(true);
        message.setWrapText(true);
        message.getStyleClass().add("message");
        VBox words = new VBox(name, state, details, message);
        HBox.setHgrow(words, Priority.ALWAYS);
        words.setMinWidth(0);
        content = new HBox(thumbnail, words);
        content.getStyleClass().add("machine");
    }

    @Override
    protected void updateItem(@Nullable MachineRow row, boolean empty) {
        MachineRow before = getItem();
        if (before != null) {
            before.sample().removeListener(listener);
        }
        super.updateItem(row, empty);
        if (empty || row == null) {
            setGraphic(null);
            return;
        }
        row.sample().addListener(listener);
        show(row.sample().get());
        setGraphic(content);
    }

    private void show(MachineSample sample) {
        thumbnail.setText(String.join("\n", sample.screen()));
        name.setText(sample.name());
        state.setText(sample.condition().label());
        state.setGraphic(Icons.icon(icon(sample.condition()), fontSize));
        state.getStyleClass().setAll("label", "state", sample.condition().name().toLowerCase(Locale.ROOT));
        details.setText(details(sample.definition()));
        message.setText(sample.message().orElse(""));
        message.setManaged(sample.message().isPresent());
        message.setVisible(sample.message().isPresent());
        setAccessibleText(sample.name() + ", " + sample.condition().label() + ", " + details.getText());
    }

    private static Feather icon(MachineSample.Condition condition) {
        return switch (condition) {
            case OFF -> Feather.POWER;
            case STARTING -> Feather.LOADER;
            case RUNNING -> Feather.PLAY;
            case PAUSED -> Feather.PAUSE;
            case FAILED -> Feather.ALERT_TRIANGLE;
        };
    }

    private static String details(MachineDefinition machine) {
        List<String> details = new ArrayList<>();
        details.add(
                switch (machine.boot()) {
                    case Boot.Guest guest -> "guest " + guest.name();
                    case Boot.Files files -> String.valueOf(files.kernel().getFileName());
                });
        machine.disk().ifPresent(file -> details.add("disk " + file.getFileName()));
        details.add(machine.cpus() + (machine.cpus() == 1 ? " CPU" : " CPUs"));
        details.add(MemorySize.text(machine.memory()));
        details.add("engine " + machine.engine());
        if (machine.deterministic()) {
            details.add("can be stepped back");
        }
        return String.join(", ", details);
    }
}
