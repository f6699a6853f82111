package dev.ravel.desktop.inspector;

import dev.ravel.inspect.CodeExplanation;
import dev.ravel.inspect.HotCode;
import dev.ravel.inspect.HotSpot;
import dev.ravel.inspect.Symbols;
import dev.ravel.machine.Machine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javafx.beans.value.ObservableDoubleValue;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.BorderPane;

/** The code that is hot, by samples, with what became of it; and of a chosen piece guest code and bytecode side by side. */
final class TranslationTab implements View<TranslationSample> {
    private static final int MOST = 40;

    /** As long an explanation is as good as a new one, if nothing is known to have changed: it takes the guest's time. */
    private static final long GOOD_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]+");

    private final BorderPane pane = new BorderPane();
    private final Label summary = new Label();
    private final TextField address = new TextField();
    private final FactTable table;
    private final ListView<String> code = new ListView<>();
    private Map<Object, HotSpot> known = Map.of();

    private volatile Question question = new Question(new TypedAddress(""), Optional.empty());

    // Of the sampler's thread.
    private Optional<HotCode> hot = Optional.empty();
    private List<String> notices = List.of();
    private Answer last = new Answer(Optional.empty(), "", List.of());
    private long answeredAt;

    /** What to explain: what is typed, otherwise what is selected. */
    private record Question(TypedAddress typed, Optional<HotSpot> selected) {}

    /**
     * What was explained.
     *
     * @param of what it was true for: the question, and the state of the code
     * @param notice why there is nothing, if there is not
     */
    private record Answer(Optional<Object> of, String notice, List<String> lines) {}

    private record Asked(Question question, OptionalLong address, Object status) {}

    /** A look at the machine. */
    private record Look(List<HotSpot> spots, Answer answer) {}

    /**
     * @param hurry takes a sample at once
     */
    TranslationTab(ObservableDoubleValue fontSize, Runnable hurry) {
        table = new FactTable(
                "translation-places",
                false,
                fontSize,
                new FactTable.Column("Hot code", 13, false),
                new FactTable.Column("Address", 12, true),
                new FactTable.Column("Share", 6, false),
                new FactTable.Column("State", 6.5, false),
                new FactTable.Column("Instructions", 6.5, true),
                new FactTable.Column("Bytecode", 5.5, true),
                new FactTable.Column("Thrown away", 6, true));
        summary.setId("translation-summary");
        summary.setWrapText(true);
        summary.getStyleClass().addAll("summary", "head");
        address.setId("translation-address");
        address.setPromptText(TypedAddress.PROMPT + "; if empty, the selected row");
        Runnable ask = () -> {
            question = new Question(
                    new TypedAddress(address.getText()),
                    table.selected().map(row -> known.get(row.key())).or(() -> question.selected()));
            hurry.run();
        };
        address.textProperty().addListener((text, before, after) -> ask.run());
        table.onSelection(ask);
        code.setId("translation-code");
        code.getStyleClass().add("code");
        code.setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.ENTER) {
                follow();
            }
        });
        code.setOnMouseClicked(event -> {
            if (event.getClickCount() == 2) {
                follow();
            }
        });
        BorderPane chosen = new BorderPane(code);
        BorderPane head = new BorderPane(address);
        head.getStyleClass().add("head");
        chosen.setTop(head);
        SplitPane split = new SplitPane(table.node(), chosen);
        split.setOrientation(Orientation.VERTICAL);
        split.setDividerPositions(0.4);
        pane.setTop(summary);
        pane.setCenter(split);
    }

    /** Goes to the address that the selected line of code tells last. */
    private void follow() {
        Optional.ofNullable(code.getSelectionModel().getSelectedItem())
                .flatMap(line ->
                        ADDRESS.matcher(line).results().map(MatchResult::group).reduce((a, b) -> b))
                .ifPresent(address::setText);
    }

    @Override
    public String title() {
        return "Code";
    }

    @Override
    public String id() {
        return "translation";
    }

    @Override
    public Node node() {
        return pane;
    }

    @Override
    public void opened(Guest guest) {
        notices = List.of();
        try {
            hot = guest.whileStill(machine -> HotCode.of(machine, HotCode.UNDISTURBED));
        } catch (IllegalStateException e) {
            notices = List.of("no samples are taken: " + e.getMessage());
        }
    }

    @Override
    public Sampled<TranslationSample> sample(Guest guest) {
        Symbols symbols = guest.symbols();
        Question asked = question;
        Optional<Look> look = guest.whileStill(machine -> new Look(
                hot.map(samples -> samples.hottest(MOST, symbols)).orElse(List.of()), answer(machine, asked, symbols)));
        if (look.isEmpty()) {
            return Sampled.nothing("the machine is gone");
        }
        Answer answer = look.get().answer();
        List<String> said = answer.notice().isEmpty() ? notices : List.of(answer.notice());
        return Sampled.of(
                TranslationSample.of(
                        hot.map(HotCode::seen).orElse(0L),
                        hot.map(HotCode::interval).orElse(HotCode.UNDISTURBED),
                        look.get().spots(),
                        symbols,
                        answer.lines()),
                said);
    }

    private Answer answer(Machine machine, Question asked, Symbols symbols) {
        if (!asked.typed().isEmpty()) {
            OptionalLong typed = asked.typed().resolve(machine.harts().getFirst(), symbols);
            if (typed.isEmpty()) {
                return new Answer(Optional.empty(), asked.typed().complaint(), List.of());
            }
            return known(new Asked(asked, typed, ""), () -> CodeExplanation.at(machine, typed.getAsLong()), symbols);
        }
        return asked.selected()
                .map(spot -> known(
                        new Asked(
                                asked,
                                OptionalLong.of(spot.address()),
                                machine.engine().status(spot.physical())),
                        () -> CodeExplanation.physical(machine, spot.address(), spot.physical(), spot.privilege()),
                        symbols))
                .orElseGet(() -> new Answer(
                        Optional.empty(),
                        "",
                        List.of("Select a row, or type an address: its code, and what a translator makes of it.")));
    }

    private interface Explaining {
        CodeExplanation explain();
    }

    /** The last answer where it is still good. */
    private Answer known(Asked asked, Explaining explaining, Symbols symbols) {
        long now = System.nanoTime();
        if (last.of().filter(asked::equals).isEmpty() || now - answeredAt > GOOD_NANOS) {
            last = switch (explaining.explain()) {
                case CodeExplanation.Nothing(String why) -> new Answer(Optional.of(asked), why, List.of());
                case CodeExplanation.Made made -> new Answer(Optional.of(asked), "", made.lines(symbols));
            };
            answeredAt = now;
        }
        return last;
    }

    @Override
    public void show(TranslationSample sample) {
        summary.setText(sample.summary());
        known = sample.spots().stream().collect(Collectors.toMap(HotSpot::physical, Function.identity()));
        table.show(sample.rows());
        // The list keeps its place, and what is selected, if it is not touched.
        if (!code.getItems().equals(sample.code())) {
            code.getItems().setAll(sample.code());
        }
    }

    @Override
    public void closed(Guest guest) {
        hot.ifPresent(samples -> guest.whileStill(machine -> {
            samples.close();
            return true;
        }));
        hot = Optional.empty();
    }
}
