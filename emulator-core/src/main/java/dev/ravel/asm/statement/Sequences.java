package dev.ravel.asm.statement;

import dev.ravel.asm.instruction.Form.Compression;
import dev.ravel.asm.instruction.Forms;
import dev.ravel.asm.instruction.InstructionEncoder;
import dev.ravel.asm.layout.Bytes;
import dev.ravel.asm.layout.Place;
import dev.ravel.asm.layout.RelaxedJump;
import dev.ravel.asm.layout.RelaxedJump.Encoding;
import dev.ravel.asm.layout.RelaxedJump.Far;
import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.Lexer;
import dev.ravel.asm.source.Line;
import dev.ravel.asm.source.Value;
import dev.ravel.asm.statement.ParsedOperand.Part;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operand.Role;
import dev.ravel.isa.Operation;
import dev.ravel.isa.RegisterNames;
import java.util.ArrayList;
import java.util.List;

/** The pseudo-instructions that stand for more than one instruction. */
final class Sequences {
    private static final int ZERO = 0;
    private static final int RA = 1;
    private static final int T1 = 6;

    private final SourceAssembler source;
    private final InstructionAssembler instructions;
    private final OperandReader operands;
    private final Instruction auipc = Forms.RV64.instruction("auipc");
    private final Instruction addi = Forms.RV64.instruction("addi");
    private final Instruction jalr = Forms.RV64.instruction("jalr");
    private final Instruction slli = Forms.RV64.instruction("slli");
    private final Operand upperImmediate = InstructionEncoder.operand(auipc, Role.IMM);

    Sequences(SourceAssembler source, InstructionAssembler instructions, OperandReader operands) {
        this.source = source;
        this.instructions = instructions;
        this.operands = operands;
    }

    /** The mnemonics that {@link #assemble} knows, for suggestions. */
    static List<String> mnemonics() {
        return List.of("li", "la", "lla", "lga", "call", "tail", "jump", "unimp", "c.unimp");
    }

