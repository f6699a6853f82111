package dev.ravel.desktop.lessons;

import dev.ravel.desktop.widget.Icons;
import dev.ravel.desktop.widget.Question;
import dev.ravel.learn.Lesson;
import dev.ravel.learn.Lessons;
import dev.ravel.learn.Stage;
import dev.ravel.learn.Walkthrough.Wish;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableDoubleValue;
import javafx.css.PseudoClass;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.Window;
import org.kordamp.ikonli.feather.Feather;

/**
 * The lessons, as a list, and the one that was chosen, a step at a time: its text, what is to be done, what came of its
 * checks, and the way on and back. Its machines' consoles are shown elsewhere.
 */
public final class LessonsPane implements AutoCloseable {
    private static final PseudoClass LOW = PseudoClass.getPseudoClass("low");
    private static final LessonSample NOTHING = new LessonSample(0, "", List.of(), LessonSample.Phase.WORKING, 0, 0);

    private final Stage.GuestSource guests;
    private final LessonConsoles consoles;
    private final ObservableDoubleValue fontSize;
    private final Window owner;
    private final StackPane pane = new StackPane();
    private final ListView<Lesson> list = new ListView<>();
    private final Map<Lesson, Integer> results = new HashMap<>();
    private final BorderPane choosing = new BorderPane();
    private final BorderPane learning = new BorderPane();
    private final PageView page;
    private final Label title = label("lesson-title");
    private final Label step = label("lesson-step");
    private final Label status = label("lesson-status");
    private final ProgressBar progress = new ProgressBar(0);
    private final ObjectProperty<LessonSample> sample = new SimpleObjectProperty<>(NOTHING);

    /** What is being played: nothing while the list is shown. */
    private final ObjectProperty<Optional<Playing>> playing = new SimpleObjectProperty<>(Optional.empty());

    /** The lesson before this one may still be switching its machines off. */
    private Optional<LessonPlayer> last = Optional.empty();

    /** What a learner presses while Ravel is not at work. */
    private List<Button> buttons = List.of();

    /** All but the one that goes on. */
    private List<Button> ways = List.of();

    /** The button that had the keyboard when Ravel went to work. */
    private Optional<Button> pressed = Optional.empty();

    private boolean listed;

    /** Whether the learner has gone on, or tried to, since the lesson's machine was made. */
    private boolean wentOn;

    private record Playing(Lesson lesson, LessonPlayer player) {}

    /**
     * @param guests tells a lesson's machines what to start
     * @param consoles where their consoles are shown
     * @param fontSize in pixels, as it changes
     * @param owner the window that it belongs to, over which it asks
     */
    public LessonsPane(
            Stage.GuestSource guests, LessonConsoles consoles, ObservableDoubleValue fontSize, Window owner) {
        this.guests = guests;
        this.consoles = consoles;
        this.fontSize = fontSize;
        this.owner = owner;
        this.page = new PageView(fontSize);
        pane.setId("lessons");
        layOutChoosing();
        layOutLearning();
        pane.getChildren().setAll(choosing);
    }

