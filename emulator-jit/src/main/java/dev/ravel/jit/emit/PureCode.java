package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.fp.FloatStatus;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Semantics;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Instructions that compute a register from registers: the method that gives the meaning, repeated here or called. */
final class PureCode {
    private final UnitContext context;
    private final Emission code;
    private final FloatCode floats;
    private final FastFloat fast;
    private final DivisionCode division;

    PureCode(UnitContext context, FloatCode floats) {
        this.context = context;
        this.code = context.code;
        this.floats = floats;
        this.fast = new FastFloat(context, floats);
        this.division = new DivisionCode(context);
    }

    void emit(Semantics semantics, Decoded d) {
        MethodType type = semantics.type();
        boolean status = type.parameterCount() > 0 && type.parameterType(0) == FloatStatus.class;
        boolean rounds = type.parameterCount() > 0 && type.lastParameterType() == int.class;
        boolean toFloat = isFloat(d.instruction(), Operand.Role.RD);
        if (d.roundingMode() == 5 || d.roundingMode() == 6) {
            context.stopHere();
            return;
        }
        if (d.instruction().usesFloat()) {
            floats.requireEnabled();
        }
        if (rounds && d.roundingMode() == FloatStatus.DYN) {
            floats.requireRounding();
        }
        if (!toFloat && d.rd() == 0 && !status) {
            return;
        }
        if (!toFloat && context.isNarrow(d.rd()) && words(d)) {
            return;
        }
        if (!toFloat && division.emit(d)) {
            return;
        }
        List<Runnable> parameters = parameters(d, status, rounds);
        if (d.instruction().usesFloat() && fast.emit(d, () -> call(semantics, parameters))) {
            return;
        }
        Optional<InlinedMethod> body = InlinedMethod.ofValue(semantics);
        if (body.isPresent()) {
            body.get().emitValue(code.visitor(), i -> parameters.get(i).run());
        } else {
            call(semantics, parameters);
        }
        context.set(toFloat, d.rd());
    }

    private void call(Semantics semantics, List<Runnable> parameters) {
        parameters.forEach(Runnable::run);
        code.call(semantics, semantics.type());
    }

    /**
     * Writes an instruction whose result is narrow as one on 32 bits, if it is the same on 32 bits; false if it is not.
     * HotSpot would have the longer way round in its loops' variables.
     */
    private boolean words(Decoded d) {
        int opcode = switch (d.instruction().mnemonic()) {
            case "addw", "addiw" -> IADD;
            case "subw" -> ISUB;
            case "mulw" -> IMUL;
            case "sllw", "slliw" -> ISHL;
            case "srlw", "srliw" -> IUSHR;
            case "sraw", "sraiw" -> ISHR;
            // The result being narrow, so are the operands, or one of them is 0.
            case "add", "addi" -> IADD;
            case "and", "andi" -> IAND;
            case "or", "ori" -> IOR;
            case "xor", "xori" -> IXOR;
            default -> NOP;
        };
        if (opcode == NOP) {
            return false;
        }
        boolean immediate = d.instruction().operands().stream().anyMatch(operand -> operand.role() == Operand.Role.IMM);
        context.pushWord(d.rs1());
        if (!immediate) {
            context.pushWord(d.rs2());
            code.insn(opcode);
        } else if (d.imm() != 0 || opcode == IAND) {
            code.ldc((int) d.imm());
            code.insn(opcode);
        }
        context.registers.setWord(d.rd());
        return true;
    }

    private List<Runnable> parameters(Decoded d, boolean status, boolean rounds) {
        List<Runnable> parameters = new ArrayList<>();
        if (status) {
            parameters.add(floats::pushStatus);
        }
        for (Operand operand : d.instruction().operands()) {
            boolean isFloat = operand.kind() == Operand.Kind.F_REGISTER;
            switch (operand.role()) {
                case RS1 -> parameters.add(() -> context.push(isFloat, d.rs1()));
                case RS2 -> parameters.add(() -> context.push(isFloat, d.rs2()));
                case RS3 -> parameters.add(() -> context.push(isFloat, d.rs3()));
                case IMM -> parameters.add(() -> code.ldc(d.imm()));
                default -> {}
            }
        }
        if (rounds) {
            parameters.add(() -> floats.pushRounding(d.roundingMode()));
        }
        return parameters;
    }

    /** Whether the operand in that role is a floating-point register. */
    static boolean isFloat(Instruction instruction, Operand.Role role) {
        for (Operand operand : instruction.operands()) {
            if (operand.role() == role) {
                return operand.kind() == Operand.Kind.F_REGISTER;
            }
        }
        return false;
    }
}
