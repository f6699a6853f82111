package dev.ravel.asm.statement;

import dev.ravel.asm.instruction.CodeOptions;
import dev.ravel.asm.instruction.Form;
import dev.ravel.asm.instruction.Form.Compression;
import dev.ravel.asm.instruction.Forms;
import dev.ravel.asm.instruction.InstructionEncoder;
import dev.ravel.asm.layout.Bytes;
import dev.ravel.asm.layout.RelaxedJump;
import dev.ravel.asm.layout.RelaxedJump.Compressed;
import dev.ravel.asm.layout.RelaxedJump.Direct;
import dev.ravel.asm.layout.RelaxedJump.Encoding;
import dev.ravel.asm.layout.RelaxedJump.Inverted;
import dev.ravel.asm.source.ExpressionParser;
import dev.ravel.asm.source.Lexer;
import dev.ravel.asm.source.Line;
import dev.ravel.asm.source.SourceError;
import dev.ravel.asm.source.StatementReader;
import dev.ravel.asm.statement.ParsedOperand.Part;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operand.Role;
import dev.ravel.isa.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Turns a statement with an instruction into bytes and fragments of the current section. */
final class InstructionAssembler {
    /** The ordering bits of atomic instructions (Unprivileged, 13.1), which stand outside their masks. */
    private static final int ACQUIRE = 1 << 26;

    private static final int RELEASE = 1 << 25;

    /** Takes encoded instructions. */
    @FunctionalInterface
    interface Output {
        void put(int bits, int length);
    }

    private final SourceAssembler source;
    private final Forms forms = Forms.RV64;
    private final InstructionEncoder encoder = InstructionEncoder.INSTANCE;
    private final OperandReader operands;
    private final LoadImmediate loadImmediate = new LoadImmediate(forms);
    private final Sequences sequences;

    InstructionAssembler(SourceAssembler source, ExpressionParser expressions) {
        this.source = source;
        this.operands = new OperandReader(expressions, source);
        this.sequences = new Sequences(source, this, operands);
    }

    /** Assembles the statement whose mnemonic is the lexer's current token. */
    void assemble(Lexer lexer) {
        String mnemonic = StatementReader.lowerCase(lexer.text());
        int start = lexer.start();
        int ordering = 0;
        List<Form> candidates = forms.of(mnemonic);
        if (candidates.isEmpty()) {
            ordering = ordering(mnemonic);
            if (ordering != 0) {
                candidates = atomic(mnemonic.substring(0, mnemonic.lastIndexOf('.')));
            }
        }
        lexer.advance();
        if (sequences.assemble(mnemonic, lexer)) {
            return;
        }
        if (candidates.isEmpty()) {
            throw lexer.error(start, source.unknown(mnemonic));
        }
        assemble(candidates, ordering, lexer, start);
    }

    private static int ordering(String mnemonic) {
        if (mnemonic.endsWith(".aqrl")) {
            return ACQUIRE | RELEASE;
        } else if (mnemonic.endsWith(".aq")) {
            return ACQUIRE;
        }
        return mnemonic.endsWith(".rl") ? RELEASE : 0;
    }

    private List<Form> atomic(String mnemonic) {
        List<Form> found = forms.of(mnemonic);
        Operation operation = found.isEmpty()
                ? new Operation.Illegal()
                : found.getFirst().base().operation();
        boolean atomic = operation instanceof Operation.Amo
                || operation instanceof Operation.CompareAndSwap
                || operation instanceof Operation.LoadReserved
                || operation instanceof Operation.StoreConditional;
        return atomic ? found : List.of();
    }

    /** Takes the first form that fits; if none does, complains about the one that got farthest. */
    private void assemble(List<Form> candidates, int ordering, Lexer lexer, int start) {
        int operandStart = lexer.start();
        Optional<SourceError> failure = Optional.empty();
        for (Form form : candidates) {
            try {
                if (failure.isPresent()) {
                    lexer.reset(operandStart);
                }
                List<ParsedOperand> written = operands.read(form, lexer);
                checkAllowed(form.base(), lexer, start);
                emit(form, written, ordering, lexer.line());
                return;
            } catch (SourceError e) {
                failure = Optional.of(farther(failure, e));
            }
        }
        try {
            lexer.reset(operandStart);
            if (sequences.accessSymbol(candidates.getFirst().base(), lexer)) {
                return;
            }
        } catch (SourceError e) {
            failure = Optional.of(farther(failure, e));
        }
        throw failure.orElseThrow();
    }

    private static SourceError farther(Optional<SourceError> known, SourceError other) {
        return known.filter(error -> column(error) >= column(other)).orElse(other);
    }

    private static int column(SourceError error) {
        return error.diagnostic().location().column();
    }