    private void layOutChoosing() {
        Label head = label("lessons-head");
        head.setText("Lessons on a live machine");
        head.getStyleClass().addAll("summary", "head");
        list.setId("lessons-list");
        list.getStyleClass().add("lessons-list");
        list.setCellFactory(view -> new LessonCell(results, fontSize));
        list.setPlaceholder(new Label("The lessons are being read."));
        list.setOnMouseClicked(event -> {
            if (event.getClickCount() == 2) {
                start();
            }
        });
        list.setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.ENTER) {
                start();
            }
        });
        Button start = button("lesson-start", "Start", Feather.PLAY, this::start);
        start.disableProperty()
                .bind(list.getSelectionModel().selectedItemProperty().isNull());
        choosing.setTop(head);
        choosing.setCenter(list);
        choosing.setBottom(bar(start));
    }

    private void layOutLearning() {
        title.getStyleClass().add("summary");
        progress.setMaxWidth(Double.MAX_VALUE);
        progress.setFocusTraversable(false);
        VBox head = new VBox(title, step, progress);
        head.getStyleClass().add("head");

        Button leave = button("lesson-leave", "All lessons", Feather.LIST, this::leave);
        Button restart = button("lesson-restart", "Restart", Feather.ROTATE_CCW, this::restart);
        Button back = button("lesson-back", "Back", Feather.ARROW_LEFT, this::back);
        Button tryIt = button("lesson-try", "Try it", Feather.TERMINAL, consoles::focus);
        Button solution = button("lesson-solution", "Solution", Feather.KEY, this::solve);
        Button next = button("lesson-next", "Next", Feather.ARROW_RIGHT, this::next);
        restart.disableProperty().bind(waiting());
        back.disableProperty().bind(waiting());
        tryIt.disableProperty().bind(nothingAsked());
        solution.disableProperty().bind(nothingAsked());
        next.disableProperty().bind(waiting());
        next.textProperty()
                .bind(Bindings.createStringBinding(
                        () -> switch (sample.get().phase()) {
                            case WORKING, READ -> "Next";
                            case QUESTION -> "Check";
                            case FINISHED -> "Finish";
                            case FAILED -> "Try again";
                        },
                        sample));
        next.getStyleClass().add("accent");
        buttons = List.of(restart, back, tryIt, solution, next);
        status.getStyleClass().add("head");
        learning.setTop(head);
        learning.setCenter(page.node());
        learning.setBottom(new VBox(status, bar(leave, restart, back, tryIt, solution, next)));
        learning.setId("lesson");
        learning.getStyleClass().add("lesson");
        learning.layoutBoundsProperty().addListener((bounds, before, after) -> Platform.runLater(this::fit));
        fontSize.addListener((size, before, after) -> Platform.runLater(this::fit));
        title.textProperty().addListener((text, before, after) -> Platform.runLater(this::fit));
        ways = List.of(leave, restart, back, tryIt, solution);
    }

    /**
     * Where the page would have less room than all around it together, that is made smaller: all buttons but the one that
     * goes on are icons, and tooltips say the words.
     */
    private void fit() {
        learning.pseudoClassStateChanged(LOW, false);
        learning.applyCss();
        double around = learning.getTop().prefHeight(learning.getWidth())
                + learning.getBottom().prefHeight(learning.getWidth());
        boolean low = 2 * around > learning.getHeight();
        learning.pseudoClassStateChanged(LOW, low);
        ways.forEach(button -> button.setTooltip(low ? new Tooltip(button.getText()) : null));
    }

    /** Buttons that stay where they are: a second click is never on another one. */
    private static Node bar(Button... buttons) {
        FlowPane bar = new FlowPane(buttons);
        bar.getStyleClass().add("lesson-buttons");
        return bar;
    }

    private static Label label(String id) {
        Label label = new Label();
        label.setId(id);
        label.setWrapText(true);
        return label;
    }

    private Button button(String id, String text, Feather icon, Runnable action) {
        Button button = new Button(text, Icons.icon(icon, fontSize));
        button.setId(id);
        button.setOnAction(event -> action.run());
        return button;
    }

    /** What to put into a window. */
    public Node node() {
        return pane;
    }

    /** Reads the lessons, if they were not, and gives the list, or the page, the keyboard. */
    public void open() {
        if (!listed) {
            listed = true;
            Thread.ofVirtual().name("read-lessons").start(() -> {
                List<Lesson> lessons = Lessons.all();
                Platform.runLater(() -> {
                    list.getItems().setAll(lessons);
                    list.getSelectionModel().selectFirst();
                });
            });
        }
        (playing.get().isPresent() ? page.node() : list).requestFocus();
    }

    /** True while no lesson is played. */
    public BooleanBinding idle() {
        return Bindings.createBooleanBinding(() -> playing.get().isEmpty(), playing);
    }

    /** True while there is nothing that the learner could choose: no lesson is played, or Ravel is at work. */
    public BooleanBinding waiting() {
        return Bindings.createBooleanBinding(() -> !learners(), sample, playing);
    }

    /** True while nothing is asked of the learner. */
    public BooleanBinding nothingAsked() {
        return Bindings.createBooleanBinding(
                () -> !learners() || sample.get().phase() != LessonSample.Phase.QUESTION, sample, playing);
    }

    private boolean learners() {
        return playing.get().isPresent() && sample.get().phase().learners();
    }

    /** Starts the lesson that is chosen in the list. */
    private void start() {
        Lesson lesson = list.getSelectionModel().getSelectedItem();
        if (lesson == null || playing.get().isPresent()) {
            return;
        }
        title.setText("Lesson " + lesson.number() + ": " + lesson.title());
        show(lesson, NOTHING);
        LessonPlayer player = new LessonPlayer(lesson, guests, consoles, new LessonPlayer.Shown() {
            @Override
            public void show(LessonSample taken) {
                LessonsPane.this.show(lesson, taken);
            }

            @Override
            public void ended(int passed) {
                end();
            }
        });
        wentOn = false;
        last = Optional.of(player);
        playing.set(Optional.of(new Playing(lesson, player)));
        pane.getChildren().setAll(learning);
        page.node().requestFocus();
    }

    private void show(Lesson lesson, LessonSample taken) {
        keepKeyboard(taken);
        sample.set(taken);
        returnKeyboard(taken);
        step.setText(
                taken.step() == 0
                        ? "The machine is made."
                        : "Step " + taken.step() + " of " + lesson.steps().size() + ": " + taken.title());
        boolean working = taken.phase() == LessonSample.Phase.WORKING;
        progress.setProgress(
                working
                        ? ProgressBar.INDETERMINATE_PROGRESS
                        : (double) taken.step() / lesson.steps().size());
        status.setText(taken.passed() + " of " + lesson.checks() + " checks passed"
                + switch (taken.phase()) {
                    case WORKING -> ", Ravel is at work";
                    case QUESTION -> ". It is your turn.";
                    case READ, FINISHED, FAILED -> "";
                });
        page.show(taken);
    }

    /** A button that is disabled while it has the keyboard would lose it to another one, which leaves the lesson. */
    private void keepKeyboard(LessonSample taken) {
        if (!taken.phase().learners()) {
            buttons.stream().filter(Node::isFocused).findFirst().ifPresent(button -> {
                pressed = Optional.of(button);
                page.node().requestFocus();
            });
        }
    }

    private void returnKeyboard(LessonSample taken) {
        if (taken.phase().learners()) {
            pressed.filter(button -> page.node().isFocused()).ifPresent(Node::requestFocus);
            pressed = Optional.empty();
        }
    }

    private void wish(Wish wish) {
        if (learners()) {
            playing.get().ifPresent(now -> {
                wentOn = wish != Wish.RESTART && (wentOn || sample.get().phase() != LessonSample.Phase.FAILED);
                now.player.choose(wish, sample.get());
                show(now.lesson, sample.get().working());
            });
        }
    }

    /** Goes on; at a question has the checks made; after the last step goes back to the list. */
    public void next() {
        wish(Wish.NEXT);
    }

    /** Goes back one step, and the machines with it. */
    public void back() {
        wish(Wish.BACK);
    }

    /** Begins the lesson again, with new machines; asks first if something of it would be lost. */
    public void restart() {
        if (learners()) {
            askIfBegun(
                    "Restart lesson",
                    "Its machine is made anew, and the lesson goes back to its first step.",
                    "Restart the lesson",
                    () -> wish(Wish.RESTART));
        }
    }

    /** Has Ravel do what is asked, and then check it. */
    public void solve() {
        if (!nothingAsked().get()) {
            playing.get().ifPresent(now -> {
                wentOn = true;
                now.player.solve(sample.get());
                show(now.lesson, sample.get().working());
            });
        }
    }

    /** Ends the lesson that is played and shows the list; asks first if something of it would be lost. */
    public void leave() {
        beforeEnd(this::end);
    }

    /** Does what ends the lesson that is played; asks first if something of it would be lost. */
    public void beforeEnd(Runnable action) {
        askIfBegun(
                "Leave lesson",
                "Its machine is switched off, and the lesson begins anew when you come back.",
                "Leave the lesson",
                action);
    }

    private void askIfBegun(String what, String consequence, String yes, Runnable action) {
        if (!begun()) {
            action.run();
            return;
        }
        playing.get()
                .ifPresent(now -> Question.warn(
                        owner,
                        what + " " + now.lesson.number() + "?",
                        "%s You are in step %d of %d; %d of %d checks passed."
                                .formatted(
                                        consequence,
                                        sample.get().step(),
                                        now.lesson.steps().size(),
                                        sample.get().passed(),
                                        now.lesson.checks()),
                        yes,
                        action));
    }

    /** Whether the lesson that is played was begun and is not finished: with its end its machines and its progress are lost. */
    public boolean begun() {
        return playing.get().isPresent() && wentOn && sample.get().phase() != LessonSample.Phase.FINISHED;
    }

    private void end() {
        playing.get().ifPresent(now -> {
            results.put(now.lesson, sample.get().passed());
            now.player.close();
            playing.set(Optional.empty());
            list.refresh();
            pane.getChildren().setAll(choosing);
            list.scrollTo(now.lesson);
            list.requestFocus();
            // A console that is closed in the same moment hands its keyboard to the next one, a moment later.
            Platform.runLater(list::requestFocus);
        });
    }

    /** Ends the lesson that is played; does not wait for its machines. */
    @Override
    public void close() {
        end();
    }

    /** Waits a moment until the machines of the lesson that was played last are off. On any thread but the toolkit's. */
    public void awaitEnd() throws InterruptedException {
        Optional<LessonPlayer> player = last;
        if (player.isPresent()) {
            player.get().awaitEnd(TimeUnit.SECONDS.toMillis(5));
        }
    }
}
