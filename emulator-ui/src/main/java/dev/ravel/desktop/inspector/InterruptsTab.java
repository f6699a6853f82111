package dev.ravel.desktop.inspector;

import dev.ravel.inspect.InterruptWiring;
import dev.ravel.inspect.InterruptWiring.HartEnd;
import dev.ravel.inspect.Words;
import dev.ravel.isa.Privilege;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.VBox;

/** The way of interrupts to a hart: drawn as wires, of which those are lit that carry a signal now. */
final class InterruptsTab implements View<InterruptsTab.Shown> {
    private final BorderPane pane = new BorderPane();
    private final Label summary = new Label();
    private final Label timer = new Label();
    private final WiringPicture picture = new WiringPicture();
    private final HartChoice wanted;

    /**
     * A sample.
     *
     * @param hart the one that is shown
     */
    record Shown(InterruptWiring wiring, HartEnd hart) {
        /** What the hart is about to do. */
        String summary() {
            return "hart " + hart.hart() + ", " + Words.privilege(hart.privilege()) + " mode: "
                    + hart.next()
                            .map(next -> next.bit() + " is taken next, to " + Privilege.letter(next.to()) + "-mode")
                            .orElse("no interrupt is taken next");
        }
    }

    InterruptsTab(int harts, Runnable hurry) {
        summary.setId("interrupts-summary");
        summary.getStyleClass().add("summary");
        summary.setWrapText(true);
        timer.setId("interrupts-timer");
        timer.setWrapText(true);
        wanted = new HartChoice("interrupts-hart", harts, hurry);
        VBox head = new VBox(summary, timer);
        wanted.node().ifPresent(head.getChildren()::addFirst);
        head.getStyleClass().add("head");
        pane.setTop(head);
        pane.setCenter(picture.node());
    }

    @Override
    public String title() {
        return "Interrupts";
    }

    @Override
    public String id() {
        return "interrupts";
    }

    @Override
    public Node node() {
        return pane;
    }

    @Override
    public Sampled<Shown> sample(Guest guest) {
        int number = wanted.hart();
        Optional<InterruptWiring> seen = guest.whileStill(InterruptWiring::of);
        return seen.map(wiring -> Sampled.of(new Shown(wiring, wiring.harts().get(number))))
                .orElseGet(() -> Sampled.nothing("the machine is gone"));
    }

    @Override
    public void show(Shown sample) {
        summary.setText(sample.summary());
        timer.setText(sample.hart().timer().words());
        picture.show(sample.wiring().sources(), sample.hart());
    }
}
