package dev.ravel.inspect;

import dev.ravel.asm.Disassembler;
import dev.ravel.engine.TranslationView;
import dev.ravel.extension.Extensions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A translation as lines: its plan, 80 columns wide, then guest code on the left and bytecode on the right, 100 columns wide where they fit. */
public final class TranslationText {
    private static final Disassembler DISASSEMBLER = new Disassembler(Extensions.RV64, Disassembler.Style.PLAIN);

    private static final int INDENT = 4;

    /** The type of a field, which its name tells. */
    private static final Pattern FIELD_TYPE = Pattern.compile(" : \\S+$");

    private static final int COLUMNS = 100;

    private static final int PLAN_COLUMNS = 80;

    /** Columns of bytecode at least. */
    private static final int LEAST = 48;

    /** What leaves the stack empty: stores, jumps, calls that return nothing, labels, and the last target of a switch. */
    private static final Pattern STATEMENT_END = Pattern.compile(
            "^(\\w+store|[dfila]return|return|if\\w*|goto|putfield|putstatic|iinc|pop2?|default:|invoke\\w+ .*\\)V$)|^\\w+:$");

    private final TranslationView view;
    private final long page;
    private final Symbols symbols;
    private final List<String> lines = new ArrayList<>();

    /**
     * The text of a translation.
     *
     * @param page virtual address that its places are relative to
     */
    public TranslationText(TranslationView view, long page, Symbols symbols) {
        this.view = view;
        this.page = page;
        this.symbols = symbols;
    }

    /** An instruction of guest code, as it stands at that virtual address. */
    public static String disassemble(TranslationView.Line line, long address) {
        return DISASSEMBLER.disassemble(line.bits(), address).replace('\t', ' ');
    }

    /** The lines; the entry's physical address, and the privilege that may fetch it. */
    public List<String> lines(long physical, int privilege) {
        lines.add("unit at " + place(view.entry()));
        lines.add("  fetched in " + Words.privilege(privilege) + " mode, physical address " + Words.hex(physical));
        lines.add("  " + count(view.instructions(), "instruction") + " (of " + view.limit() + " allowed) in "
                + count(view.blocks().size(), "block") + ", "
                + count(view.loops().size(), "innermost loop") + "; "
                + count(view.codeBytes(), "byte") + " of bytecode");
        if (view.bare()) {
            lines.add("  accesses are bare: loads and stores look at the bounds of RAM, not at a TLB");
        }
        view.loops().forEach(this::loop);
        view.nests().forEach(this::nest);
        view.blocks().forEach(this::block);
        lines.add("");
        lines.add("Bytecode below 'aside' lies behind all other: it is for what rarely happens.");
        lines.add("");
        List<Row> rows = new ArrayList<>();
        view.shared().stream().filter(code -> !code.aside()).forEach(code -> rows.add(shared("on the way in", code)));
        view.blocks().forEach(block -> block.instructions().forEach(line -> rows.add(row(line))));
        view.shared().stream().filter(TranslationView.Code::aside).forEach(code -> rows.add(shared("ways out", code)));
        table(rows);
        lines.add("");
        return lines;
    }

    private void loop(TranslationView.Loop loop) {
        lines.add("loop " + place(loop.start()));
        line("blocks " + loop.blocks().stream().map(this::hex).collect(Collectors.joining(", ")));
        line("registers in local variables: " + names(loop.registers()));
        if (loop.nest().isPresent()) {
            line("kept together with those of the loops around it, from "
                    + place(loop.nest().getAsInt()) + " on");
        }
        if (loop.rounds() > 1) {
            line(loop.rounds() + " rounds in a row");
        }
        loop.bulk().ifPresent(bulk -> line("entered, most rounds at once: " + bulk(bulk)));
        loop.runs().forEach(run -> run(run, end(loop.remembers())));
    }

    private void nest(TranslationView.Nest nest) {
        lines.add("nest " + place(nest.start()) + (nest.callsItself() ? ", calls itself" : ""));
        line("blocks " + nest.blocks().stream().map(this::hex).collect(Collectors.joining(", ")));
        line("registers in local variables: " + names(nest.registers()));
    }

    private static String bulk(TranslationView.Bulk bulk) {
        String bytes = count(bulk.bytes(), "byte") + " a round";
        String to = place(bulk.to());
        return bulk.from()
                .map(from -> bytes + " copied from " + place(from) + " to " + to)
                .orElseGet(() -> bytes + " from " + to + " on filled with "
                        + bulk.filler().orElseThrow());
    }

    private static String place(TranslationView.Place place) {
        return place.register() + (place.displacement() < 0 ? "" : "+") + place.displacement();
    }

