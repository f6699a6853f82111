package dev.ravel.asm.layout;

import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.AssemblyException;
import dev.ravel.asm.program.Diagnostic;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Program.CodeLine;
import dev.ravel.asm.program.Program.Mapping;
import dev.ravel.asm.program.Program.Segment;
import dev.ravel.asm.program.ProgramSymbol;
import dev.ravel.asm.program.SourceLocation;
import dev.ravel.asm.source.Complaints;
import dev.ravel.asm.source.Value;
import dev.ravel.isa.Extension;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Makes the program out of sections and symbols: links them, lays them out, writes them down. */
final class FinishedProgram {
    private final ProgramBuilder builder;
    private final AssemblerOptions options;
    private final Complaints complaints;

    FinishedProgram(ProgramBuilder builder) {
        this.builder = builder;
        this.options = builder.options();
        this.complaints = builder.complaints();
    }

    /** Links and lays out what the builder has. */
    Program program() {
        var layout = new Layout(builder);
        var linker = new Linker(builder);
        linker.link(layout);
        complaints.throwIfAny();
        complaints.collect(layout::settle);
        complaints.throwIfAny();
        var sections = new ArrayList<Program.Section>();
        for (Section section : layout.sections()) {
            sections.add(finished(section));
        }
        var symbols = new ArrayList<ProgramSymbol>();
        for (SymbolTable table : builder.tables()) {
            for (Symbol symbol : table.named()) {
                if (symbol.isDefined() && symbol.target() == symbol) {
                    complaints.collect(() -> symbols.add(finished(symbol)));
                }
            }
        }
        complaints.throwIfAny();
        List<Segment> segments = segments(sections);
        long start = sections.stream()
                .filter(Program.Section::executable)
                .mapToLong(Program.Section::address)
                .findFirst()
                .orElse(options.base());
        var code = new ArrayList<CodeLine>(builder.code().size());
        for (ProgramBuilder.CodePlace place : builder.code()) {
            code.add(new CodeLine(
                    place.fragment().address() + place.offset(), place.line().location()));
        }
        code.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
        return new Program(
                linker.entry(options.entry()).orElse(start),
                segments,
                sections,
                symbols,
                code,
                architecture(builder.used()),
                options.compressed());
    }

    private Program.Section finished(Section section) {
        SectionKind kind = section.kind();
        if (kind.hasContents() && section.size() > Program.MAX_CONTENTS) {
            throw new AssemblyException(List.of(new Diagnostic(
                    new SourceLocation("(program)", 1, 1),
                    "section `" + section.name() + "` has " + section.size() + " bytes, which is too large")));
        }
        var mappings = new ArrayList<Mapping>();
        for (Section.Mapping mapping : section.mappings()) {
            long offset = mapping.fragment().address() + mapping.offset() - section.address();
            mappings.add(new Mapping(offset, mapping.code()));
        }
        return new Program.Section(
                section.name(),
                section.address(),
                section.size(),
                section.contents(complaints),
                section.alignment(),
                kind.allocated(),
                kind.writable(),
                kind.executable(),
                mappings);
    }

    private static ProgramSymbol finished(Symbol symbol) {
        Value value = symbol.late();
        Optional<Section> section = symbol.fragment().section();
        if (symbol.state() == Symbol.State.ASSIGNED) {
            section = symbol.assigned() instanceof Reference reference
                    ? reference.symbol().target().fragment().section()
                    : Optional.empty();
        }
        return new ProgramSymbol(
                symbol.name(),
                value.number(),
                symbol.size().map(size -> size.late().number()).orElse(0L),
                section.map(Section::name),
                symbol.binding(),
                symbol.type());
    }

    /** Joins neighbours with equal permissions; zero-filled memory only at the end of a segment. */
    private List<Segment> segments(List<Program.Section> sections) {
        var inMemory = new ArrayList<Program.Section>();
        for (Program.Section section : sections) {
            if (section.allocated() && section.size() > 0) {
                inMemory.add(section);
            }
        }
        inMemory.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
        var segments = new ArrayList<Segment>();
        int i = 0;
        while (i < inMemory.size()) {
            Program.Section first = inMemory.get(i);
            int end = i + 1;
            while (end < inMemory.size() && joins(inMemory.get(end - 1), inMemory.get(end))) {
                end++;
            }
            segments.add(segment(first, inMemory.subList(i, end)));
            i = end;
        }
        return segments;
    }

    private boolean joins(Program.Section before, Program.Section after) {
        return before.writable() == after.writable()
                && before.executable() == after.executable()
                && (before.hasContents() || !after.hasContents())
                && !options.places().containsKey(before.name())
                && !options.places().containsKey(after.name());
    }

    private static Segment segment(Program.Section first, List<Program.Section> sections) {
        Program.Section last = sections.getLast();
        long size = last.address() + last.size() - first.address();
        long filled = 0;
        for (Program.Section section : sections) {
            if (section.hasContents()) {
                filled = section.address() + section.size() - first.address();
            }
        }
        byte[] bytes = new byte[(int) filled];
        for (Program.Section section : sections) {
            if (section.hasContents()) {
                int at = (int) (section.address() - first.address());
                System.arraycopy(section.bytes(), 0, bytes, at, section.bytes().length);
            }
        }
        return new Segment(first.address(), bytes, size, first.writable(), first.executable());
    }

    /** The general-purpose set, and what else is used, in the canonical order of architecture strings. */
    private static String architecture(Set<Extension> used) {
        var text = new StringBuilder("rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0");
        String order = "imafdqlcbkjtpvnh";
        List<String> names = new ArrayList<>();
        for (Extension extension : used) {
            String name = extension.specName().toLowerCase(Locale.ROOT);
            boolean general = extension == Extension.ZICSR || extension == Extension.ZIFENCEI;
            if (name.length() > 1 && !general && extension != Extension.PRIVILEGED) {
                names.add(name);
            }
        }
        names.sort((a, b) -> {
            int category = Character.compare(b.charAt(0), a.charAt(0));
            int letter = Integer.compare(order.indexOf(a.charAt(1)), order.indexOf(b.charAt(1)));
            return category != 0 ? category : letter != 0 ? letter : a.compareTo(b);
        });
        for (String name : names) {
            text.append('_').append(name).append("1p0");
        }
        return text.toString();
    }
}
