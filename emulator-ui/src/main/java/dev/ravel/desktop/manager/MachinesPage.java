package dev.ravel.desktop.manager;

import dev.ravel.manager.MachineDefinition;
import dev.ravel.manager.MachineForm;
import dev.ravel.manager.MachineForm.Verdict;
import dev.ravel.manager.MachineManager;
import dev.ravel.manager.MachineSample;
import dev.ravel.manager.ManagerException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javafx.application.Platform;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.BorderPane;
import org.jspecify.annotations.Nullable;

/**
 * The page of a user's machines. What is done to them is done on other threads, and what is seen of them are samples, which
 * are taken on another thread too: when something changes, and twice a second for the consoles.
 */
public final class MachinesPage implements AutoCloseable {
    private static final long SAMPLE_MILLIS = 500;

    private final MachineManager manager;
    private final BorderPane pane = new BorderPane();
    private final ListView<MachineRow> list = new ListView<>();
    private final Label notice = new Label();
    private final ReadOnlyObjectWrapper<Optional<MachineSample>> selected =
            new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("machines-sampler").daemon().factory());
    private final AtomicBoolean hurried = new AtomicBoolean();
    private volatile boolean active = true;
    private List<MachineSample> shown = List.of();

    /** The machine to select when it is first seen. */
    private Optional<String> awaited = Optional.empty();

    private Optional<FormPane> form = Optional.empty();

    /** Something done to a machine. */
    @FunctionalInterface
    public interface Action {
        void on(MachineManager manager, String name) throws ManagerException;
    }

    private interface Work {
        void work() throws ManagerException;
    }

    /**
     * @param fontSize in pixels, as it changes
     * @param chosen is told when a machine is chosen in the list, by Enter or two clicks
     */
    public MachinesPage(MachineManager manager, ObservableDoubleValue fontSize, Runnable chosen) {
        this.manager = manager;
        list.setId("machines");
        list.getStyleClass().add("machines");
        list.setCellFactory(view -> new MachineCell(fontSize));
        list.setPlaceholder(new Label("There is no machine. Ctrl+Shift+N makes one."));
        list.getSelectionModel().selectedItemProperty().addListener((item, before, after) -> select(after));
        list.setOnMouseClicked(event -> {
            if (event.getClickCount() == 2) {
                chosen.run();
            }
        });
        list.setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.ENTER) {
                chosen.run();
            }
        });
        notice.setId("machines-notice");
        notice.getStyleClass().add("notice");
        notice.setWrapText(true);
        notice.setMaxWidth(Double.MAX_VALUE);
        pane.setTop(notice);
        pane.setCenter(list);
        say(manager.notice().orElse(""));
        manager.onChange(this::hurry);
        sampler.scheduleWithFixedDelay(this::sampleIfActive, 0, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What to put into a window. */
    public Node node() {
        return pane;
    }

    /** Gives the list, or the form, the keyboard. */
    public void focus() {
        form.ifPresentOrElse(FormPane::focus, list::requestFocus);
    }

    /** Whether anybody can see the page: if not, no samples are taken. */
    public void setActive(boolean seen) {
        active = seen;
    }

    /** The machine that is selected; none while a form is open. */
    public ReadOnlyObjectProperty<Optional<MachineSample>> selected() {
        return selected.getReadOnlyProperty();
    }

    /** Shows a line, or none. */
    public void say(String line) {
        notice.setText(line);
        notice.setManaged(!line.isEmpty());
        notice.setVisible(!line.isEmpty());
    }

    /** Does something to the selected machine, on another thread, and then something on the toolkit's. */
    public void act(Action action, Consumer<String> afterwards) {
        selected.get().ifPresent(sample -> {
            say("");
            work(() -> {
                action.on(manager, sample.name());
                Platform.runLater(() -> afterwards.accept(sample.name()));
            });
        });
    }

    private void work(Work work) {
        try {
            workers.execute(() -> {
                try {
                    work.work();
                } catch (ManagerException e) {
                    Platform.runLater(() -> say(e.line()));
                }
            });
        } catch (RejectedExecutionException e) {
            // The page was closed.
        }
    }

    /** Shows an empty form for a new machine. */
    public void create() {
        MachineForm blank = MachineForm.blank(manager.freeName("machine"));
        open("New machine", "Create", blank, Optional.empty(), manager::create);
    }

    /** Shows the form of the selected machine, if it is off. */
    public void edit() {
        selected.get().filter(sample -> !sample.condition().on()).ifPresent(sample -> {
            String name = sample.name();
            MachineForm now = MachineForm.of(sample.definition());
            open("Settings of " + name, "Save", now, Optional.of(name), next -> manager.edit(name, next));
        });
    }

    /** Makes another machine like the selected one, and selects that. */
    public void copy() {
        act(
                (all, name) -> {
                    String made = all.copy(name);
                    Platform.runLater(() -> await(made));
                },
                name -> {});
    }

    private interface Keeping {
        void keep(MachineDefinition machine) throws ManagerException;
    }

    private void open(String title, String action, MachineForm filled, Optional<String> itself, Keeping keeping) {
        if (form.isPresent()) {
            return;
        }
        say("");
        FormPane opened =
                new FormPane(title, action, filled, entered -> check(entered, itself, keeping), this::closeForm);
        form = Optional.of(opened);
        pane.setCenter(opened.node());
        select(list.getSelectionModel().getSelectedItem());
        opened.focus();
    }

    private void check(MachineForm entered, Optional<String> itself, Keeping keeping) {
        work(() -> {
            List<String> others = manager.names().stream()
                    .filter(name -> !itself.equals(Optional.of(name)))
                    .toList();
            switch (entered.check(others)) {
                case Verdict.Bad bad ->
                    Platform.runLater(() -> form.ifPresent(pane -> pane.showProblems(bad.problems())));
                case Verdict.Good good -> {
                    keeping.keep(good.definition());
                    Platform.runLater(() -> {
                        closeForm();
                        await(good.definition().name());
                    });
                }
            }
        });
    }

    private void closeForm() {
        form = Optional.empty();
        say("");
        pane.setCenter(list);
        select(list.getSelectionModel().getSelectedItem());
        list.requestFocus();
    }

    private void select(@Nullable MachineRow row) {
        selected.unbind();
        if (row == null || form.isPresent()) {
            selected.set(Optional.empty());
        } else {
            selected.bind(row.sample().map(Optional::of));
        }
    }

    /** Selects a machine, as soon as it is in the list. */
    private void await(String name) {
        awaited = Optional.of(name);
        show(shown);
    }

    private void hurry() {
        if (hurried.compareAndSet(false, true)) {
            try {
                sampler.execute(() -> {
                    hurried.set(false);
                    sample();
                });
            } catch (RejectedExecutionException e) {
                // The page was closed.
            }
        }
    }

    private void sampleIfActive() {
        if (active) {
            sample();
        }
    }

    private void sample() {
        List<MachineSample> samples = manager.samples();
        Platform.runLater(() -> show(samples));
    }

    private void show(List<MachineSample> samples) {
        shown = samples;
        Map<String, MachineRow> rows = new HashMap<>();
        list.getItems().forEach(row -> rows.put(row.name(), row));
        List<String> before = list.getItems().stream().map(MachineRow::name).toList();
        List<MachineRow> now = samples.stream()
                .map(sample -> rows.computeIfAbsent(sample.name(), name -> MachineRow.of(sample)))
                .toList();
        for (int i = 0; i < samples.size(); i++) {
            now.get(i).sample().set(samples.get(i));
        }
        List<String> names = samples.stream().map(MachineSample::name).toList();
        if (!names.equals(before)) {
            int index = list.getSelectionModel().getSelectedIndex();
            MachineRow selectedRow = list.getSelectionModel().getSelectedItem();
            list.getItems().setAll(now);
            int again = selectedRow == null ? 0 : names.indexOf(selectedRow.name());
            // Where the selected one is gone, the one that took its place.
            int place = again >= 0 ? again : Math.clamp(index, 0, Math.max(0, names.size() - 1));
            list.getSelectionModel().clearAndSelect(place);
        }
        awaited.map(names::indexOf).filter(place -> place >= 0).ifPresent(place -> {
            awaited = Optional.empty();
            list.getSelectionModel().clearAndSelect(place);
            list.scrollTo(place);
        });
    }

    /** Takes no more samples; what is being done to machines goes on. */
    @Override
    public void close() {
        sampler.shutdown();
        workers.shutdown();
    }
}
