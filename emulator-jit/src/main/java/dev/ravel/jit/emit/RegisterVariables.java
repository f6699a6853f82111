package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.jit.plan.Flow;
import dev.ravel.jit.plan.Narrow;
import dev.ravel.jit.plan.RegisterUse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * The local variables for guest registers, and the way between these and the hart's arrays. A register has one variable of 64 bits, and one of 32
 * bits if it is {@linkplain Narrow narrow} in some loop; who uses them knows which holds it.
 */
final class RegisterVariables {
    /** The upper bits of a floating-point register that holds what is narrower. */
    private static final long BOX = -1L << 32;

    private final Emission code;
    private final AccessCode access;
    private final Flow flow;
    private final int[] variables = new int[64];
    private final int[] words = new int[64];

    /** A variable that is not 0 if each register has been written that a round of the present loop writes {@linkplain Narrow#late late}. */
    private final int lateWritten;

    /**
     * Variables from the number {@code first} on.
     *
     * @param locals the types of all variables so far, to which those of these are added
     */
    RegisterVariables(Emission code, AccessCode access, Flow flow, int first, List<Object> locals) {
        this.code = code;
        this.access = access;
        this.flow = flow;
        int next = first;
        for (int register = 0; register < variables.length; register++) {
            if ((flow.registers() >>> register & 1) != 0) {
                variables[register] = next;
                next += 2;
                locals.add(isDouble(register) ? Opcodes.DOUBLE : Opcodes.LONG);
            }
        }
        for (int register = 0; register < words.length; register++) {
            if ((flow.narrow() >>> register & 1) != 0) {
                words[register] = next++;
                locals.add(register < 32 ? Opcodes.INTEGER : Opcodes.FLOAT);
            }
        }
        lateWritten = next;
        locals.add(Opcodes.INTEGER);
    }

    /** The number of the first variable behind these. */
    int end() {
        return lateWritten + 1;
    }

    /** What each holds. */
    Map<Integer, String> names() {
        Map<Integer, String> names = new HashMap<>();
        names.put(lateWritten, "late");
        each(flow.registers(), register -> names.put(variables[register], RegisterUse.name(register)));
        each(
                flow.narrow(),
                register -> names.put(words[register], RegisterUse.name(register) + (register < 32 ? ".w" : ".s")));
        return names;
    }

    /** Gives all a value that nobody reads. */
    void clear() {
        setLateWritten(false);
        each(flow.registers(), register -> {
            code.insn(LCONST_0);
            set(register);
        });
        each(flow.narrow(), register -> {
            code.insn(ICONST_0);
            setWord(register);
        });
    }

    /** Says whether each register has been written that a round of the present loop writes late. */
    void setLateWritten(boolean all) {
        code.insn(all ? ICONST_1 : ICONST_0);
        code.var(ISTORE, lateWritten);
    }

    /**
     * Whether the register's variable of 64 bits is one of floating point. HotSpot has such variables in registers of that kind, of which the host
     * has others than those that addresses and integers compete for. It keeps all bits of what goes through one. But it does not see, before it is done with loops,
     * that what is loaded as bits and made a number of could have been loaded as one; so these are loaded and stored as what they are.
     */
    boolean isDouble(int register) {
        return (flow.doubles() >>> register & 1) != 0;
    }

    /** Pushes what the variable of 64 bits holds. */
    void push(int register) {
        if (isDouble(register)) {
            pushDouble(register);
            code.doubleToBits();
        } else {
            code.var(LLOAD, variables[register]);
        }
    }

    /** Pushes what the variable of 64 bits holds, which is one of floating point. */
    void pushDouble(int register) {
        code.var(DLOAD, variables[register]);
    }

    /** Takes a value from the stack. */
    void set(int register) {
        if (isDouble(register)) {
            code.bitsToDouble();
            setDouble(register);
        } else {
            code.var(LSTORE, variables[register]);
        }
    }

