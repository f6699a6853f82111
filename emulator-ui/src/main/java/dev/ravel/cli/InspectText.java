package dev.ravel.cli;

import dev.ravel.inspect.CsrField;
import dev.ravel.inspect.CsrView;
import dev.ravel.inspect.Exit;
import dev.ravel.inspect.HartView;
import dev.ravel.inspect.InstructionView;
import dev.ravel.inspect.PageWalkView;
import dev.ravel.inspect.RegisterView;
import dev.ravel.inspect.SymbolAt;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.TrapEvent;
import dev.ravel.inspect.Words;
import dev.ravel.isa.Privilege;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Harts, page walks, exits and traps as lines of at most 80 columns, names from the guest aside. */
final class InspectText {
    private static final int COLUMNS = 80;
    private static final int REGISTERS_IN_LINE = 3;

    private InspectText() {}

    static List<String> hart(HartView view) {
        List<String> lines = new ArrayList<>();
        lines.add("hart " + view.hart() + ": " + Words.privilege(view.privilege()) + " mode, "
                + view.instructionsRetired() + " instructions retired");
        InstructionView next = view.instruction();
        lines.add("  pc   " + hex(view.pc()) + symbol(next.symbol()));
        lines.add("  next " + next.text() + symbol(next.target()));
        lines.add("");
        registers(lines, view.x());
        List<RegisterView> used = view.f().stream().filter(f -> f.value() != 0).toList();
        if (!used.isEmpty()) {
            lines.add("");
            registers(lines, used);
        }
        lines.add("");
        for (CsrView csr : view.csrs()) {
            if (csr.value() != 0) {
                lines.add(String.format("  %-13s %016x  %s", csr.name(), csr.value(), csr.section()));
                String fields = csr.fields().stream()
                        .filter(field -> field.value() != 0)
                        .map(InspectText::field)
                        .collect(Collectors.joining(", "));
                wrap(lines, fields, 16);
            }
        }
        lines.add("  Registers that are not listed are 0.");
        lines.add("");
        return lines;
    }

    private static void registers(List<String> lines, List<RegisterView> registers) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < registers.size(); i++) {
            line.append(String.format(
                    "  %-4s %016x", registers.get(i).name(), registers.get(i).value()));
            if (i % REGISTERS_IN_LINE == REGISTERS_IN_LINE - 1 || i == registers.size() - 1) {
                lines.add(line.toString());
                line.setLength(0);
            }
        }
    }

    private static String field(CsrField field) {
        String value = field.value() >>> 10 == 0 ? Long.toString(field.value()) : hex(field.value());
        return field.name() + "=" + value + (field.meaning().isEmpty() ? "" : " (" + field.meaning() + ")");
    }

    /** Adds words in lines that begin with blanks. */
    static void wrap(List<String> lines, String words, int indent) {
        Words.wrap(lines, words, indent, COLUMNS);
    }

    static List<String> walk(PageWalkView view, Symbols symbols) {
        List<String> lines = new ArrayList<>();
        lines.add("walk of " + hex(view.va()) + symbol(symbols.nearest(view.va())));
        lines.add("  " + view.type().name().toLowerCase(Locale.ROOT) + " in " + Words.privilege(view.privilege())
                + " mode, " + view.mode() + (view.root() == 0 ? "" : ", root table at " + hex(view.root())));
        for (PageWalkView.Level level : view.levels()) {
            lines.add(String.format(
                    "  level %d  entry %3d at %s: %016x",
                    level.level(), level.index(), hex(level.entryAddress()), level.entry()));
            String kind = switch (level.kind()) {
                case POINTER -> " -> table at " + hex(level.leadsTo());
                case LEAF -> " -> page at " + hex(level.leadsTo());
                case INVALID -> "";
            };
            lines.add("           " + (level.bits().isEmpty() ? "no bit is set" : level.bits()) + kind);
        }
        if (view.page() != 0) {
            lines.add("  a page of " + Words.size(view.page()) + (view.napot() ? " (Svnapot)" : "")
                    + (view.update().isEmpty() ? "" : "; the access would set " + view.update()));
        }
        view.pmp()
                .ifPresent(pmp -> lines.add("  PMP: " + (pmp.entry() < 0 ? "" : "entry " + pmp.entry() + ", ")
                        + pmp.config() + (pmp.allowed() ? ": allowed" : ": not allowed")));
        view.physical()
                .ifPresent(pa -> lines.add(
                        "  physical address " + hex(pa) + ": " + view.target().orElse("nothing")));
        wrap(lines, (view.succeeds() ? "succeeds: " : Words.exception(view.cause()) + ": ") + view.decision(), 2);
        lines.add("");
        return lines;
    }

    static List<String> exits(List<Exit> exits) {
        List<String> lines = new ArrayList<>();
        lines.add("exits");
        Optional<Exit.Kind> kind = Optional.empty();
        for (Exit exit : exits) {
            if (!kind.equals(Optional.of(exit.kind()))) {
                kind = Optional.of(exit.kind());
                wrap(lines, exit.kind().label() + ": " + exit.kind().reason(), 2);
            }
            lines.add(String.format("  %12d  %s", exit.count(), exit.what()));
        }
        lines.add("");
        return lines;
    }

    static List<String> traps(List<TrapEvent> events, long seen) {
        List<String> lines = new ArrayList<>();
        lines.add("traps: the last " + events.size() + " of " + seen);
        for (TrapEvent event : events) {
            lines.add(String.format(
                    "  %d  hart %d, %d retired  %s -> %s  %s",
                    event.sequence(),
                    event.hart(),
                    event.instructionsRetired(),
                    Privilege.letter(event.from()),
                    Privilege.letter(event.to()),
                    event.cause()));
            lines.add("      epc " + hex(event.epc()) + symbol(event.symbolOfEpc())
                    + (event.tval() == 0 ? "" : ", tval " + hex(event.tval())));
            String why = event.delegation().map(Object::toString).orElse("machine mode delegates nothing of its own");
            wrap(lines, why + event.call().map(call -> "; " + call(call)).orElse(""), 6);
            String saved = event.saved().stream().map(Object::toString).collect(Collectors.joining(" "));
            wrap(lines, saved + ", on at " + hex(event.handler()) + symbol(event.symbolOfHandler()), 6);
        }
        lines.add("");
        return lines;
    }

    /** What names a function is written as in C; what is said in words is not. */
    private static String call(TrapEvent.Call call) {
        String arguments = call.arguments().stream().map(InspectText::hex).collect(Collectors.joining(", "));
        return call.name().contains(" ") ? call.name() + ": " + arguments : call.name() + "(" + arguments + ")";
    }

    static String hex(long value) {
        return Words.hex(value);
    }

    static String symbol(Optional<SymbolAt> symbol) {
        return symbol.map(s -> " <" + s + ">").orElse("");
    }
}
