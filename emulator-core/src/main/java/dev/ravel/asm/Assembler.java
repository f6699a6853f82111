package dev.ravel.asm;

import dev.ravel.asm.Program.CodeLine;
import dev.ravel.asm.Program.Mapping;
import dev.ravel.asm.Program.Segment;
import dev.ravel.isa.Extension;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Assembles RISC-V sources in GNU {@code as} syntax into a {@link Program}. There are no object files: all sources are given
 * at once, and sections get their addresses here, as {@link AssemblerOptions} say.
 *
 * <pre>{@code
 * Program program = Assembler.assemble("hello.s", source);
 * Program firmware = new Assembler(AssemblerOptions.standard().define("HARTS", 4)).assemble(List.of(first, second));
 * }</pre>
 */
public final class Assembler {
    private final AssemblerOptions options;

    public Assembler(AssemblerOptions options) {
        this.options = options;
    }

    /**
     * Assembles one source with {@linkplain AssemblerOptions#standard standard options}.
     *
     * @throws AssemblyException if the source is wrong
     */
    public static Program assemble(String name, String source) {
        return new Assembler(AssemblerOptions.standard()).assemble(List.of(new Source(name, source)));
    }

    /**
     * Assembles sources into one program. A symbol that one declares {@code .globl} is known to all.
     *
     * @throws AssemblyException if a source is wrong; it has all that was found
     */
    public Program assemble(List<Source> sources) {
        var builder = new ProgramBuilder(options);
        for (Source source : sources) {
            builder.add(source);
        }
        var layout = new Layout(builder);
        var linker = new Linker(builder);
        linker.link(layout);
        builder.complaints().throwIfAny();
        builder.complaints().collect(layout::settle);
        builder.complaints().throwIfAny();
        return program(builder, layout, linker);
    }

    private Program program(ProgramBuilder builder, Layout layout, Linker linker) {
        Complaints complaints = builder.complaints();
        var sections = new ArrayList<Program.Section>();
        for (Section section : layout.sections()) {
            sections.add(finished(section, complaints));
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
                options.codeOptions().compressed());
    }

    private static Program.Section finished(Section section, Complaints complaints) {
        SectionKind kind = section.kind();
        if (kind.hasContents() && section.size() > Section.MAX_CONTENTS) {
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
            section = symbol.assigned() instanceof Expression.Reference reference
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
