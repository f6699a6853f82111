package dev.ravel.desktop.inspector;

import dev.ravel.inspect.device.DeviceView;
import dev.ravel.inspect.device.DeviceWatch;
import java.util.List;
import java.util.Optional;
import javafx.beans.value.ObservableDoubleValue;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.BorderPane;

/** The devices of the board: their registers and virtqueues, and the latest requests and accesses. */
final class DevicesTab implements View<DevicesTab.Shown> {
    /** How many requests, and how many accesses, are kept. */
    private static final int KEPT = 64;

    private final BorderPane pane = new BorderPane();
    private final Label summary = new Label();
    private final FactTable devices;
    private final FactTable requests;
    private final FactTable accesses;

    // Of the sampler's thread.
    private Optional<DeviceWatch> watch = Optional.empty();
    private Optional<DevicesSample> last = Optional.empty();

    /** What is in the tables, each made of a sample. */
    record Shown(String summary, List<Row> devices, List<Row> requests, List<Row> accesses) {}

    DevicesTab(ObservableDoubleValue fontSize) {
        devices = new FactTable(
                "devices",
                false,
                fontSize,
                new FactTable.Column("Device", 13, false),
                new FactTable.Column("Address", 8, true),
                new FactTable.Column("State", 44, true));
        requests = new FactTable(
                "device-requests",
                false,
                fontSize,
                new FactTable.Column("Request to", 12, false),
                new FactTable.Column("What", 26, true),
                new FactTable.Column("Stage", 18, false));
        accesses = new FactTable(
                "device-accesses",
                false,
                fontSize,
                new FactTable.Column("Access by", 6, false),
                new FactTable.Column("Device", 14, false),
                new FactTable.Column("Register", 12, false),
                new FactTable.Column("Value", 12, true));
        summary.setId("devices-summary");
        summary.setWrapText(true);
        summary.getStyleClass().addAll("summary", "head");
        SplitPane split = new SplitPane(devices.node(), requests.node(), accesses.node());
        split.setOrientation(Orientation.VERTICAL);
        split.setDividerPositions(0.5, 0.8);
        pane.setTop(summary);
        pane.setCenter(split);
    }

    @Override
    public String title() {
        return "Devices";
    }

    @Override
    public String id() {
        return "devices";
    }

    @Override
    public Node node() {
        return pane;
    }

    @Override
    public void opened(Guest guest) {
        last = Optional.empty();
        watch = guest.whileStill(machine -> DeviceWatch.of(machine, KEPT));
    }

    @Override
    public Sampled<Shown> sample(Guest guest) {
        Optional<List<DeviceView>> seen = guest.whileStill(DeviceView::of);
        if (seen.isEmpty()) {
            return Sampled.nothing("the machine is gone");
        }
        List<DeviceView> views = seen.get();
        DevicesSample now = watch.map(
                        watching -> new DevicesSample(views, watching.requests(), watching.accesses(views)))
                .orElseGet(() -> new DevicesSample(views, List.of(), List.of()));
        Shown shown = new Shown(
                now.summary(
                        watch.map(DeviceWatch::requestsSeen).orElse(0L),
                        watch.map(DeviceWatch::accessesSeen).orElse(0L)),
                now.rows(last.orElse(now)),
                now.requestRows(),
                now.accessRows());
        last = Optional.of(now);
        return Sampled.of(shown);
    }

    @Override
    public void show(Shown sample) {
        summary.setText(sample.summary());
        devices.show(sample.devices());
        requests.show(sample.requests());
        accesses.show(sample.accesses());
    }

    @Override
    public void closed(Guest guest) {
        watch.ifPresent(seen -> guest.whileStill(machine -> {
            seen.close();
            return true;
        }));
        watch = Optional.empty();
    }
}
