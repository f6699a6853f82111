package dev.ravel.asm;

import dev.ravel.isa.Extension;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the sources of one program share while they are read. */
final class ProgramBuilder {
    private final AssemblerOptions options;
    private final Complaints complaints = new Complaints();
    private final Map<String, Section> sections = new LinkedHashMap<>();
    private final HighParts highParts = new HighParts();
    private final List<SymbolTable> tables = new ArrayList<>();
    private final Set<Extension> used = EnumSet.noneOf(Extension.class);
    private final List<CodePlace> code = new ArrayList<>();

    /** An instruction, or several, of one statement. */
    record CodePlace(Fragment fragment, long offset, Line line) {}

    ProgramBuilder(AssemblerOptions options) {
        this.options = options;
        // They always exist, in this order, as in GNU as.
        for (String name : List.of(".text", ".data", ".bss")) {
            sections.put(name, new Section(name, SectionKind.byName(name)));
        }
    }

    AssemblerOptions options() {
        return options;
    }

    Complaints complaints() {
        return complaints;
    }

    HighParts highParts() {
        return highParts;
    }

    Collection<Section> sections() {
        return sections.values();
    }

    List<SymbolTable> tables() {
        return tables;
    }

    /** The extensions whose instructions occur. */
    Set<Extension> used() {
        return used;
    }

    /** The code in the order of the sources. */
    List<CodePlace> code() {
        return code;
    }

    /** The section of that name, made on first mention with what it holds by convention. */
    Section section(String name) {
        Section known = sections.get(name);
        if (known == null) {
            known = new Section(name, SectionKind.byName(name));
            sections.put(name, known);
        }
        return known;
    }

    boolean hasSection(String name) {
        return sections.containsKey(name);
    }

    /** Reads one source. */
    void add(Source source) {
        for (Section section : sections.values()) {
            section.beginSource();
        }
        var assembler = new SourceAssembler(this);
        tables.add(assembler.symbols());
        assembler.assemble(source);
    }
}
