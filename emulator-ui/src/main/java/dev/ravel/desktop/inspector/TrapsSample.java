package dev.ravel.desktop.inspector;

import dev.ravel.inspect.SymbolAt;
import dev.ravel.inspect.TrapEvent;
import dev.ravel.inspect.Words;
import dev.ravel.isa.Privilege;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The latest traps of a machine.
 *
 * @param traps the oldest first
 * @param seen how many there were since the view was opened
 */
record TrapsSample(List<TrapEvent> traps, long seen) {
    TrapsSample {
        traps = List.copyOf(traps);
    }

    /** A row for each of the last traps, the latest first. */
    List<Row> rows(int most) {
        return last(most).reversed().stream().map(TrapsSample::row).toList();
    }

    /** The last ones, the oldest of them first. */
    List<TrapEvent> last(int most) {
        return traps.subList(Math.max(0, traps.size() - most), traps.size());
    }

    private static Row row(TrapEvent trap) {
        return Row.of(
                trap.sequence(),
                false,
                List.of(),
                Long.toString(trap.sequence()),
                Integer.toString(trap.hart()),
                Long.toString(trap.instructionsRetired()),
                Privilege.letter(trap.from()) + " \u2192 " + Privilege.letter(trap.to()),
                trap.cause() + trap.call().map(call -> ": " + call.name()).orElse(""),
                HartSample.hex(trap.epc())
                        + trap.symbolOfEpc().map(TrapsSample::symbol).orElse(""),
                trap.tval() == 0 ? "" : HartSample.hex(trap.tval()),
                trap.delegation().map(Object::toString).orElse("machine mode delegates nothing of its own"),
                trap.saved().stream().map(Object::toString).collect(Collectors.joining(" ")),
                HartSample.hex(trap.handler())
                        + trap.symbolOfHandler().map(TrapsSample::symbol).orElse(""));
    }

    private static String symbol(SymbolAt symbol) {
        return " <" + Words.printable(symbol.toString()) + ">";
    }
}
