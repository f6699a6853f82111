package dev.ravel.desktop.inspector;

import dev.ravel.inspect.MachineWatch;
import java.util.List;
import java.util.Optional;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;

/** What a hypervisor would call exits, counted by kind and told in words. */
final class ExitsTab implements View<ExitsTab.Shown> {
    private final BorderPane pane = new BorderPane();
    private final Label summary = new Label();
    private final FactTable table;

    // Of the sampler's thread.
    private final Watching watching = new Watching(0);
    private Optional<ExitsSample> last = Optional.empty();

    /**
     * Rows made from two samples.
     *
     * @param total since the view was opened
     */
    record Shown(long total, List<Row> rows) {}

    ExitsTab(ObservableDoubleValue fontSize) {
        table = new FactTable(
                "exits",
                true,
                fontSize,
                new FactTable.Column("Exit", 17, false),
                new FactTable.Column("Count", 7, true),
                new FactTable.Column("In a second", 7, true),
                new FactTable.Column("Why a hypervisor has to act", 40, false));
        summary.setId("exits-summary");
        summary.setWrapText(true);
        summary.getStyleClass().addAll("summary", "head");
        pane.setTop(summary);
        pane.setCenter(table.node());
    }

    @Override
    public String title() {
        return "Exits";
    }

    @Override
    public String id() {
        return "exits";
    }

    @Override
    public Node node() {
        return pane;
    }

    @Override
    public void opened(Guest guest) {
        last = Optional.empty();
        watching.begin(guest);
    }

    @Override
    public Sampled<Shown> sample(Guest guest) {
        Optional<MachineWatch> watch = watching.watch();
        if (watch.isEmpty()) {
            return Sampled.nothing("the machine is gone");
        }
        ExitsSample now = new ExitsSample(watch.get().exits(), System.nanoTime());
        List<Row> rows = now.rows(last.orElse(now));
        last = Optional.of(now);
        return Sampled.of(new Shown(now.total(), rows));
    }

    @Override
    public void show(Shown sample) {
        summary.setText(sample.total() + " exits since this view was opened");
        table.show(sample.rows());
    }

    @Override
    public void closed(Guest guest) {
        watching.end(guest);
    }
}
