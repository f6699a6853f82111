package dev.ravel.asm.statement;

import dev.ravel.asm.source.ExpressionParser;
import dev.ravel.asm.source.Lexer;
import dev.ravel.asm.source.Line;
import dev.ravel.asm.source.Macro;
import dev.ravel.asm.source.Nearest;
import dev.ravel.asm.source.StatementReader;
import dev.ravel.asm.source.Substitution;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Carries out directives: it does those on the text of the source itself, and passes the others on. */
final class Directives {
    private static final Set<String> REPETITIONS = Set.of(".rept", ".rep", ".irp", ".irpc");
    private static final long MOST_REPETITIONS = 1_000_000;

    /** They tell other tools something that has no meaning here. */
    private static final Set<String> IGNORED = Set.of(
            ".file",
            ".loc",
            ".ident",
            ".attribute",
            ".addrsig",
            ".addrsig_sym",
            ".cfi_startproc",
            ".cfi_endproc",
            ".cfi_sections",
            ".cfi_def_cfa",
            ".cfi_def_cfa_offset",
            ".cfi_def_cfa_register",
            ".cfi_adjust_cfa_offset",
            ".cfi_offset",
            ".cfi_rel_offset",
            ".cfi_restore",
            ".cfi_remember_state",
            ".cfi_restore_state",
            ".cfi_undefined",
            ".cfi_same_value",
            ".cfi_return_column",
            ".cfi_signal_frame",
            ".cfi_personality",
            ".cfi_lsda",
            ".cfi_escape",
            ".cfi_register",
            ".cfi_window_save",
            ".cfi_val_offset");

    private static final List<String> OWN = List.of(
            ".macro",
            ".endm",
            ".endmacro",
            ".exitm",
            ".purgem",
            ".rept",
            ".irp",
            ".irpc",
            ".endr",
            ".if",
            ".ifdef",
            ".ifndef",
            ".else",
            ".elseif",
            ".endif",
            ".include",
            ".end",
            ".error",
            ".warning",
            ".print",
            ".option");

    private final SourceAssembler source;
    private final ExpressionParser expressions;
    private final Conditionals conditionals;
    private final DataDirectives data;
    private final SectionDirectives sections;
    private final SymbolDirectives symbols;

    Directives(SourceAssembler source, ExpressionParser expressions) {
        this.source = source;
        this.expressions = expressions;
        this.conditionals = new Conditionals(source, expressions);
        this.data = new DataDirectives(source, expressions);
        this.sections = new SectionDirectives(source, expressions);
        this.symbols = new SymbolDirectives(source, expressions);
    }

    /** Whether a directive has to be looked at although the statements around it are excluded. */
    boolean isConditional(String directive) {
        return conditionals.knows(directive);
    }

    /** {@code symbol = expression}. */
    void assign(Lexer lexer) {
        symbols.assignWithSign(lexer);
    }

    /** Carries out the statement whose directive is the lexer's current token. */
    void carryOut(Lexer lexer) {
        String directive = StatementReader.lowerCase(lexer.text());
        if (conditionals.knows(directive)) {
            conditionals.carryOut(directive, lexer);
            return;
        }
        int start = lexer.start();
        Line line = lexer.line();
        switch (directive) {
            case ".macro" -> define(lexer);
            case ".irp", ".irpc" -> repeatOver(directive, lexer);
            case ".rept", ".rep" -> repeat(lexer);
            case ".endm", ".endmacro" -> throw lexer.error("`" + directive + "` without `.macro`");
            case ".endr" -> throw lexer.error("`.endr` without `.rept`, `.irp` or `.irpc`");
            case ".exitm" -> source.reader().exitMacro(line);
            case ".purgem" -> purge(lexer);
            case ".include" -> include(lexer);
            case ".end" -> source.reader().stop();
            case ".error" -> throw lexer.error(start, ".error: " + message(lexer));
            case ".err" -> throw lexer.error("`.err` found");
            // There is nowhere to print to: what matters is an .error.
            case ".warning", ".print" -> message(lexer);
            case ".option" -> {
                lexer.advance();
                OptionDirective.carryOut(source, lexer);
            }
            default -> {
                if (IGNORED.contains(directive)) {
                    return;
                }
                lexer.advance();
                if (!data.carryOut(directive, lexer)
                        && !sections.carryOut(directive, lexer)
                        && !symbols.carryOut(directive, lexer)) {
                    throw lexer.error(start, "unknown directive `" + directive + "`" + suggestion(directive));
                }
            }
        }
    }

    private static String suggestion(String directive) {
        return Nearest.suggestion(
                directive, OWN, DataDirectives.NAMES, SectionDirectives.NAMES, SymbolDirectives.NAMES);
    }

