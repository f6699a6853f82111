package dev.ravel.cli;

import dev.ravel.engine.TranslationView;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.TranslationText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The same for scripts. Addresses are strings in hexadecimal. */
final class ExplainJson {
    private final long page;
    private final Symbols symbols;

    private ExplainJson(long page, Symbols symbols) {
        this.page = page;
        this.symbols = symbols;
    }

    /** A translation whose places are relative to that virtual address. */
    static Object of(TranslationView view, long page, long physical, Symbols symbols) {
        ExplainJson json = new ExplainJson(page, symbols);
        Map<String, Object> unit = new LinkedHashMap<>();
        unit.put("entry", json.hex(view.entry()));
        json.putSymbol(unit, view.entry());
        unit.put("physical", InspectText.hex(physical));
        unit.put("instructions", view.instructions());
        unit.put("limit", view.limit());
        unit.put("bareAccesses", view.bare());
        unit.put("bytecodeBytes", view.codeBytes());
        unit.put("loops", view.loops().stream().map(json::loop).toList());
        unit.put("nests", view.nests().stream().map(json::nest).toList());
        unit.put("blocks", view.blocks().stream().map(json::block).toList());
        unit.put("shared", view.shared().stream().map(ExplainJson::code).toList());
        return unit;
    }

    private Object loop(TranslationView.Loop loop) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("start", hex(loop.start()));
        one.put("blocks", hex(loop.blocks()));
        loop.nest().ifPresent(nest -> one.put("nest", hex(nest)));
        one.put("localRegisters", loop.registers());
        one.put("rounds", loop.rounds());
        one.put("runs", loop.runs().stream().map(this::run).toList());
        one.put("remembersPages", loop.remembers());
        loop.bulk().ifPresent(bulk -> one.put("bulk", bulk(bulk)));
        return one;
    }

    private Object nest(TranslationView.Nest nest) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("start", hex(nest.start()));
        one.put("callsItself", nest.callsItself());
        one.put("blocks", hex(nest.blocks()));
        one.put("localRegisters", nest.registers());
        return one;
    }

    private static Object bulk(TranslationView.Bulk bulk) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("bytes", bulk.bytes());
        one.put("to", place(bulk.to()));
        bulk.from().ifPresent(from -> one.put("from", place(from)));
        bulk.filler().ifPresent(filler -> one.put("filler", filler));
        return one;
    }

    private static Object place(TranslationView.Place place) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("register", place.register());
        one.put("displacement", place.displacement());
        return one;
    }

    private Object block(TranslationView.Block block) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("start", hex(block.start()));
        one.put("checksBudget", block.checked());
        block.loop().ifPresent(loop -> one.put("loop", hex(loop)));
        one.put("live", block.live());
        one.put("written", block.written());
        one.put("runs", block.runs().stream().map(this::run).toList());
        one.put("remembersPages", block.remembers());
        one.put("ways", block.ways().stream().map(this::way).toList());
        one.put("code", block.instructions().stream().map(this::instruction).toList());
        return one;
    }

    private Object run(TranslationView.Run run) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("first", hex(run.first()));
        one.put("last", hex(run.last()));
        one.put("groups", run.groups().stream().map(this::group).toList());
        return one;
    }

    private Object group(TranslationView.Group group) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("register", group.register());
        one.put("low", group.low());
        one.put("bytes", group.bytes());
        one.put("stores", group.stores());
        one.put("members", hex(group.members()));
        return one;
    }

    private Object way(TranslationView.Way way) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("kind", way.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        way.to().ifPresent(to -> one.put("to", hex(to)));
        return one;
    }

    private Object instruction(TranslationView.Line line) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("address", hex(line.at()));
        putSymbol(one, line.at());
        one.put("bits", InspectText.hex(Integer.toUnsignedLong(line.bits())));
        one.put("length", line.length());
        one.put("text", TranslationText.disassemble(line, page + line.at()));
        one.put("bytecodeBytes", TranslationText.bytes(line));
        one.put("bytecode", line.code().stream().map(ExplainJson::code).toList());
        return one;
    }

    private static Object code(TranslationView.Code code) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("aside", code.aside());
        one.put("bytes", code.bytes());
        one.put("lines", code.lines());
        return one;
    }

    private void putSymbol(Map<String, Object> to, int place) {
        symbols.nearest(page + place).ifPresent(symbol -> to.put("symbol", symbol.toString()));
    }

    private List<String> hex(List<Integer> places) {
        return places.stream().map(this::hex).toList();
    }

    private String hex(int place) {
        return InspectText.hex(page + place);
    }
}
