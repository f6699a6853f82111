package dev.ravel.desktop.inspector;

import dev.ravel.inspect.linux.LinuxKernel;
import dev.ravel.inspect.linux.Reading;
import dev.ravel.inspect.linux.TaskTree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.VBox;

/** The tasks of a Linux guest as a tree, with their namespaces and their number in each PID namespace. */
final class TasksTab implements View<TasksSample> {
    private final BorderPane pane = new BorderPane();
    private final Label summary = new Label();
    private final Label details = new Label();
    private final FactTable table;
    private Map<Object, List<String>> known = Map.of();

    TasksTab(ObservableDoubleValue fontSize) {
        table = new FactTable(
                "tasks",
                true,
                fontSize,
                new FactTable.Column("Task", 18, false),
                new FactTable.Column("PID", 4.5, true),
                new FactTable.Column("Inside", 5, true),
                new FactTable.Column("State", 7, false),
                new FactTable.Column("UID", 4.5, true),
                new FactTable.Column("Memory", 7, true),
                new FactTable.Column("CPU", 4, true),
                new FactTable.Column("Own namespaces", 14, false));
        summary.setId("tasks-summary");
        summary.setWrapText(true);
        summary.getStyleClass().addAll("summary", "head");
        details.setId("task-details");
        details.setWrapText(true);
        details.getStyleClass().add("head");
        table.onSelection(this::showDetails);
        pane.setTop(summary);
        pane.setCenter(table.node());
        pane.setBottom(new VBox(details));
    }

    @Override
    public String title() {
        return "Tasks";
    }

    @Override
    public String id() {
        return "tasks";
    }

    @Override
    public Node node() {
        return pane;
    }

    @Override
    public Sampled<TasksSample> sample(Guest guest) {
        return switch (guest.linux()) {
            case Reading.Broken<LinuxKernel> broken -> Sampled.nothing(broken.reason());
            case Reading.Value<LinuxKernel> kernel -> {
                Optional<TaskTree> tree =
                        guest.whileStill(machine -> kernel.value().tasks());
                if (tree.isEmpty()) {
                    yield Sampled.nothing("the machine is gone");
                }
                if (!tree.get().broken().isEmpty()) {
                    guest.doubtLinux();
                }
                yield Sampled.of(
                        TasksSample.of(kernel.value().image().banner(), tree.get()),
                        Notices.of(tree.get().broken()));
            }
        };
    }

    @Override
    public void show(TasksSample sample) {
        summary.setText(sample.count() + " tasks of " + sample.kernel());
        known = sample.details();
        table.show(sample.rows());
        showDetails();
    }

    private void showDetails() {
        String text = table.selected()
                .map(row -> String.join("\n", known.getOrDefault(row.key(), List.of())))
                .orElse("Select a task to see its number in each PID namespace, and all its namespaces.");
        details.setText(text);
    }
}