    private void define(Lexer lexer) {
        Line line = lexer.line();
        String text = line.text();
        int i = lexer.end();
        while (i < text.length() && (Lexer.isBlank(text.charAt(i)) || text.charAt(i) == ',')) {
            i++;
        }
        int start = i;
        while (i < text.length() && Lexer.isNamePart(text.charAt(i))) {
            i++;
        }
        String name = text.substring(start, i);
        List<Line> body = source.reader().block(line, Set.of(".macro"), Set.of(".endm", ".endmacro"));
        if (name.isEmpty() || !Lexer.isNameStart(name.charAt(0))) {
            throw line.error(start, "expected the name of the macro");
        }
        if (source.macros().containsKey(name)) {
            throw line.error(start, "macro `" + name + "` is already defined");
        }
        source.macros().put(name, new Macro(name, Macro.parameters(line, i), body));
    }

    private void purge(Lexer lexer) {
        lexer.advance();
        int start = lexer.start();
        String name = lexer.name("the name of a macro");
        lexer.expectEnd();
        if (source.macros().remove(name) == null) {
            throw lexer.error(start, "there is no macro `" + name + "`");
        }
    }

    private List<Line> repeatedLines(Line line) {
        return source.reader().block(line, REPETITIONS, Set.of(".endr"));
    }

    private void repeat(Lexer lexer) {
        List<Line> body = repeatedLines(lexer.line());
        lexer.advance();
        int start = lexer.start();
        long times = expressions.parseConstant(lexer, "the number of repetitions");
        lexer.expectEnd();
        if (times < 0 || times > MOST_REPETITIONS) {
            throw lexer.error(start, "cannot repeat " + times + " times: expected 0 to " + MOST_REPETITIONS);
        }
        if (!body.isEmpty()) {
            source.reader().push(body, (int) times, lexer.line());
        }
    }

    /** {@code .irp name, values} and {@code .irpc name, characters}. */
    private void repeatOver(String directive, Lexer lexer) {
        Line line = lexer.line();
        List<Line> body = repeatedLines(line);
        lexer.advance();
        String name = lexer.name("the name of the parameter");
        int rest = lexer.at(',') ? lexer.end() : lexer.start();
        var values = new ArrayList<String>();
        if (directive.equals(".irp")) {
            for (Macro.Argument argument : Macro.arguments(line.text(), rest)) {
                values.add(Macro.unquoted(argument.text()));
            }
        } else {
            String characters = Macro.unquoted(
                    line.text().substring(Math.min(rest, line.text().length())).strip());
            for (int i = 0; i < characters.length(); i++) {
                values.add(characters.substring(i, i + 1));
            }
        }
        if (values.isEmpty()) {
            // GNU as goes through the body once, with nothing for the parameter.
            values.add("");
        }
        var lines = new ArrayList<Line>(body.size() * values.size());
        for (String value : values) {
            lines.addAll(new Substitution(Map.of(name, value), "", line.origin()).apply(body));
        }
        if (!lines.isEmpty()) {
            source.reader().push(lines, 1, line);
        }
    }

    private void include(Lexer lexer) {
        Line line = lexer.line();
        lexer.advance();
        String name = utf8(lexer.text());
        byte[] contents = file(source, lexer);
        lexer.expectEnd();
        List<Line> lines = Line.of(name, new String(contents, StandardCharsets.UTF_8));
        if (!lines.isEmpty()) {
            source.reader().push(lines, 1, line);
        }
    }

    /** The file that the string at the lexer's position names; the lexer moves behind it. */
    static byte[] file(SourceAssembler source, Lexer lexer) {
        if (lexer.kind() != Lexer.Kind.STRING) {
            throw lexer.error("expected the name of a file in quotes, found " + lexer.describe());
        }
        String name = utf8(lexer.text());
        Optional<byte[]> contents;
        try {
            contents = source.program()
                    .options()
                    .resolver()
                    .resolve(name, lexer.line().file());
        } catch (UncheckedIOException e) {
            throw lexer.error("cannot read `" + name + "`: "
                    + Objects.requireNonNull(e.getCause()).getMessage());
        }
        byte[] found = contents.orElseThrow(() -> lexer.error("there is no file `" + name + "`"));
        lexer.advance();
        return found;
    }

    /** The text of a string token, whose characters are bytes. */
    static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String message(Lexer lexer) {
        lexer.advance();
        if (lexer.atEnd()) {
            return "reached";
        }
        if (lexer.kind() != Lexer.Kind.STRING) {
            throw lexer.error("expected a string, found " + lexer.describe());
        }
        return utf8(lexer.text());
    }
}
