package dev.ravel.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of cells as lines of text; a cell that is too wide for its column goes on in the next line. */
final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows;
    private final int width;

    /**
     * A table.
     *
     * @param rows as many cells in each; the first row says what the columns are
     * @param width columns of the page
     */
    TextTable(List<List<String>> rows, int width) {
        this.rows = rows;
        this.width = width;
    }

    /** The table, no wider than the page; where the columns do not fit side by side, a list of its rows. */
    List<String> lines() {
        int[] widths = widths();
        return width(widths) <= width ? sideBySide(widths) : list();
    }

    private static int width(int[] columns) {
        return Arrays.stream(columns).sum() + GAP.length() * (columns.length - 1);
    }

    /** Each column as wide as its longest word; what room is left goes to those that would like more, by how much. */
    private int[] widths() {
        int columns = rows.getFirst().size();
        int[] least = new int[columns];
        int[] wish = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                wish[i] = Math.max(wish[i], row.get(i).length());
                for (String word : row.get(i).split(" ")) {
                    least[i] = Math.max(least[i], word.length());
                }
            }
        }
        int room = Math.max(0, width - width(least));
        int wanted = Math.max(1, width(wish) - width(least));
        int[] widths = new int[columns];
        for (int i = 0; i < columns; i++) {
            widths[i] = least[i] + Math.min(wish[i] - least[i], (wish[i] - least[i]) * room / wanted);
        }
        return widths;
    }

    private List<String> sideBySide(int[] widths) {
        List<String> lines = new ArrayList<>();
        boolean tall = rows.stream().anyMatch(row -> cells(row, widths).stream().anyMatch(cell -> cell.size() > 1));
        for (int r = 0; r < rows.size(); r++) {
            if (tall && r > 1) {
                lines.add("");
            }
            List<List<String>> cells = cells(rows.get(r), widths);
            int height = cells.stream().mapToInt(List::size).max().orElse(0);
            for (int y = 0; y < height; y++) {
                StringBuilder line = new StringBuilder();
                for (int i = 0; i < widths.length; i++) {
                    String piece = y < cells.get(i).size() ? cells.get(i).get(y) : "";
                    line.append(i == 0 ? "" : GAP).append(piece).append(" ".repeat(widths[i] - piece.length()));
                }
                lines.add(line.toString().stripTrailing());
            }
            if (r == 0) {
                lines.add(String.join(
                        GAP, Arrays.stream(widths).mapToObj("-"::repeat).toList()));
            }
        }
        return lines;
    }

    private static List<List<String>> cells(List<String> row, int[] widths) {
        List<List<String>> cells = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            cells.add(TerminalPage.wrap(row.get(i), "", widths[i]));
        }
        return cells;
    }

    private List<String> list() {
        List<String> lines = new ArrayList<>();
        List<String> head = rows.getFirst();
        for (List<String> row : rows.subList(1, rows.size())) {
            lines.addAll(TerminalPage.wrap(row.getFirst(), "", width));
            for (int i = 1; i < row.size(); i++) {
                lines.addAll(TerminalPage.wrap("- " + head.get(i) + ": " + row.get(i), "  ", width));
            }
        }
        return lines;
    }
}