    void checkAllowed(Instruction instruction, Lexer lexer, int start) {
        CodeOptions options = source.options();
        if (!options.extensions().contains(instruction.extension())) {
            throw lexer.error(
                    start,
                    "`" + instruction + "` needs extension "
                            + instruction.extension().specName() + ", which .option arch has taken away");
        }
        if (instruction.length() == 2 && !options.compressed()) {
            throw lexer.error(start, "`" + instruction + "` needs `.option rvc`");
        }
    }

    private void emit(Form form, List<ParsedOperand> written, int ordering, Line line) {
        Instruction base = form.base();
        source.program().use(base.extension());
        int bits = base.match() | ordering;
        Optional<Operand> open = Optional.empty();
        ParsedOperand unknown = ParsedOperand.known(0, 0);
        for (int i = 0; i < base.operands().size(); i++) {
            Form.Argument argument = form.arguments().get(i);
            Operand operand = base.operands().get(i);
            if (argument.written() < 0) {
                bits = operand.insert(bits, argument.constant());
            } else if (written.get(argument.written()).isKnown()) {
                bits = operand.insert(bits, written.get(argument.written()).value());
            } else {
                open = Optional.of(operand);
                unknown = written.get(argument.written());
            }
        }
        if (open.isEmpty()) {
            emit(base, bits, form.compression());
        } else if (unknown.part() == Part.OFFSET) {
            jump(base, bits, open.get(), unknown, form.compression(), line);
        } else {
            emit(base, bits, open.get(), unknown, line);
        }
    }

    /** Emits a complete instruction, compressed if possible. */
    void emit(Instruction instruction, int bits, Compression compression) {
        encode(instruction, bits, compression, source.options(), source::emitCode);
    }

    private void encode(
            Instruction instruction, int bits, Compression compression, CodeOptions options, Output output) {
        if (instruction.length() == 2) {
            output.put(bits, 2);
            return;
        }
        OptionalInt compressed = encoder.compress(instruction, bits, compression, options);
        if (compressed.isPresent()) {
            output.put(compressed.getAsInt(), 2);
        } else {
            output.put(bits, 4);
        }
    }

    /** Emits an instruction with one operand still open. */
    void emit(Instruction instruction, int bits, Operand operand, ParsedOperand written, Line line) {
        if (written.part() == Part.DISTANCE_HIGH) {
            Bytes here = source.section().open();
            source.highParts().add(here, here.length(), written.expression());
        }
        source.emitCode(
                new InstructionFixup(instruction, bits, operand, written, line, source.highParts()),
                instruction.length());
    }

    /** The sequence of {@code li}, for the given output. */
    void loadImmediate(int rd, long value, CodeOptions options, Output output) {
        // GNU as takes no trouble to shorten what has no effect.
        Compression compression = rd == 0 ? Compression.NONE : Compression.ANY;
        loadImmediate.emit(rd, value, (instruction, bits) -> encode(instruction, bits, compression, options, output));
    }

    void loadImmediate(int rd, long value) {
        loadImmediate(rd, value, source.options(), source::emitCode);
    }

    private void jump(
            Instruction base, int bits, Operand offset, ParsedOperand target, Compression compression, Line line) {
        if (base.length() == 2) {
            // ParsedOperand compressed, it still grows if the target is too far away, as in GNU as.
            Instruction wide = base.expansion().orElseThrow().base();
            int wideBits = base.expansion().orElseThrow().expand(bits);
            jump(wide, wideBits, InstructionEncoder.operand(wide, Role.IMM), target, compression, line);
            return;
        }
        var encodings = new ArrayList<Encoding>(3);
        var direct = new Direct(base, bits, offset);
        if (compression != Compression.NONE) {
            compressed(direct).ifPresent(encodings::add);
        }
        encodings.add(direct);
        if (InstructionEncoder.isBranch(base)) {
            Instruction inverse = encoder.inverse(base);
            // Both branches have the same operands in the same places.
            int inverseBits = bits ^ base.match() ^ inverse.match();
            var opposite = new Direct(inverse, inverseBits, InstructionEncoder.operand(inverse, Role.IMM));
            encodings.add(new Inverted(compressed(opposite).orElse(opposite), jal(0)));
        }
        source.emitJump(new RelaxedJump(encodings, target.expression(), line, target.index()));
    }

    /** {@code jal} to a target that is still open. */
    Direct jal(int rd) {
        Instruction jal = forms.instruction("jal");
        return new Direct(jal, jal.encode(rd, 0), InstructionEncoder.operand(jal, Role.IMM));
    }

    /** The compressed form of a jump, if the options allow one. */
    Optional<Encoding> compressed(Direct direct) {
        return encoder.compressedJump(direct.instruction(), direct.bits(), source.options())
                .map(form -> new Compressed(form, InstructionEncoder.operand(form, Role.IMM), direct));
    }
}
