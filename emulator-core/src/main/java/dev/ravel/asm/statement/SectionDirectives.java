package dev.ravel.asm.statement;

import dev.ravel.asm.instruction.InstructionEncoder;
import dev.ravel.asm.layout.Padding;
import dev.ravel.asm.layout.Section;
import dev.ravel.asm.layout.SectionKind;
import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.ExpressionParser;
import dev.ravel.asm.source.Lexer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Directives that choose a section or the place in it. */
final class SectionDirectives {
    static final List<String> NAMES = List.of(
            ".text",
            ".data",
            ".rodata",
            ".bss",
            ".section",
            ".pushsection",
            ".popsection",
            ".previous",
            ".align",
            ".p2align",
            ".p2alignw",
            ".p2alignl",
            ".balign",
            ".balignw",
            ".balignl",
            ".org");

    private static final int MOST_ALIGNMENT_BITS = 24;

    private final SourceAssembler source;
    private final ExpressionParser expressions;
    private final Deque<Section[]> saved = new ArrayDeque<>();
    private Optional<Section> previous = Optional.empty();

    SectionDirectives(SourceAssembler source, ExpressionParser expressions) {
        this.source = source;
        this.expressions = expressions;
    }

    /** Carries out a directive whose operands begin at the lexer's position; whether it is one of these. */
    boolean carryOut(String directive, Lexer lexer) {
        switch (directive) {
            case ".text", ".data", ".bss", ".rodata" -> standard(directive, lexer);
            case ".section" -> change(named(lexer));
            case ".pushsection" -> {
                Section[] both = {source.section(), previous.orElse(source.section())};
                change(named(lexer));
                saved.push(both);
            }
            case ".popsection" -> pop(lexer);
            case ".previous" -> {
                lexer.expectEnd();
                change(previous.orElseThrow(() -> lexer.line().error("`.previous` without a section before")));
            }
            case ".align", ".p2align" -> align(true, 1, lexer);
            case ".p2alignw" -> align(true, 2, lexer);
            case ".p2alignl" -> align(true, 4, lexer);
            case ".balign" -> align(false, 1, lexer);
            case ".balignw" -> align(false, 2, lexer);
            case ".balignl" -> align(false, 4, lexer);
            case ".org" -> origin(lexer);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void change(Section section) {
        previous = Optional.of(source.section());
        source.section(section);
    }

    private void standard(String name, Lexer lexer) {
        int start = lexer.start();
        if (!lexer.atEnd() && expressions.parseConstant(lexer, "the subsection") != 0) {
            throw lexer.error(start, "there are no subsections: use a section of another name");
        }
        lexer.expectEnd();
        change(source.program().section(name));
    }

    private void pop(Lexer lexer) {
        lexer.expectEnd();
        if (saved.isEmpty()) {
            throw lexer.line().error("`.popsection` without `.pushsection`");
        }
        Section[] both = saved.pop();
        source.section(both[0]);
        previous = Optional.of(both[1]);
    }

    /** {@code name, "flags", @type}. */
    private Section named(Lexer lexer) {
        int start = lexer.start();
        String name;
        if (lexer.kind() == Lexer.Kind.STRING) {
            name = Directives.utf8(lexer.text());
            lexer.advance();
        } else {
            var words = new StringBuilder(lexer.name("the name of a section"));
            while (lexer.at('-')) {
                // Names such as .note.GNU-stack.
                lexer.advance();
                words.append('-').append(lexer.name("the rest of the name"));
            }
            name = words.toString();
        }
        if (name.isEmpty()) {
            throw lexer.error(start, "expected the name of a section");
        }
        boolean known = source.program().hasSection(name);
        if (!lexer.take(',')) {
            lexer.expectEnd();
            return source.program().section(name);
        }
        SectionKind kind = kind(name, lexer);
        Section section = source.program().section(name);
        if (known && section.isUsed() && !section.kind().equals(kind)) {
            throw lexer.error(start, "section `" + name + "` already has other flags or another type");
        }
        section.kind(kind);
        return section;
    }

    private SectionKind kind(String name, Lexer lexer) {
        if (lexer.kind() != Lexer.Kind.STRING) {
            throw lexer.error("expected the flags in quotes, found " + lexer.describe());
        }
        String flags = lexer.text();
        for (int i = 0; i < flags.length(); i++) {
            if ("awxMSGoe?".indexOf(flags.charAt(i)) < 0) {
                throw lexer.error("unknown section flag `" + flags.charAt(i) + "`");
            }
        }
        lexer.advance();
        boolean contents = SectionKind.byName(name).hasContents();
        if (lexer.take(',')) {
            if (!lexer.take('@')) {
                lexer.expect('%', "`@`");
            }
            int start = lexer.start();
            String type = lexer.name("the type of the section");
            contents = switch (type) {
                case "nobits" -> false;
                case "progbits", "note", "init_array", "fini_array", "preinit_array" -> true;
                default -> throw lexer.error(start, "expected @progbits or @nobits, found `@" + type + "`");
            };
            // Merging and grouping need sizes and names; nothing is merged here.
            while (lexer.take(',')) {
                if (lexer.atName()) {
                    lexer.advance();
                } else {
                    expressions.parseConstant(lexer, "the entry size");
                }
            }
        }
        lexer.expectEnd();
        return new SectionKind(flags.indexOf('a') >= 0, flags.indexOf('w') >= 0, flags.indexOf('x') >= 0, contents);
    }

    private void align(boolean power, int fillSize, Lexer lexer) {
        int start = lexer.start();
        long amount = expressions.parseConstant(lexer, "the alignment");
        if (power ? amount < 0 || amount > MOST_ALIGNMENT_BITS : amount < 0 || amount > 1L << MOST_ALIGNMENT_BITS) {
            throw lexer.error(start, "alignment " + amount + " is out of range");
        }
        long alignment = power ? 1L << amount : Math.max(amount, 1);
        if (Long.bitCount(alignment) != 1) {
            throw lexer.error(start, "alignment " + amount + " is not a power of two");
        }
        OptionalLong fill = OptionalLong.empty();
        long most = Long.MAX_VALUE;
        if (lexer.take(',')) {
            if (!lexer.at(',') && !lexer.atEnd()) {
                fill = OptionalLong.of(expressions.parseConstant(lexer, "the fill value"));
            }
            if (lexer.take(',')) {
                most = expressions.parseConstant(lexer, "the greatest gap");
            }
        }
        lexer.expectEnd();
        Section section = source.section();
        boolean code = section.kind().executable() && fill.isEmpty();
        section.align(alignment);
        if (alignment > 1) {
            section.mark(code);
            section.add(new Padding.Align(
                    alignment,
                    most <= 0 ? Long.MAX_VALUE : most,
                    fill,
                    fillSize,
                    code ? Optional.of(InstructionEncoder.INSTANCE) : Optional.empty()));
        }
    }

    private void origin(Lexer lexer) {
        int start = lexer.start();
        Expression target = expressions.parse(lexer);
        long fill = 0;
        if (lexer.take(',')) {
            fill = expressions.parseConstant(lexer, "the fill value");
        }
        lexer.expectEnd();
        Section section = source.section();
        section.mark(false);
        section.add(new Padding.Org(target, section.origin(), (byte) fill, lexer.line(), start));
    }
}