    /** Takes a number of double precision from the stack, for a variable of floating point. */
    void setDouble(int register) {
        code.var(DSTORE, variables[register]);
    }

    /** Pushes the bits that the variable of 32 bits holds. */
    void pushWord(int register) {
        if (register < 32) {
            code.var(ILOAD, words[register]);
        } else {
            pushSingle(register);
            code.singleToBits();
        }
    }

    /** Pushes what the variable of 32 bits of a floating-point register holds. */
    void pushSingle(int register) {
        code.var(FLOAD, words[register]);
    }

    /** Takes a word from the stack. */
    void setWord(int register) {
        if (register < 32) {
            code.var(ISTORE, words[register]);
        } else {
            code.bitsToSingle();
            setSingle(register);
        }
    }

    /** Takes a number of single precision from the stack, for the variable of 32 bits. */
    void setSingle(int register) {
        code.var(FSTORE, words[register]);
    }

    /** Stack: the bits of a narrow register, to what the hart has. */
    void widen(int register) {
        code.insn(I2L);
        if (register >= 32) {
            code.ldc(BOX);
            code.insn(LOR);
        }
    }

    /** Pushes what the hart has, whatever the variable holds. */
    void pushFromHartOnly(int register) {
        if (register == 0) {
            code.insn(LCONST_0);
        } else {
            pushElement(register);
            access.loadElement();
        }
    }

    /** Sets a register in the hart, and not its variable, to what is pushed by {@code push}. */
    void setInHart(int register, Runnable push) {
        pushElement(register);
        push.run();
        access.storeElement();
    }

    /** Loads registers from the hart. */
    void load(long set) {
        each(set, register -> {
            if (isDouble(register)) {
                pushElement(register);
                access.loadDoubleElement();
                setDouble(register);
            } else {
                pushFromHartOnly(register);
                set(register);
            }
        });
    }

    /** Loads registers from the hart into variables of 32 bits; jumps to {@code wide} if one has more. */
    void loadWords(long set, Label wide) {
        each(set, register -> {
            pushFromHartOnly(register);
            code.insn(DUP2);
            code.insn(L2I);
            code.insn(DUP);
            setWord(register);
            widen(register);
            code.insn(LCMP);
            code.jump(IFNE, wide);
        });
    }

    /**
     * Stores registers to the hart.
     *
     * @param pushNothing pushes a zero that words are added to before they are extended: a loop has several ways out, and HotSpot would
     *     extend them once for all of these, in each round
     */
    void store(Unsaved set, Runnable pushNothing) {
        store(set.registers() & ~set.late(), set.narrow(), pushNothing);
        if (set.late() != 0) {
            Label skip = new Label();
            code.var(ILOAD, lateWritten);
            code.jump(IFEQ, skip);
            store(set.late(), set.narrow(), pushNothing);
            code.label(skip);
        }
    }

    /** Stores registers to the hart whose variables have 64 bits. */
    void store(long set) {
        store(set, 0, () -> {});
    }

    private void store(long set, long narrow, Runnable pushNothing) {
        each(set, register -> {
            pushElement(register);
            if (isDouble(register)) {
                pushDouble(register);
                access.storeDoubleElement();
            } else {
                push(register, narrow, pushNothing);
                access.storeElement();
            }
        });
    }

    /** Pushes what the variable of a register holds: that of 32 bits if it is in the set. */
    private void push(int register, long narrow, Runnable pushNothing) {
        if ((narrow >>> register & 1) == 0) {
            push(register);
            return;
        }
        pushWord(register);
        pushNothing.run();
        code.insn(IADD);
        widen(register);
    }

    private void pushElement(int register) {
        access.element(register < 32 ? UnitContext.X : UnitContext.F, register & 31);
    }

    /** Does something with each member of a set. */
    static void each(long set, IntConsumer action) {
        for (long left = set; left != 0; left &= left - 1) {
            action.accept(Long.numberOfTrailingZeros(left));
        }
    }
}
