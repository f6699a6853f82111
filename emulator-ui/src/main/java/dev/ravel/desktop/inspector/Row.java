package dev.ravel.desktop.inspector;

import java.util.List;

/**
 * A row of a {@link FactTable}.
 *
 * @param key tells which row of the next sample is the same one; unique among its siblings
 * @param cells one for each column
 * @param changed whether it is to stand out
 * @param children rows below
 */
record Row(Object key, List<Cell> cells, boolean changed, List<Row> children) {
    Row {
        cells = List.copyOf(cells);
        children = List.copyOf(children);
    }

    /** What stands in a cell. */
    sealed interface Cell {
        /** In words. */
        String text();
    }

    /** Words. */
    record Text(String text) implements Cell {
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * A bar with words on it.
     *
     * @param fraction how full it is, 0 to 1
     */
    record Bar(String text, double fraction) implements Cell {
        Bar {
            fraction = Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0, 1);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** A row of words. */
    static Row of(Object key, boolean changed, List<Row> children, String... cells) {
        return new Row(key, List.of(cells).stream().<Cell>map(Text::new).toList(), changed, children);
    }
}
