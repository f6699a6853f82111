package dev.ravel.desktop.manager;

import dev.ravel.engine.EngineProvider;
import dev.ravel.guest.Guests;
import dev.ravel.manager.MachineForm;
import dev.ravel.manager.MachineForm.Entry;
import java.io.File;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import javafx.beans.binding.BooleanBinding;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.stage.FileChooser;

/** The form of a machine: an entry for each of its parts, and below an entry what is wrong with it. */
final class FormPane {
    private static final String FILES = "a kernel from a file";

    private final BorderPane pane = new BorderPane();
    private final GridPane grid = new GridPane();
    private final Map<Entry, Label> problems = new EnumMap<>(Entry.class);
    private final TextField name = field("form-name");
    private final ComboBox<String> boot = choice("form-guest");
    private final TextField kernel = field("form-kernel");
    private final TextField initrd = field("form-initrd");
    private final TextField commandLine = field("form-append");
    private final TextField disk = field("form-disk");
    private final TextField cpus = field("form-cpus");
    private final TextField memory = field("form-memory");
    private final ComboBox<String> engine = choice("form-engine");
    private final CheckBox deterministic = new CheckBox("Deterministic: it can be stepped _back");
    private final Button done = new Button();

    /**
     * @param title of the form
     * @param action what its button says
     * @param entered is told what was entered when the button is pressed
     * @param cancelled is told that the user does not want it
     */
    FormPane(String title, String action, MachineForm form, Consumer<MachineForm> entered, Runnable cancelled) {
        boot.getItems().setAll(Guests.names());
        boot.getItems().add(FILES);
        engine.getItems().setAll(EngineProvider.names());
        Label head = new Label(title);
        head.setId("form-title");
        head.getStyleClass().addAll("summary", "head");
        grid.getStyleClass().add("form");
        add("_Name", Entry.NAME, name, name);
        add("S_tarts", Entry.GUEST, boot, boot);
        addFile("_Kernel", Entry.KERNEL, kernel);
        addFile("_Initial RAM disk", Entry.INITRD, initrd);
        addRow("Command _line", commandLine, commandLine);
        addFile("_Disk", Entry.DISK, disk);
        add("_CPUs", Entry.CPUS, cpus, cpus);
        add("_Memory", Entry.MEMORY, memory, memory);
        add("_Engine", Entry.ENGINE, engine, engine);
        addDeterministic();
        BooleanBinding guest = boot.valueProperty().isNotEqualTo(FILES);
        kernel.getParent().disableProperty().bind(guest);
        initrd.getParent().disableProperty().bind(guest);
        commandLine.disableProperty().bind(guest);
        done.setText(action);
        done.setId("form-done");
        done.setDefaultButton(true);
        done.setOnAction(event -> entered.accept(entered()));
        Button cancel = new Button("Cancel");
        cancel.setId("form-cancel");
        cancel.setCancelButton(true);
        cancel.setOnAction(event -> cancelled.run());
        FlowPane buttons = new FlowPane(done, cancel);
        buttons.getStyleClass().add("lesson-buttons");
        ScrollPane scroll = new ScrollPane(grid);
        scroll.setFitToWidth(true);
        pane.setId("form");
        pane.setTop(head);
        pane.setCenter(scroll);
        pane.setBottom(buttons);
        fill(form);
    }

    Node node() {
        return pane;
    }

    void focus() {
        // The entries are not in the scene before what scrolls them has its skin.
        pane.applyCss();
        pane.layout();
        name.requestFocus();
        name.selectAll();
    }

    private void fill(MachineForm form) {
        name.setText(form.name());
        boot.setValue(form.guest().isEmpty() ? FILES : form.guest());
        kernel.setText(form.kernel());
        initrd.setText(form.initrd());
        commandLine.setText(form.commandLine());
        disk.setText(form.disk());
        cpus.setText(form.cpus());
        memory.setText(form.memory());
        engine.setValue(form.engine());
        deterministic.setSelected(form.deterministic());
    }

    private MachineForm entered() {
        String guest = FILES.equals(boot.getValue()) ? "" : boot.getValue();
        return new MachineForm(
                name.getText(),
                guest,
                kernel.getText(),
                initrd.getText(),
                commandLine.getText(),
                disk.getText(),
                cpus.getText(),
                memory.getText(),
                engine.getValue(),
                deterministic.isSelected());
    }

    /** Shows what is wrong, and puts the keyboard where the first of it is. */
    void showProblems(Map<Entry, String> lines) {
        problems.forEach((entry, label) -> {
            String line = lines.getOrDefault(entry, "");
            label.setText(line);
            label.setManaged(!line.isEmpty());
            label.setVisible(!line.isEmpty());
        });
        for (Entry entry : Entry.values()) {
            if (lines.containsKey(entry)) {
                control(entry).requestFocus();
                return;
            }
        }
    }

    private Control control(Entry entry) {
        return switch (entry) {
            case NAME -> name;
            case GUEST -> boot;
            case KERNEL -> kernel;
            case INITRD -> initrd;
            case DISK -> disk;
            case CPUS -> cpus;
            case MEMORY -> memory;
            case ENGINE -> engine;
        };
    }

    private void addDeterministic() {
        deterministic.setId("form-deterministic");
        Label price =
                new Label("Its time is the count of instructions. It has one CPU and no network, and what the guest"
                        + " writes to a disk is gone when it is switched off.");
        price.getStyleClass().add("muted");
        price.setWrapText(true);
        grid.add(deterministic, 1, grid.getRowCount());
        grid.add(price, 1, grid.getRowCount());
    }

    private void addFile(String text, Entry entry, TextField file) {
        Button browse = new Button("Browse");
        browse.setId(file.getId() + "-browse");
        browse.setOnAction(event -> browse(file));
        HBox.setHgrow(file, Priority.ALWAYS);
        HBox box = new HBox(file, browse);
        box.getStyleClass().add("file");
        add(text, entry, file, box);
    }

    private void browse(TextField file) {
        File chosen = new FileChooser().showOpenDialog(pane.getScene().getWindow());
        if (chosen != null) {
            file.setText(chosen.getPath());
        }
    }

    private void add(String text, Entry entry, Control control, Node node) {
        addRow(text, control, node);
        Label problem = new Label();
        problem.setId("problem-" + entry.name().toLowerCase(Locale.ROOT));
        problem.getStyleClass().add("wrong");
        problem.setWrapText(true);
        problem.setManaged(false);
        problem.setVisible(false);
        problems.put(entry, problem);
        grid.add(problem, 1, grid.getRowCount());
    }

    private void addRow(String text, Control control, Node node) {
        Label label = new Label(text);
        label.setMnemonicParsing(true);
        label.setLabelFor(control);
        label.setMinWidth(Label.USE_PREF_SIZE);
        GridPane.setHgrow(node, Priority.ALWAYS);
        grid.addRow(grid.getRowCount(), label, node);
    }

    private static TextField field(String id) {
        TextField field = new TextField();
        field.setId(id);
        return field;
    }

    private static ComboBox<String> choice(String id) {
        ComboBox<String> choice = new ComboBox<>();
        choice.setId(id);
        choice.setMaxWidth(Double.MAX_VALUE);
        return choice;
    }
}
