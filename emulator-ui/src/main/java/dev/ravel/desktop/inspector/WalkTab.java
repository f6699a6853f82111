package dev.ravel.desktop.inspector;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.PageWalkView;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.Words;
import dev.ravel.isa.Privilege;
import dev.ravel.mmu.AccessType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;

/** The page walk of an address that is typed, as a hart would do it now. */
final class WalkTab implements View<WalkSample> {
    private static final String OWN = "the hart's own mode";

    private final BorderPane pane = new BorderPane();
    private final TextField address = new TextField();
    private final ComboBox<String> type = new ComboBox<>();
    private final ComboBox<String> mode = new ComboBox<>();
    private final HartChoice wanted;
    private final WalkPicture picture = new WalkPicture();
    private volatile WalkQuestion question =
            new WalkQuestion(new TypedAddress("pc"), AccessType.LOAD, Optional.empty());

    WalkTab(int harts, Runnable hurry) {
        address.setId("walk-address");
        address.setText("pc");
        address.setPromptText(TypedAddress.PROMPT);
        type.setId("walk-type");
        List.of(AccessType.LOAD, AccessType.STORE, AccessType.FETCH)
                .forEach(t -> type.getItems().add(t.name().toLowerCase(Locale.ROOT)));
        type.setValue("load");
        mode.setId("walk-mode");
        mode.getItems().add(OWN);
        List.of(Privilege.USER, Privilege.SUPERVISOR, Privilege.MACHINE)
                .forEach(m -> mode.getItems().add(Words.privilege(m)));
        mode.setValue(OWN);
        Runnable ask = () -> {
            question = asked();
            hurry.run();
        };
        address.textProperty().addListener((text, before, after) -> ask.run());
        type.setOnAction(event -> ask.run());
        mode.setOnAction(event -> ask.run());
        FlowPane head = new FlowPane(8, 4, address, type, mode);
        head.getStyleClass().add("head");
        wanted = new HartChoice("walk-hart", harts, hurry);
        wanted.node().ifPresent(choice -> head.getChildren().addAll(new Label("hart"), choice));
        pane.setTop(head);
        pane.setCenter(picture.node());
    }

    private WalkQuestion asked() {
        Optional<Integer> privilege = List.of(Privilege.USER, Privilege.SUPERVISOR, Privilege.MACHINE).stream()
                .filter(m -> Words.privilege(m).equals(mode.getValue()))
                .findFirst();
        return new WalkQuestion(
                new TypedAddress(address.getText()),
                AccessType.valueOf(type.getValue().toUpperCase(Locale.ROOT)),
                privilege);
    }

    @Override
    public String title() {
        return "Page walk";
    }

    @Override
    public String id() {
        return "walk";
    }

    @Override
    public Node node() {
        return pane;
    }

    @Override
    public Sampled<WalkSample> sample(Guest guest) {
        Symbols symbols = guest.symbols();
        WalkQuestion asked = question;
        int number = wanted.hart();
        return guest.whileStill(machine -> walk(machine.harts().get(number), asked, symbols))
                .orElseGet(() -> Sampled.nothing("the machine is gone"));
    }

    private static Sampled<WalkSample> walk(Hart hart, WalkQuestion asked, Symbols symbols) {
        OptionalLong va = asked.address().resolve(hart, symbols);
        if (va.isEmpty()) {
            return Sampled.nothing(asked.address().complaint());
        }
        int privilege = asked.privilege()
                .orElse(asked.type() == AccessType.FETCH ? hart.privilege() : hart.mmu.dataPrivilege());
        PageWalkView walk = PageWalkView.of(hart, va.getAsLong(), asked.type(), privilege);
        return Sampled.of(new WalkSample(walk, symbols.nearest(va.getAsLong())));
    }

    @Override
    public void show(WalkSample sample) {
        picture.show(sample);
    }
}
