package dev.ravel.asm.layout;

import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.AssemblyException;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.source.Complaints;
import dev.ravel.asm.source.Line;
import dev.ravel.isa.Extension;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the sources of one program share while they are read. */
public final class ProgramBuilder {
    private final AssemblerOptions options;
    private final Complaints complaints = new Complaints();
    private final Map<String, Section> sections = new LinkedHashMap<>();
    private final HighParts highParts = new HighParts();
    private final List<SymbolTable> tables = new ArrayList<>();
    private final Set<Extension> used = EnumSet.noneOf(Extension.class);
    private final List<CodePlace> code = new ArrayList<>();

    /** An instruction, or several, of one statement. */
    record CodePlace(Fragment fragment, long offset, Line line) {}

    public ProgramBuilder(AssemblerOptions options) {
        this.options = options;
        // They always exist, in this order, as in GNU as.
        for (String name : List.of(".text", ".data", ".bss")) {
            sections.put(name, new Section(name, SectionKind.byName(name)));
        }
    }

    public AssemblerOptions options() {
        return options;
    }

    public Complaints complaints() {
        return complaints;
    }

    public HighParts highParts() {
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

    /** Notes that an instruction of this extension occurs. */
    public void use(Extension extension) {
        used.add(extension);
    }

    /** Notes where instructions of a statement begin. */
    public void beginCode(Fragment fragment, long offset, Line line) {
        code.add(new CodePlace(fragment, offset, line));
    }

    /** The code in the order of the sources. */
    List<CodePlace> code() {
        return code;
    }

    /** The section of that name, made on first mention with what it holds by convention. */
    public Section section(String name) {
        Section known = sections.get(name);
        if (known == null) {
            known = new Section(name, SectionKind.byName(name));
            sections.put(name, known);
        }
        return known;
    }

    public boolean hasSection(String name) {
        return sections.containsKey(name);
    }

    /** Another source begins: its symbols, none yet. */
    public SymbolTable beginSource() {
        for (Section section : sections.values()) {
            section.beginSource();
        }
        var table = new SymbolTable();
        tables.add(table);
        return table;
    }

    /**
     * The program, when all sources have been read.
     *
     * @throws AssemblyException if anything is wrong with them; it has all that was found
     */
    public Program finish() {
        return new FinishedProgram(this).program();
    }
}