    /** Assembles the statement if its mnemonic is one of these; the lexer stands behind that. */
    boolean assemble(String mnemonic, Lexer lexer) {
        switch (mnemonic) {
            case "li" -> loadImmediate(lexer);
            case "la", "lla", "lga" -> loadAddress(lexer);
            case "call" -> call(lexer);
            case "tail" -> tail(lexer);
            case "jump" -> jump(lexer);
            case "sext.b" -> {
                return extend(Extension.ZBB, "srai", Long.SIZE - Byte.SIZE, lexer);
            }
            case "sext.h" -> {
                return extend(Extension.ZBB, "srai", Long.SIZE - Short.SIZE, lexer);
            }
            case "zext.h" -> {
                return extend(Extension.ZBB, "srli", Long.SIZE - Short.SIZE, lexer);
            }
            case "zext.w" -> {
                return extend(Extension.ZBA, "srli", Long.SIZE - Integer.SIZE, lexer);
            }
            case "unimp" -> {
                // Sixteen zeros are defined to be illegal, and shorter than a write to a read-only CSR.
                return source.options().compressed() && illegal(lexer);
            }
            case "c.unimp" -> {
                if (!source.options().compressed()) {
                    throw lexer.error("`c.unimp` needs `.option rvc`");
                }
                illegal(lexer);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean illegal(Lexer lexer) {
        lexer.expectEnd();
        source.emitCode(0, 2);
        return true;
    }

    private void loadImmediate(Lexer lexer) {
        int rd = register(lexer);
        int start = lexer.start();
        Expression expression = operands.expression(lexer, "a number");
        lexer.expectEnd();
        Value value = expression.early();
        if (value.isAbsolute()) {
            instructions.loadImmediate(rd, value.number());
        } else if (value.isKnown()) {
            throw lexer.error(start, "`li` takes a number; use `la` for an address");
        } else {
            source.emitFragment(new LoadImmediate.Late(rd, expression, instructions, source.options()));
        }
    }

    private void loadAddress(Lexer lexer) {
        int rd = register(lexer);
        int start = lexer.start();
        Expression expression = operands.expression(lexer, "a symbol");
        lexer.expectEnd();
        Value value = expression.early();
        if (value.isAbsolute()) {
            instructions.loadImmediate(rd, value.number());
        } else {
            pair(rd, addi, addi.encode(rd, rd, 0), expression, lexer.line(), start);
        }
    }

    /** {@code auipc} into {@code base}, then an instruction with the low part of the distance. */
    private void pair(int base, Instruction second, int bits, Expression target, Line line, int index) {
        Bytes here = source.section().open();
        var place = new Place(here, here.length());
        instructions.emit(
                auipc,
                auipc.encode(base, 0),
                upperImmediate,
                new ParsedOperand(0, Part.DISTANCE_HIGH, target, index),
                line);
        instructions.emit(
                second,
                bits,
                InstructionEncoder.operand(second, Role.IMM),
                new ParsedOperand(0, Part.DISTANCE_LOW, place, index),
                line);
    }

    private void call(Lexer lexer) {
        if (lexer.atName() && RegisterNames.xNumber(lexer.text()).isPresent()) {
            go(register(lexer), T1, lexer);
        } else {
            go(RA, RA, lexer);
        }
    }

    private void tail(Lexer lexer) {
        go(ZERO, T1, lexer);
    }

    /** {@code jump target, temporary}. */
    private void jump(Lexer lexer) {
        int start = lexer.start();
        Expression target = operands.expression(lexer, "a symbol");
        lexer.expect(',', "`,` and a register for the address");
        int temporary = operands.integerRegister(lexer);
        lexer.expectEnd();
        go(ZERO, temporary, target, lexer.line(), start);
    }

    private void go(int link, int temporary, Lexer lexer) {
        int start = lexer.start();
        Expression target = operands.expression(lexer, "a symbol");
        lexer.expectEnd();
        go(link, temporary, target, lexer.line(), start);
    }

    private void go(int link, int temporary, Expression target, Line line, int index) {
        if (!source.options().relaxed()) {
            pair(temporary, jalr, jalr.encode(link, 0, temporary), target, line, index);
            return;
        }
        var encodings = new ArrayList<Encoding>(3);
        var direct = instructions.jal(link);
        instructions.compressed(direct).ifPresent(encodings::add);
        encodings.add(direct);
        encodings.add(new Far(
                auipc.encode(temporary, 0),
                upperImmediate,
                jalr.encode(link, 0, temporary),
                InstructionEncoder.operand(jalr, Role.IMM)));
        source.emitJump(new RelaxedJump(encodings, target, line, index));
    }

    /** Sign or zero extension by two shifts, where the instruction for it is not available. */
    private boolean extend(Extension extension, String shift, int distance, Lexer lexer) {
        if (source.options().extensions().contains(extension)) {
            return false;
        }
        int rd = register(lexer);
        int rs = operands.integerRegister(lexer);
        lexer.expectEnd();
        Instruction right = Forms.RV64.instruction(shift);
        instructions.emit(slli, slli.encode(rd, rs, distance), Compression.ANY);
        instructions.emit(right, right.encode(rd, rd, distance), Compression.ANY);
        return true;
    }

    /** A register and a comma. */
    private int register(Lexer lexer) {
        int number = operands.integerRegister(lexer);
        lexer.expect(',', "`,`");
        return number;
    }

    /** {@code lw rd, symbol}, {@code sw rs, symbol, temporary} and their like, if {@code access} is a load or store. */
    boolean accessSymbol(Instruction access, Lexer lexer) {
        boolean load = access.operation() instanceof Operation.Load;
        if (!load && !(access.operation() instanceof Operation.Store) || access.length() == 2) {
            return false;
        }
        Operand data = access.operands().getFirst();
        boolean integer = data.kind() == Operand.Kind.X_REGISTER;
        long value = integer ? operands.integerRegister(lexer) : operands.floatRegister(lexer);
        lexer.expect(',', "`,`");
        int start = lexer.start();
        Expression target = operands.expression(lexer, "a symbol");
        int temporary = (int) value;
        if (!load || !integer) {
            lexer.expect(',', "`(`, or `,` and a register for the address");
            temporary = operands.integerRegister(lexer);
        }
        lexer.expectEnd();
        pair(temporary, access, access.encode(value, 0, temporary), target, lexer.line(), start);
        return true;
    }
}
