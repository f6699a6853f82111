package dev.ravel.desktop.inspector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.value.ObservableDoubleValue;
import javafx.beans.value.ObservableValue;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeTableCell;
import javafx.scene.control.TreeTableColumn;
import javafx.scene.control.TreeTableRow;
import javafx.scene.control.TreeTableView;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/** A tree of {@link Row}s in columns. What is open, selected and scrolled to stays so from sample to sample. */
final class FactTable {
    private static final PseudoClass CHANGED = PseudoClass.getPseudoClass("changed");
    private static final PseudoClass FULL = PseudoClass.getPseudoClass("full");
    private static final double NEARLY_FULL = 0.9;

    private final TreeTableView<Row> table = new TreeTableView<>(new TreeItem<>());
    private final boolean expanded;

    /**
     * A column.
     *
     * @param ems its first width, in sizes of the font
     * @param number whether figures stand in it: they come in a font with equal widths
     */
    record Column(String title, double ems, boolean number) {}

    /**
     * @param id of the node
     * @param expanded whether new rows show what is below them
     */
    FactTable(String id, boolean expanded, ObservableDoubleValue fontSize, Column... columns) {
        this.expanded = expanded;
        table.setId(id);
        table.setShowRoot(false);
        table.getStyleClass().add("facts");
        table.setRowFactory(t -> new ChangedRow());
        for (int i = 0; i < columns.length; i++) {
            table.getColumns().add(column(columns[i], i, fontSize));
        }
    }

    TreeTableView<Row> node() {
        return table;
    }

    /** The row that is selected. */
    Optional<Row> selected() {
        return Optional.ofNullable(table.getSelectionModel().getSelectedItem()).map(TreeItem::getValue);
    }

    /** Calls back when another row is selected. */
    void onSelection(Runnable listener) {
        table.getSelectionModel().selectedItemProperty().addListener((item, before, after) -> listener.run());
    }

    /** Shows rows in place of those that were shown. */
    void show(List<Row> rows) {
        update(table.getRoot(), rows);
    }

    private void update(TreeItem<Row> parent, List<Row> rows) {
        Map<Object, TreeItem<Row>> before = new HashMap<>();
        parent.getChildren().forEach(item -> before.put(item.getValue().key(), item));
        List<TreeItem<Row>> items = new ArrayList<>();
        for (Row row : rows) {
            TreeItem<Row> known = before.remove(row.key());
            TreeItem<Row> item = known == null ? new TreeItem<>(row) : known;
            if (known == null) {
                item.setExpanded(expanded);
            } else if (!row.equals(item.getValue())) {
                item.setValue(row);
            }
            update(item, row.children());
            items.add(item);
        }
        if (!items.equals(parent.getChildren())) {
            parent.getChildren().setAll(items);
        }
    }

    private static TreeTableColumn<Row, Row.Cell> column(Column column, int index, ObservableDoubleValue fontSize) {
        TreeTableColumn<Row, Row.Cell> shown = new TreeTableColumn<>(column.title());
        shown.setSortable(false);
        shown.setReorderable(false);
        shown.setPrefWidth(column.ems() * fontSize.get());
        fontSize.addListener((size, before, after) -> shown.setPrefWidth(column.ems() * after.doubleValue()));
        shown.setCellValueFactory(features -> cell(features.getValue().valueProperty(), index));
        shown.setCellFactory(c -> new FactCell(column.number()));
        return shown;
    }

    private static ObservableValue<Row.Cell> cell(ObservableValue<Row> row, int index) {
        return row.map(r -> r.cells().get(index));
    }

    private static final class ChangedRow extends TreeTableRow<Row> {
        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            pseudoClassStateChanged(CHANGED, row != null && !empty && row.changed());
        }
    }

    private static final class FactCell extends TreeTableCell<Row, Row.Cell> {
        private final ProgressBar bar = new ProgressBar();
        private final Label words = new Label();
        private final StackPane stack = new StackPane(bar, words);

        FactCell(boolean number) {
            if (number) {
                getStyleClass().add("number");
            }
            bar.setMaxWidth(Double.MAX_VALUE);
            bar.getStyleClass().add("usage");
        }

        @Override
        protected void updateItem(Row.@Nullable Cell cell, boolean empty) {
            super.updateItem(cell, empty);
            if (cell == null || empty) {
                setText("");
                setGraphic(null);
                return;
            }
            switch (cell) {
                case Row.Text text -> {
                    setText(text.text());
                    setGraphic(null);
                }
                case Row.Bar value -> {
                    setText("");
                    bar.setProgress(value.fraction());
                    bar.pseudoClassStateChanged(FULL, value.fraction() >= NEARLY_FULL);
                    words.setText(value.text());
                    setGraphic(stack);
                }
            }
        }
    }
}
