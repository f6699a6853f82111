package dev.ravel.desktop.inspector;

import dev.ravel.inspect.InterruptWiring.Fate;
import dev.ravel.inspect.InterruptWiring.Gate;
import dev.ravel.inspect.InterruptWiring.HartEnd;
import dev.ravel.inspect.InterruptWiring.Interrupt;
import dev.ravel.inspect.InterruptWiring.Route;
import dev.ravel.inspect.InterruptWiring.Source;
import dev.ravel.isa.Privilege;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/**
 * The wires of interrupts. Above, the PLIC: the line of each device comes from the left and crosses the two wires that go down
 * to a hart; a dot where it is enabled. Below, the hart: what is pending goes through its bit in {@code mie} and through the
 * switch of its mode in {@code mstatus}.
 */
final class WiringPicture {
    private static final String LIT = "lit";

    private final VBox rows = new VBox();
    private final ScrollPane scroll = new ScrollPane(rows);
    private Optional<Drawn> drawn = Optional.empty();

    /** What of a sample can be seen here: all but the time. */
    private record Drawn(List<Source> sources, int hart, boolean machine, boolean supervisor, List<Interrupt> bits) {}

    WiringPicture() {
        rows.getStyleClass().add("wiring");
    }

    Node node() {
        return scroll;
    }

    void show(List<Source> sources, HartEnd hart) {
        Drawn now = new Drawn(sources, hart.hart(), hart.machineEnabled(), hart.supervisorEnabled(), hart.interrupts());
        if (drawn.filter(now::equals).isPresent()) {
            return;
        }
        drawn = Optional.of(now);
        rows.getChildren().clear();
        List<Route> up = routes(sources, hart.hart(), Privilege.MACHINE);
        List<Route> down = routes(sources, hart.hart(), Privilege.SUPERVISOR);
        rows.getChildren().add(title("Devices and the PLIC"));
        for (int i = 0; i < sources.size(); i++) {
            rows.getChildren()
                    .add(source(sources.get(i), cross(sources.get(i), up, i), cross(sources.get(i), down, i)));
        }
        rows.getChildren().add(contexts(up, down));
        rows.getChildren().add(title("Hart " + hart.hart()));
        hart.interrupts().forEach(one -> rows.getChildren().add(interrupt(one, hart)));
    }

    /** The routes of all sources to one context. */
    private static List<Route> routes(List<Source> sources, int hart, int mode) {
        return sources.stream()
                .map(source -> source.routes().stream()
                        .filter(route -> route.hart() == hart && route.mode() == mode)
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    private static Node source(Source source, Node up, Node down) {
        HBox row = row("source-" + source.number());
        Label device = part(source.device(), "origin", source.asks());
        device.setTooltip(new Tooltip(source.device() + " at " + HartSample.hex(source.base())));
        Label state = part(
                source.number() + ": prio " + source.state().priority()
                        + (source.state().pending()
                                ? ", pending"
                                : source.state().claimed() ? ", claimed" : ""),
                "gateway",
                source.state().pending());
        row.getChildren().addAll(device, wire(source.asks()), state, up, down, fate(row, source.fate()));
        return row;
    }

    /** Where the line of source {@code index} crosses the wire of a context. */
    private static Node cross(Source source, List<Route> routes, int index) {
        Region line = lit(new Region(), "across", source.state().pending());
        // The wire carries what the sources above it, and this one, raise.
        boolean carries = routes.subList(0, index + 1).stream().anyMatch(route -> route.gate() == Gate.RAISED);
        Region bus = lit(new Region(), "down", carries);
        StackPane cross = new StackPane(line, bus);
        cross.getStyleClass().add("cross");
        Route route = routes.get(index);
        if (route.gate() != Gate.NOT_ENABLED) {
            cross.getChildren().add(lit(new Region(), "dot", route.gate() == Gate.RAISED));
        }
        return cross;
    }

    /** Where the wires of the two contexts end. */
    private static Node contexts(List<Route> up, List<Route> down) {
        HBox row = row("contexts");
        row.getChildren()
                .addAll(part("", "origin", false), part("", "joint", false), part("threshold", "gateway", false));
        for (List<Route> context : List.of(up, down)) {
            context.stream()
                    .findFirst()
                    .ifPresent(route -> row.getChildren()
                            .add(part(
                                    "> " + route.threshold(),
                                    "context",
                                    context.stream().anyMatch(one -> one.gate() == Gate.RAISED))));
        }
        row.getChildren().add(fate(row, "to MEIP and to SEIP"));
        return row;
    }

    private static Node interrupt(Interrupt one, HartEnd hart) {
        HBox row = row("interrupt-" + one.bit());
        boolean machine = one.to() == Privilege.MACHINE;
        boolean ready = one.pending() && one.enabled();
        boolean taken = one.fate() == Fate.NEXT || one.fate() == Fate.BEHIND;
        Label fate = fate(row, one.fate().words());
        if (one.fate() == Fate.NEXT) {
            fate.getStyleClass().add(LIT);
        }
        row.getChildren()
                .addAll(
                        part(one.from(), "origin", one.pending()),
                        wire(one.pending()),
                        part(one.bit(), "bit", one.pending()),
                        wire(one.pending()),
                        part(one.enableBit(), "bit", one.enabled()),
                        wire(ready),
                        part(
                                machine ? "MIE" : "SIE",
                                "bit",
                                machine ? hart.machineEnabled() : hart.supervisorEnabled()),
                        wire(taken),
                        part(Privilege.letter(one.to()), "mode", one.fate() == Fate.NEXT),
                        fate);
        return row;
    }

    private static HBox row(String id) {
        HBox row = new HBox();
        row.setId(id);
        row.getStyleClass().add("wires");
        return row;
    }

    private static Node title(String text) {
        Label title = new Label(text);
        title.getStyleClass().add("summary");
        return title;
    }

    private static Label part(String text, String style, boolean lit) {
        return lit(new Label(text), style, lit);
    }

    private static Node wire(boolean lit) {
        StackPane wire = new StackPane(lit(new Region(), "across", lit));
        wire.getStyleClass().add("joint");
        return wire;
    }

    private static Label fate(HBox row, String words) {
        Label fate = part(words, "fate", false);
        fate.setId(row.getId() + "-fate");
        return fate;
    }

    private static <N extends Region> N lit(N node, String style, boolean lit) {
        node.getStyleClass().add(style);
        if (lit) {
            node.getStyleClass().add(LIT);
        }
        return node;
    }
}
