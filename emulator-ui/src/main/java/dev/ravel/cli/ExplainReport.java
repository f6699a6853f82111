package dev.ravel.cli;

import dev.ravel.inspect.CodeExplanation;
import dev.ravel.inspect.HotCode;
import dev.ravel.inspect.HotSpot;
import dev.ravel.inspect.Symbols;
import dev.ravel.machine.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code jit explain} prints, as text and as JSON, of a machine that stands still. */
final class ExplainReport extends Report {
    private static final String PARAMETER = "ADDRESS";

    private final Machine machine;
    private final Symbols symbols;
    private final List<Object> units = new ArrayList<>();
    private Optional<Object> hotCode = Optional.empty();

    ExplainReport(Machine machine) {
        this.machine = machine;
        this.symbols = Symbols.of(machine);
    }

    @Override
    Object json() {
        Map<String, Object> all = new LinkedHashMap<>();
        hotCode.ifPresent(hot -> all.put("hot", hot));
        all.put("units", units);
        return all;
    }

    /** Adds the code at an address or symbol. */
    void add(String where) {
        try {
            explain(where, Addresses.of(PARAMETER, where, symbols));
        } catch (CliException e) {
            complaints.add(String.valueOf(e.getMessage()));
        }
    }

    private void explain(String where, long address) {
        switch (CodeExplanation.at(machine, address)) {
            case CodeExplanation.Nothing(String why) -> throw wrong(where, why);
            case CodeExplanation.Made made -> {
                text.addAll(made.lines(symbols));
                units.add(ExplainJson.of(made.view(), made.page(), made.physical(), symbols));
            }
        }
    }

    /** Adds the hottest code, so many at most. */
    void add(HotCode hot, int most) {
        List<HotSpot> spots = hot.hottest(most, symbols);
        text.addAll(HotText.lines(spots, hot.seen(), hot.interval(), symbols));
        hotCode = Optional.of(HotText.json(spots, hot.seen(), hot.interval(), symbols));
    }

    private static CliException wrong(String where, String why) {
        return new CliException(PARAMETER + " " + where + ": " + why);
    }
}
