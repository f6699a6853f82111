package dev.ravel.asm.statement;

import dev.ravel.asm.instruction.CodeOptions;
import dev.ravel.asm.instruction.Forms;
import dev.ravel.asm.layout.Bytes;
import dev.ravel.asm.layout.Fragment;
import dev.ravel.asm.layout.HighParts;
import dev.ravel.asm.layout.Place;
import dev.ravel.asm.layout.ProgramBuilder;
import dev.ravel.asm.layout.Reference;
import dev.ravel.asm.layout.RelaxedJump;
import dev.ravel.asm.layout.Section;
import dev.ravel.asm.layout.Symbol;
import dev.ravel.asm.layout.SymbolTable;
import dev.ravel.asm.program.Source;
import dev.ravel.asm.program.SourceLocation;
import dev.ravel.asm.source.Complaints;
import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.Expression.Constant;
import dev.ravel.asm.source.ExpressionParser;
import dev.ravel.asm.source.Lexer;
import dev.ravel.asm.source.Line;
import dev.ravel.asm.source.Macro;
import dev.ravel.asm.source.Nearest;
import dev.ravel.asm.source.SourceError;
import dev.ravel.asm.source.StatementReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Carries out the statements of one source. */
public final class SourceAssembler implements ExpressionParser.Names {
    private static final SourceLocation PREDEFINED = new SourceLocation("(predefined)", 1, 1);

    private final ProgramBuilder program;
    private final SymbolTable symbols;
    private final StatementReader reader = new StatementReader();
    private final Map<String, Macro> macros = new HashMap<>();
    private final ExpressionParser expressions = new ExpressionParser(this);
    private final InstructionAssembler instructions = new InstructionAssembler(this, expressions);
    private final Directives directives = new Directives(this, expressions);
    private final Deque<CodeOptions> savedOptions = new ArrayDeque<>();

    private CodeOptions options;
    private Section section;
    private Line line = Line.of("", ".").getFirst();
    private int expansions;

    public SourceAssembler(ProgramBuilder program) {
        this.program = program;
        this.symbols = program.beginSource();
        this.options = CodeOptions.standard()
                .withCompressed(program.options().compressed())
                .withRelaxed(program.options().relaxed());
        this.section = program.section(".text");
        program.options()
                .definitions()
                .forEach((name, value) ->
                        symbols.declare(name, PREDEFINED).assign(new Constant(value), true, PREDEFINED));
    }

    public void assemble(Source source) {
        Complaints complaints = program.complaints();
        complaints.collect(() -> {
            List<Line> lines = Line.of(source.name(), source.text());
            if (!lines.isEmpty()) {
                reader.push(lines, 1, lines.getFirst());
            }
        });
        while (reader.hasNext() && !complaints.isFull()) {
            try {
                line = reader.next();
                symbols.beginStatement();
                statement();
            } catch (SourceError e) {
                symbols.forgetStatement();
                complaints.add(e.diagnostic());
            }
        }
        reader.checkClosed(complaints);
        for (Symbol missing : symbols.missing()) {
            complaints.add(missing.complaint("no label `" + missing.name().replace("f", ":") + "` after this"));
        }
    }

    private void statement() {
        if (reader.isSkipping() && !directives.isConditional(StatementReader.firstWord(line.text()))) {
            return;
        }
        Lexer lexer = new Lexer(line);
        while (true) {
            if (lexer.kind() == Lexer.Kind.NAME && lexer.touches(':')) {
                defineLabel(lexer);
            } else if (lexer.kind() == Lexer.Kind.NUMBER && lexer.touches(':')) {
                symbols.defineLocal(lexer.value(), section, line.location(lexer.start()));
                section.markUsed();
            } else {
                break;
            }
            lexer.advance();
            lexer.advance();
        }
        if (lexer.atEnd()) {
            return;
        }
        if (!lexer.atName()) {
            throw lexer.error("expected a label, directive or instruction, found " + lexer.describe());
        }
        Macro macro = macros.get(lexer.text());
        if (macro != null) {
            reader.pushMacro(macro.expand(line, lexer.end(), expansions++), line);
        } else if (isAssignment(lexer)) {
            directives.assign(lexer);
        } else if (lexer.text().charAt(0) == '.') {
            directives.carryOut(lexer);
        } else {
            instructions.assemble(lexer);
        }
    }

    private static boolean isAssignment(Lexer lexer) {
        char[] text = lexer.line().characters();
        int i = lexer.end();
        while (i < text.length && Lexer.isBlank(text[i])) {
            i++;
        }
        return i < text.length && text[i] == '=';
    }

    private void defineLabel(Lexer lexer) {
        Symbol symbol = symbols.declare(lexer.text(), lexer);
        if (symbol.isDefined()) {
            throw lexer.error("`" + symbol.name() + "` is already defined at " + symbol.location());
        }
        symbol.define(section.open(), section.open().length(), line.location(lexer.start()));
        section.markUsed();
    }

    @Override
    public Expression localLabel(Lexer lexer) {
        return new Reference(symbols.localReference(lexer));
    }

    @Override
    public Expression symbol(Lexer lexer) {
        String name = lexer.text();
        if (name.equals(".")) {
            Bytes here = section.open();
            return new Place(here, here.length());
        }
        Symbol symbol = symbols.mention(name, lexer);
        if (symbol.state() == Symbol.State.ASSIGNED) {
            // A later .set must not change what was meant here.
            return symbol.assigned();
        }
        return new Reference(symbol);
    }

    ProgramBuilder program() {
        return program;
    }

    SymbolTable symbols() {
        return symbols;
    }

    StatementReader reader() {
        return reader;
    }

    Map<String, Macro> macros() {
        return macros;
    }

    Section section() {
        return section;
    }

    void section(Section newSection) {
        section = newSection;
    }

    HighParts highParts() {
        return program.highParts();
    }

    Line line() {
        return line;
    }

    CodeOptions options() {
        return options;
    }

    void options(CodeOptions newOptions) {
        options = newOptions;
    }

    void saveOptions() {
        savedOptions.push(options);
    }

    /** Goes back to the options saved last; whether there were any. */
    boolean restoreOptions() {
        if (savedOptions.isEmpty()) {
            return false;
        }
        options = savedOptions.pop();
        return true;
    }

    String unknown(String mnemonic) {
        return "unknown instruction `" + mnemonic + "`"
                + Nearest.suggestion(mnemonic, Forms.RV64.mnemonics(), Sequences.mnemonics(), macros.keySet());
    }

    /** Puts an instruction at the end of the section. */
    void emitCode(int bits, int length) {
        beginCode(section.open(), section.open().length());
        section.open(true, length, line).add(bits, length);
    }

    /** Puts an instruction that the layout completes at the end of the section. */
    void emitCode(Bytes.Fixup fixup, int length) {
        beginCode(section.open(), section.open().length());
        section.open(true, length, line).add(fixup, length);
    }

    /** Puts a jump at the end of the section. */
    void emitJump(RelaxedJump jump) {
        emitFragment(jump);
    }

    /** Puts code of variable size at the end of the section. */
    void emitFragment(Fragment fragment) {
        beginCode(fragment, 0);
        section.mark(true);
        section.add(fragment);
    }

    private void beginCode(Fragment fragment, long offset) {
        if (!section.kind().hasContents()) {
            throw line.error("section `" + section.name() + "` holds no contents, and so no instructions");
        }
        section.align(options.compressed() ? 2 : 4);
        program.beginCode(fragment, offset, line);
    }
}