    private void block(TranslationView.Block block) {
        lines.add("block " + place(block.start())
                + (block.loop().isPresent() ? ", in loop " + hex(block.loop().getAsInt()) : ""));
        if (block.checked()) {
            line("an entry: looks whether the budget lasts, and leaves if not");
        }
        if (block.loop().isPresent()
                || !block.live().isEmpty()
                || !block.written().isEmpty()) {
            line("live: " + names(block.live()) + "; written and not stored yet: " + names(block.written()));
        }
        for (TranslationView.Run run : block.runs()) {
            run(run, end(block.remembers()));
        }
        block.ways().forEach(way -> line(way(way)));
    }

    private static String end(boolean remembers) {
        return remembers ? ", pages remembered from round to round:" : ":";
    }

    private void run(TranslationView.Run run, String end) {
        line("looked up together, from " + hex(run.first()) + " to " + hex(run.last()) + end);
        run.groups().forEach(this::group);
    }

    private void group(TranslationView.Group group) {
        Words.wrap(
                lines,
                "group around " + group.register() + ", " + count(group.bytes(), "byte") + " from "
                        + place(new TranslationView.Place(group.register(), group.low())) + " on, "
                        + (group.stores() ? "some stores" : "loads only") + ": "
                        + group.members().stream().map(this::hex).collect(Collectors.joining(", ")),
                2 * INDENT,
                PLAN_COLUMNS);
    }

    private String way(TranslationView.Way way) {
        String to = way.to().isPresent() ? place(way.to().getAsInt()) : "";
        return switch (way.kind()) {
            case INSIDE -> "goes on at " + to;
            case OUTSIDE -> "leaves the unit for " + to;
            case CALL -> "calls, and goes on at " + to;
            case CALL_AND_LEAVE -> "calls, and leaves the unit for " + to;
            case ADDRESS -> "leaves the unit for the address in the register";
            case TRAP -> "traps: no instruction";
        };
    }

    /**
     * A part of the table.
     *
     * @param left lines about the guest's code
     * @param right bytecode
     */
    private record Row(List<String> left, List<String> right) {}

    private static Row shared(String what, TranslationView.Code code) {
        return new Row(List.of(what, "  " + count(code.bytes(), "byte")), code.lines());
    }

    /** Lines no wider than that; those of a statement, which leaves nothing on the stack, stand together. */
    private static List<String> fold(List<String> code, int room) {
        List<String> folded = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        boolean open = false;
        for (String each : code) {
            String instruction = FIELD_TYPE.matcher(each).replaceFirst("");
            if (open && line.length() + 3 + instruction.length() > room) {
                folded.add(line + ";");
                line = new StringBuilder("  ").append(instruction);
            } else {
                line.append(open ? "; " : "").append(instruction);
            }
            open = !STATEMENT_END.matcher(each).find();
            if (!open) {
                folded.add(line.toString());
                line = new StringBuilder();
            }
        }
        if (open) {
            folded.add(line.toString());
        }
        return folded;
    }

    private Row row(TranslationView.Line line) {
        List<String> left = new ArrayList<>();
        left.add(String.format(
                line.length() == 4 ? "%x  %08x  %s" : "%x  %04x      %s",
                page + line.at(),
                line.bits(),
                disassemble(line, page + line.at())));
        symbols.nearest(page + line.at()).ifPresent(symbol -> left.add("  <" + symbol + ">"));
        left.add("  " + count(bytes(line), "byte"));
        List<String> right = new ArrayList<>();
        boolean aside = false;
        for (TranslationView.Code code : line.code()) {
            if (code.aside() && !aside) {
                right.add("aside:");
            }
            aside = code.aside();
            right.addAll(code.lines());
        }
        return new Row(left, right);
    }

    /** Bytes of all that an instruction became. */
    public static int bytes(TranslationView.Line line) {
        return line.code().stream().mapToInt(TranslationView.Code::bytes).sum();
    }

    private void table(List<Row> rows) {
        int width = rows.stream()
                .flatMap(row -> row.left().stream())
                .mapToInt(String::length)
                .max()
                .orElse(0);
        int room = Math.max(LEAST, COLUMNS - width - 3);
        for (Row row : rows) {
            List<String> right = fold(row.right(), room);
            for (int i = 0; i < Math.max(row.left().size(), right.size()); i++) {
                String left = i < row.left().size() ? row.left().get(i) : "";
                String code = i < right.size() ? right.get(i) : "";
                lines.add((left + " ".repeat(width - left.length()) + " | " + code).stripTrailing());
            }
        }
    }

    private void line(String words) {
        Words.wrap(lines, words, INDENT, PLAN_COLUMNS);
    }

    private static String names(List<String> registers) {
        return registers.isEmpty() ? "none" : String.join(" ", registers);
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private String hex(int place) {
        return Words.hex(page + place);
    }

    private String place(int place) {
        return hex(place)
                + symbols.nearest(page + place)
                        .map(symbol -> " <" + symbol + ">")
                        .orElse("");
    }
}
