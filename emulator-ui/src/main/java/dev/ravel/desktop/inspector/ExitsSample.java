package dev.ravel.desktop.inspector;

import dev.ravel.inspect.Exit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Exits since the view was opened.
 *
 * @param nanos the host's clock at that moment
 */
record ExitsSample(List<Exit> exits, long nanos) {
    private static final double NANOS_IN_SECOND = 1e9;

    ExitsSample {
        exits = List.copyOf(exits);
    }

    private record Key(Exit.Kind kind, String what) {}

    long total() {
        return exits.stream().mapToLong(Exit::count).sum();
    }

    /** A row for each kind with its counts below, the rate since an earlier sample beside them. */
    List<Row> rows(ExitsSample earlier) {
        Map<Key, Long> before = new HashMap<>();
        earlier.exits.forEach(exit -> before.put(new Key(exit.kind(), exit.what()), exit.count()));
        double seconds = (nanos - earlier.nanos) / NANOS_IN_SECOND;
        List<Row> rows = new ArrayList<>();
        for (Exit.Kind kind : Exit.Kind.values()) {
            List<Exit> ofKind =
                    exits.stream().filter(exit -> exit.kind() == kind).toList();
            if (ofKind.isEmpty()) {
                continue;
            }
            List<Row> children = ofKind.stream()
                    .map(exit -> row(
                            exit.what(),
                            exit.count(),
                            exit.count() - before.getOrDefault(new Key(kind, exit.what()), 0L),
                            seconds,
                            List.of(),
                            ""))
                    .toList();
            long count = ofKind.stream().mapToLong(Exit::count).sum();
            long old = ofKind.stream()
                    .mapToLong(exit -> before.getOrDefault(new Key(kind, exit.what()), 0L))
                    .sum();
            rows.add(row(kind.label(), count, count - old, seconds, children, kind.reason()));
        }
        return rows;
    }

    private static Row row(String what, long count, long more, double seconds, List<Row> children, String why) {
        String rate = seconds > 0 ? Long.toString(Math.round(more / seconds)) : "";
        return Row.of(what, more > 0, children, what, Long.toString(count), rate, why);
    }
}
