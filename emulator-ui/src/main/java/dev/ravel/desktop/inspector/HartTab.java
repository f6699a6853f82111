package dev.ravel.desktop.inspector;

import dev.ravel.inspect.HartView;
import dev.ravel.inspect.Symbols;
import java.util.Optional;
import javafx.beans.value.ObservableDoubleValue;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;

/** A hart: what it is about to do, its registers, its CSRs by fields. */
final class HartTab implements View<HartSample> {
    private final BorderPane pane = new BorderPane();
    private final Label summary = label("hart-summary");
    private final Label pc = label("hart-pc");
    private final Label next = label("hart-next");
    private final RegisterGrid registers = new RegisterGrid();
    private final CheckBox zeroToo = new CheckBox("CSRs that are 0");
    private final FactTable csrs;
    private final HartChoice wanted;

    /** The last sample; of the sampler's thread. */
    private Optional<HartSample> last = Optional.empty();

    HartTab(int harts, ObservableDoubleValue fontSize, Runnable hurry) {
        csrs = new FactTable(
                "csrs",
                false,
                fontSize,
                new FactTable.Column("CSR", 12, false),
                new FactTable.Column("Value", 12, true),
                new FactTable.Column("Fields", 30, false));
        zeroToo.setId("csrs-zero");
        zeroToo.setOnAction(event -> hurry.run());
        FlowPane choices = new FlowPane(12, 4, zeroToo);
        wanted = new HartChoice("hart-number", harts, hurry);
        wanted.node().ifPresent(choices.getChildren()::addFirst);
        VBox head = new VBox(summary, pc, next, choices);
        head.getStyleClass().add("head");
        ScrollPane scroll = new ScrollPane(registers.node());
        scroll.setFitToWidth(true);
        SplitPane split = new SplitPane(scroll, csrs.node());
        split.setOrientation(Orientation.VERTICAL);
        split.setDividerPositions(0.5);
        pane.setTop(head);
        pane.setCenter(split);
    }

    private static Label label(String id) {
        Label label = new Label();
        label.setId(id);
        label.setWrapText(true);
        label.getStyleClass().add(id.equals("hart-summary") ? "summary" : "code");
        return label;
    }

    @Override
    public String title() {
        return "Hart";
    }

    @Override
    public String id() {
        return "hart";
    }

    @Override
    public Node node() {
        return pane;
    }

    @Override
    public Sampled<HartSample> sample(Guest guest) {
        Symbols symbols = guest.symbols();
        int number = wanted.hart();
        Optional<HartView> seen =
                guest.whileStill(machine -> HartView.of(machine.harts().get(number), symbols));
        if (seen.isEmpty()) {
            return Sampled.nothing("the machine is gone");
        }
        HartView now = seen.get();
        last = Optional.of(last.filter(before -> before.hart().hart() == now.hart())
                .map(before -> before.next(now))
                .orElseGet(() -> HartSample.first(now)));
        return Sampled.of(last.get());
    }

    @Override
    public void show(HartSample sample) {
        summary.setText(sample.summary());
        pc.setText(sample.pc());
        next.setText(sample.next());
        registers.show(sample);
        csrs.show(sample.csrs(zeroToo.isSelected()));
    }
}
