package dev.ravel.cli;

import dev.ravel.inspect.HotSpot;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The hottest code of a machine as lines of at most 80 columns, names from the guest aside, and for scripts. */
final class HotText {
    private HotText() {}

    static List<String> lines(List<HotSpot> spots, long seen, long interval, Symbols symbols) {
        List<String> lines = new ArrayList<>();
        lines.add("hot code: " + seen + (seen == 1 ? " sample" : " samples") + ", one in about " + interval
                + " instructions");
        if (seen > 0) {
            lines.add(String.format(
                    "%8s  %-11s %12s %9s %11s  %s", "share", "state", "instructions", "bytecode", "thrown away", "at"));
        }
        for (HotSpot spot : spots) {
            lines.add(String.format(
                    "%8s  %-11s %12s %9s %11d  %s%s",
                    share(spot.samples(), seen),
                    spot.status().state().label(),
                    spot.status().instructions() == 0 ? "" : spot.status().instructions(),
                    spot.status().codeBytes() == 0 ? "" : spot.status().codeBytes(),
                    spot.status().invalidations(),
                    Words.hex(spot.address()),
                    InspectText.symbol(symbols.nearest(spot.address()))));
        }
        lines.add("");
        return lines;
    }

    private static String share(long samples, long seen) {
        return String.format("%.1f %%", 100.0 * samples / seen);
    }

    static Object json(List<HotSpot> spots, long seen, long interval, Symbols symbols) {
        List<Object> all = new ArrayList<>();
        for (HotSpot spot : spots) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("address", Words.hex(spot.address()));
            symbols.nearest(spot.address()).ifPresent(symbol -> one.put("symbol", symbol.toString()));
            one.put("physical", Words.hex(spot.physical()));
            one.put("privilege", Words.privilege(spot.privilege()));
            one.put("samples", spot.samples());
            one.put("state", spot.status().state().label());
            one.put("instructions", spot.status().instructions());
            one.put("bytecodeBytes", spot.status().codeBytes());
            one.put("invalidations", spot.status().invalidations());
            all.add(one);
        }
        Map<String, Object> hot = new LinkedHashMap<>();
        hot.put("samples", seen);
        hot.put("interval", interval);
        hot.put("code", all);
        return hot;
    }
}
