package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.jit.plan.Divisors;
import dev.ravel.jit.plan.Flow;
import dev.ravel.jit.plan.RegisterUse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** The local variables for the reciprocals of what loops divide by: {@code (2^64 - 1) / d}, rounded down, of {@code d} or of its magnitude; 0 if it is 0. */
final class Reciprocals {
    /** How far the index of a register that is divided by with a sign is from its number. */
    private static final int SIGNED = 32;

    private final Emission code;
    private final Flow flow;
    private final RegisterVariables registers;

    /** By the register, and 32 more for what is divided by with a sign. */
    private final int[] variables = new int[64];

    private final long all;
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
        all = indices(flow.divisors());
        int next = first;
        for (int index = 0; index < variables.length; index++) {
            if ((all >>> index & 1) != 0) {
                variables[index] = next;
                next += 2;
                locals.add(Opcodes.LONG);
            }
        }
        end = next;
    }

    private static long indices(Divisors divisors) {
        return divisors.unsigned() | divisors.signed() << SIGNED;
    }

    /** The number of the first variable behind these. */
    int end() {
        return end;
    }

    /** What each holds. */
    Map<Integer, String> names() {
        Map<Integer, String> names = new HashMap<>();
        RegisterVariables.each(all, index -> names.put(variables[index], "1/" + RegisterUse.name(index & SIGNED - 1)));
        return names;
    }

    /** Where the unit is entered: gives all a value that nobody reads. */
    void clear() {
        RegisterVariables.each(all, index -> {
            code.insn(LCONST_0);
            code.var(LSTORE, variables[index]);
        });
    }

    /** Whether the loop that the block is in has the reciprocal of that register. */
    boolean isKnown(int block, boolean signed, int register) {
        return (indices(flow.divisors(block)) >>> index(signed, register) & 1) != 0;
    }

    /** The variable with the reciprocal of that register, or of its magnitude. */
    int variable(boolean signed, int register) {
        return variables[index(signed, register)];
    }

    private static int index(boolean signed, int register) {
        return signed ? SIGNED + register : register;
    }

    /** Where the loop that the block is in is entered, its registers in their variables. */
    void compute(int block) {
        RegisterVariables.each(indices(flow.divisors(block)), index -> {
            int register = index & SIGNED - 1;
            Label zero = new Label();
            code.insn(LCONST_0);
            code.var(LSTORE, variables[index]);
            push(block, register);
            code.insn(LCONST_0);
            code.insn(LCMP);
            code.jump(IFEQ, zero);
            code.ldc(-1L);
            push(block, register);
            if (index >= SIGNED) {
                code.call(Math.class, "abs", "(J)J");
            }
            code.call(Long.class, "divideUnsigned", "(JJ)J");
            code.var(LSTORE, variables[index]);
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
}
