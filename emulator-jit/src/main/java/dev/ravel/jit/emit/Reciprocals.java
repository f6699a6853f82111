package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.jit.plan.Divisors;
import dev.ravel.jit.plan.Flow;
import dev.ravel.jit.plan.RegisterUse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** The local variables for the reciprocals of what loops divide by: {@code (2^64 - 1) / d}, rounded down, of {@code d} or of its magnitude; 0 if it is 0. */
final class Reciprocals {
    private final Emission code;
    private final Flow flow;
    private final RegisterVariables registers;

    /** By the register, and 32 more for what is divided by with a sign. */
    private final Map<Integer, Integer> variables = new HashMap<>();

    private final int end;

    /**
     * Variables from the number {@code first} on.
     *
     * @param locals the types of all variables so far, to which those of these are added
     */
    Reciprocals(Emission code, Flow flow, RegisterVariables registers, int first, List<Object> locals) {
        this.code = code;
        this.flow = flow;
        this.registers = registers;
        Divisors all = flow.divisors();
        int next = first;
        for (int key = 0; key < 64; key++) {
            long set = key < 32 ? all.unsigned() : all.signed();
            if ((set >>> (key & 31) & 1) != 0) {
                variables.put(key, next);
                next += 2;
                locals.add(Opcodes.LONG);
            }
        }
        end = next;
    }

    /** The number of the first variable behind these. */
    int end() {
        return end;
    }

    /** What each holds. */
    Map<Integer, String> names() {
        Map<Integer, String> names = new HashMap<>();
        variables.forEach((key, variable) -> names.put(variable, "1/" + RegisterUse.name(key & 31)));
        return names;
    }

    /** Where the unit is entered: gives all a value that nobody reads. */
    void clear() {
        variables.values().forEach(variable -> {
            code.insn(LCONST_0);
            code.var(LSTORE, variable);
        });
    }

    /** Whether the loop that the block is in has the reciprocal of that register. */
    boolean isKnown(int block, boolean signed, int register) {
        Divisors divisors = flow.divisors(block);
        return ((signed ? divisors.signed() : divisors.unsigned()) >>> register & 1) != 0;
    }

    /** The variable with the reciprocal of that register, or of its magnitude. */
    int variable(boolean signed, int register) {
        return variables.getOrDefault(signed ? 32 + register : register, -1);
    }

    /** Where the loop that the block is in is entered, its registers in their variables. */
    void compute(int block) {
        each(block, (signed, register) -> {
            Label zero = new Label();
            code.insn(LCONST_0);
            code.var(LSTORE, variable(signed, register));
            push(block, register);
            code.insn(LCONST_0);
            code.insn(LCMP);
            code.jump(IFEQ, zero);
            code.ldc(-1L);
            push(block, register);
            if (signed) {
                code.call(Math.class, "abs", "(J)J");
            }
            code.call(Long.class, "divideUnsigned", "(JJ)J");
            code.var(LSTORE, variable(signed, register));
            code.label(zero);
        });
    }

    private void push(int block, int register) {
        if ((flow.narrow(block).registers() >>> register & 1) != 0) {
            registers.pushWord(register);
            code.insn(I2L);
        } else {
            registers.push(register);
        }
    }

    private void each(int block, BiConsumer<Boolean, Integer> action) {
        for (int register = 1; register < 32; register++) {
            for (boolean signed : new boolean[] {false, true}) {
                if (isKnown(block, signed, register)) {
                    action.accept(signed, register);
                }
            }
        }
    }
}
