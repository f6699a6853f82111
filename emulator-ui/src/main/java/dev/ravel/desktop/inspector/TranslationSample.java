package dev.ravel.desktop.inspector;

import dev.ravel.engine.CodeStatus;
import dev.ravel.inspect.HotSpot;
import dev.ravel.inspect.SymbolAt;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.Words;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The code that is hot, and what a translator makes of one piece of it.
 *
 * @param seen samples since the view was opened
 * @param interval about how many instructions there are from one to the next
 * @param spots the hottest first
 * @param names of their addresses
 * @param code of the chosen one, line by line
 */
record TranslationSample(long seen, long interval, List<HotSpot> spots, Map<Long, String> names, List<String> code) {
    TranslationSample {
        spots = List.copyOf(spots);
        names = Map.copyOf(names);
        code = List.copyOf(code);
    }

    static TranslationSample of(long seen, long interval, List<HotSpot> spots, Symbols symbols, List<String> code) {
        Map<Long, String> names = new HashMap<>();
        for (HotSpot spot : spots) {
            Optional<SymbolAt> symbol = symbols.nearest(spot.address());
            symbol.ifPresent(found -> names.put(spot.physical(), Words.printable(found.toString())));
        }
        return new TranslationSample(seen, interval, spots, names, code);
    }

    String summary() {
        return seen + (seen == 1 ? " sample" : " samples")
                + " of what the harts execute since this view was opened, one in about " + interval + " instructions";
    }

    /** A row for each place. */
    List<Row> rows() {
        return spots.stream().map(this::row).toList();
    }

    private Row row(HotSpot spot) {
        CodeStatus status = spot.status();
        double share = (double) spot.samples() / Math.max(1, seen);
        return new Row(
                spot.physical(),
                List.of(
                        new Row.Text(names.getOrDefault(
                                spot.physical(), "in " + Words.privilege(spot.privilege()) + " mode")),
                        new Row.Text(Words.hex(spot.address())),
                        new Row.Bar(String.format("%.1f %%", 100 * share), share),
                        new Row.Text(status.state().label()),
                        new Row.Text(status.instructions() == 0 ? "" : Integer.toString(status.instructions())),
                        new Row.Text(status.codeBytes() == 0 ? "" : Integer.toString(status.codeBytes())),
                        new Row.Text(Long.toString(status.invalidations()))),
                false,
                List.of());
    }
}
