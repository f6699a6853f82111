package dev.ravel.desktop.inspector;

import atlantafx.base.theme.Styles;
import dev.ravel.session.MachineSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.application.Platform;
import javafx.beans.value.ObservableDoubleValue;
import javafx.css.PseudoClass;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.BorderPane;

/**
 * Tabs that show what goes on in a machine. Where their titles have no room beside each other, a list of them takes their place.
 * Nothing is sampled until the pane is {@link #setActive active}.
 */
public final class InspectorPane implements AutoCloseable {
    /** What the tabs' widget keeps free beside the titles, in pixels. */
    private static final double BESIDE_TITLES = 10;

    private static final PseudoClass NARROW = PseudoClass.getPseudoClass("narrow");

    private final BorderPane pane = new BorderPane();
    private final TabPane tabs = new TabPane();
    private final ComboBox<String> chooser = new ComboBox<>();
    private final List<View<?>> views;
    private final Map<View<?>, Label> notices = new HashMap<>();
    private final Sampler sampler;
    private boolean active;

    /**
     * @param fontSize in pixels, as it changes
     */
    public InspectorPane(MachineSession session, ObservableDoubleValue fontSize) {
        Guest guest = new Guest(session);
        views = List.of(
                new HartTab(guest.harts(), fontSize, this::hurry),
                new WalkTab(guest.harts(), this::hurry),
                new TrapsTab(guest.harts(), fontSize, this::hurry),
                new InterruptsTab(guest.harts(), this::hurry),
                new DevicesTab(fontSize),
                new ExitsTab(fontSize),
                new TranslationTab(fontSize, this::hurry),
                new TasksTab(fontSize),
                new CgroupsTab(fontSize));
        tabs.setId("inspector");
        tabs.getStyleClass().add(Styles.DENSE);
        tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
        views.forEach(view -> tabs.getTabs().add(tab(view)));
        chooser.setId("inspector-chooser");
        chooser.getItems().setAll(titles());
        chooser.setVisibleRowCount(views.size());
        chooser.setMaxWidth(Double.MAX_VALUE);
        chooser.setVisible(false);
        chooser.managedProperty().bind(chooser.visibleProperty());
        pane.setTop(chooser);
        pane.setCenter(tabs);
        tabs.widthProperty().addListener((width, before, after) -> fitLater());
        fontSize.addListener((size, before, after) -> fitLater());
        sampler = new Sampler(guest, this::show);
        tabs.getSelectionModel().selectedIndexProperty().addListener((index, before, after) -> {
            chooser.getSelectionModel().select(after.intValue());
            open();
        });
        chooser.getSelectionModel().select(tabs.getSelectionModel().getSelectedIndex());
        chooser.getSelectionModel()
                .selectedIndexProperty()
                .addListener((index, before, after) -> tabs.getSelectionModel().select(after.intValue()));
        session.onStateChange(state -> sampler.hurry());
    }

    private Tab tab(View<?> view) {
        Label notice = new Label();
        notice.setId(view.id() + "-notice");
        notice.getStyleClass().add("notice");
        notice.setWrapText(true);
        notice.setMaxWidth(Double.MAX_VALUE);
        notice.managedProperty().bind(notice.visibleProperty());
        notice.visibleProperty().bind(notice.textProperty().isNotEmpty());
        notices.put(view, notice);
        BorderPane content = new BorderPane(view.node());
        content.setTop(notice);
        Tab tab = new Tab(view.title(), content);
        tab.setId("tab-" + view.id());
        return tab;
    }

    /** After the layout that is under way: what fits is known then, and may be changed. */
    private void fitLater() {
        Platform.runLater(this::fit);
    }

    private void fit() {
        tabs.applyCss();
        Node titles = tabs.lookup(".headers-region");
        if (titles != null) {
            showChooser(titles.prefWidth(-1) + BESIDE_TITLES > tabs.getWidth());
        }
    }

    private void showChooser(boolean narrow) {
        if (narrow != chooser.isVisible()) {
            boolean focused = chooser.isFocused() || tabs.isFocused();
            chooser.setVisible(narrow);
            tabs.pseudoClassStateChanged(NARROW, narrow);
            if (focused) {
                focus();
            }
        }
    }

    private void focus() {
        (chooser.isVisible() ? chooser : tabs).requestFocus();
    }

    /** What to put into a window. */
    public Node node() {
        return pane;
    }

    /** The titles of the tabs, in their order. */
    public List<String> titles() {
        return views.stream().map(View::title).toList();
    }

    /** Brings a tab to the front and gives its title the keyboard, or the list that the title is in. */
    public void select(int index) {
        tabs.getSelectionModel().select(index);
        focus();
    }

    /** Brings the tab of an id to the front, if there is one. */
    public void select(String id) {
        views.stream()
                .filter(view -> view.id().equals(id))
                .findFirst()
                .ifPresent(view -> tabs.getSelectionModel().select(views.indexOf(view)));
    }

    /** Tells the id of each tab that is brought to the front from now on. */
    public void onSelection(Consumer<String> listener) {
        tabs.getSelectionModel()
                .selectedIndexProperty()
                .addListener((index, before, after) ->
                        listener.accept(views.get(after.intValue()).id()));
    }

    /** Whether the machine is looked at: only of use while this can be seen. */
    public void setActive(boolean value) {
        active = value;
        open();
    }

    /** Takes a sample at once. */
    public void hurry() {
        sampler.hurry();
    }

    private void open() {
        int index = tabs.getSelectionModel().getSelectedIndex();
        sampler.open(active && index >= 0 ? Optional.of(views.get(index)) : Optional.empty());
    }

    private <S> void show(View<S> view, Sampled<S> sample) {
        Label notice = notices.get(view);
        if (notice != null) {
            notice.setText(String.join("\n", sample.notices()));
        }
        sample.facts().ifPresent(view::show);
    }

    /** Ends sampling. */
    @Override
    public void close() {
        sampler.close();
    }
}
