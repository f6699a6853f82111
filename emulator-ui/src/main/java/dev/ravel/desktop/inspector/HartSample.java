package dev.ravel.desktop.inspector;

import dev.ravel.inspect.CsrField;
import dev.ravel.inspect.CsrView;
import dev.ravel.inspect.HartView;
import dev.ravel.inspect.SymbolAt;
import dev.ravel.inspect.Words;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A hart and what has changed in it.
 *
 * @param changed names, as in {@link HartView.Change}
 */
record HartSample(HartView hart, Set<String> changed) {
    HartSample {
        changed = Set.copyOf(changed);
    }

    static HartSample first(HartView hart) {
        return new HartSample(hart, Set.of());
    }

    /** The sample after this one. While the hart does not run, what its last instructions changed stays marked. */
    HartSample next(HartView now) {
        boolean stood = now.instructionsRetired() == hart.instructionsRetired();
        Set<String> changes =
                now.changesSince(hart).stream().map(HartView.Change::name).collect(Collectors.toSet());
        return new HartSample(now, stood && changes.isEmpty() ? changed : changes);
    }

    String summary() {
        return "hart " + hart.hart() + ", " + Words.privilege(hart.privilege()) + " mode, " + hart.instructionsRetired()
                + " instructions retired";
    }

    /** The address of the next instruction, with its symbol. */
    String pc() {
        return "pc    " + hex(hart.pc()) + symbol(hart.instruction().symbol());
    }

    /** The next instruction. */
    String next() {
        return "next  " + hart.instruction().text() + symbol(hart.instruction().target());
    }

    /** The CSRs with their fields below them. */
    List<Row> csrs(boolean zeroToo) {
        return hart.csrs().stream()
                .filter(csr -> zeroToo || csr.value() != 0 || changed.contains(csr.name()))
                .map(this::row)
                .toList();
    }

    private Row row(CsrView csr) {
        List<Row> fields = csr.fields().stream()
                .map(field -> Row.of(
                        field.name() + field.low(), false, List.of(), bits(field), value(field), field.meaning()))
                .toList();
        String set = csr.fields().stream()
                .filter(field -> field.value() != 0)
                .map(field -> field.name() + "=" + value(field)
                        + (field.meaning().isEmpty() ? "" : " (" + field.meaning() + ")"))
                .collect(Collectors.joining(", "));
        return Row.of(csr.number(), changed.contains(csr.name()), fields, csr.name(), digits(csr.value()), set);
    }

    private static String bits(CsrField field) {
        return field.name() + " [" + (field.high() == field.low() ? "" : field.high() + ":") + field.low() + "]";
    }

    private static String value(CsrField field) {
        return field.value() >>> 10 == 0 ? Long.toString(field.value()) : hex(field.value());
    }

    private static String symbol(Optional<SymbolAt> symbol) {
        return symbol.map(s -> " <" + Words.printable(s.toString()) + ">").orElse("");
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    static String digits(long value) {
        return String.format("%016x", value);
    }
}
