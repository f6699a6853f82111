package dev.ravel.desktop.inspector;

import dev.ravel.inspect.MachineWatch;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.TrapEvent;
import java.util.List;
import java.util.Optional;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;

/** The latest traps: a hart's privilege over time, and all harts' traps in words. */
final class TrapsTab implements View<TrapsSample> {
    /** How many of each hart's are kept. */
    private static final int KEPT = 256;

    private static final int FEWEST = 4;
    private static final int AT_FIRST = 32;

    /** A notch of the wheel over the timeline shows so many times as much, or as little. */
    private static final double NOTCH = 1.25;

    private final BorderPane pane = new BorderPane();
    private final Label summary = new Label();
    private final Slider zoom = new Slider(FEWEST, KEPT, AT_FIRST);
    private final PrivilegeTimeline timeline;
    private final FactTable table;
    private final HartChoice drawn;

    /** Of the sampler's thread. */
    private final Watching watching = new Watching(KEPT);

    TrapsTab(int harts, ObservableDoubleValue fontSize, Runnable hurry) {
        timeline = new PrivilegeTimeline(fontSize);
        table = new FactTable(
                "traps",
                false,
                fontSize,
                new FactTable.Column("#", 5, true),
                new FactTable.Column("Hart", 4, true),
                new FactTable.Column("Retired", 8, true),
                new FactTable.Column("Mode", 5, true),
                new FactTable.Column("Cause", 22, false),
                new FactTable.Column("epc", 22, true),
                new FactTable.Column("tval", 11, true),
                new FactTable.Column("Why there", 16, false),
                new FactTable.Column("Saved by the hart", 30, true),
                new FactTable.Column("On at", 22, true));
        summary.setId("traps-summary");
        summary.setWrapText(true);
        summary.getStyleClass().add("summary");
        zoom.setId("traps-zoom");
        zoom.setBlockIncrement(FEWEST);
        zoom.valueProperty().addListener((value, before, after) -> hurry.run());
        timeline.node().setOnScroll(event -> {
            if (event.getDeltaY() != 0) {
                zoom.setValue(event.getDeltaY() > 0 ? zoom.getValue() / NOTCH : zoom.getValue() * NOTCH);
                event.consume();
            }
        });
        FlowPane choices = new FlowPane(8, 4, new Label("traps shown"), zoom);
        drawn = new HartChoice("traps-hart", harts, hurry);
        drawn.node().ifPresent(choice -> choices.getChildren().addAll(new Label("drawn for hart"), choice));
        VBox head = new VBox(summary, choices, timeline.node());
        head.getStyleClass().add("head");
        pane.setTop(head);
        pane.setCenter(table.node());
    }

    @Override
    public String title() {
        return "Traps";
    }

    @Override
    public String id() {
        return "traps";
    }

    @Override
    public Node node() {
        return pane;
    }

    @Override
    public void opened(Guest guest) {
        watching.begin(guest);
    }

    @Override
    public Sampled<TrapsSample> sample(Guest guest) {
        Optional<MachineWatch> watch = watching.watch();
        if (watch.isEmpty()) {
            return Sampled.nothing("the machine is gone");
        }
        Symbols symbols = guest.symbols();
        List<TrapEvent> traps =
                watch.get().traps().stream().map(trap -> trap.named(symbols)).toList();
        return Sampled.of(new TrapsSample(traps, watch.get().trapsSeen()));
    }

    @Override
    public void show(TrapsSample sample) {
        int most = (int) zoom.getValue();
        List<TrapEvent> last = sample.last(most);
        summary.setText("the last " + last.size() + " of " + sample.seen() + " traps since this view was opened");
        timeline.show(last.stream().filter(trap -> trap.hart() == drawn.hart()).toList());
        table.show(sample.rows(most));
    }

    @Override
    public void closed(Guest guest) {
        watching.end(guest);
    }
}
