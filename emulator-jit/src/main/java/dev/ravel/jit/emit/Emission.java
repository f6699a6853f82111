package dev.ravel.jit.emit;

import dev.ravel.isa.Semantics;
import java.lang.invoke.MethodType;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** A method visitor with the few things that generated code does, and the frame that all its labels share. */
final class Emission {
    private final MethodVisitor method;
    private final List<Object> locals;
    private boolean framed;
    private int lastFrame = -1;

    /**
     * @param locals the types of all local variables, as frames name them; complete before the first label
     */
    Emission(MethodVisitor method, List<Object> locals) {
        this.method = method;
        this.locals = locals;
    }

    MethodVisitor visitor() {
        return method;
    }

    /** A place that is jumped to, with an empty stack. */
    void label(Label label) {
        method.visitLabel(label);
        if (!framedHere(label)) {
            frame();
        }
    }

    /** A place that nobody jumps to. */
    void mark(Label label) {
        method.visitLabel(label);
    }

    /** Two labels at the same place share a frame. */
    private boolean framedHere(Label label) {
        boolean same = label.getOffset() == lastFrame;
        lastFrame = label.getOffset();
        return same;
    }

    private void frame() {
        if (framed) {
            method.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            return;
        }
        framed = true;
        method.visitFrame(Opcodes.F_FULL, locals.size(), locals.toArray(), 0, null);
    }

    void insn(int opcode) {
        method.visitInsn(opcode);
    }

    void var(int opcode, int slot) {
        method.visitVarInsn(opcode, slot);
    }

    void iinc(int slot, int increment) {
        if (increment != 0) {
            method.visitIincInsn(slot, increment);
        }
    }

    void jump(int opcode, Label target) {
        method.visitJumpInsn(opcode, target);
    }

    void ldc(int value) {
        if (value >= -1 && value <= 5) {
            method.visitInsn(Opcodes.ICONST_0 + value);
        } else if (value == (byte) value) {
            method.visitIntInsn(Opcodes.BIPUSH, value);
        } else if (value == (short) value) {
            method.visitIntInsn(Opcodes.SIPUSH, value);
        } else {
            method.visitLdcInsn(value);
        }
    }

    void ldc(double value) {
        method.visitLdcInsn(value);
    }

    void ldc(long value) {
        if (value == 0 || value == 1) {
            method.visitInsn(Opcodes.LCONST_0 + (int) value);
        } else if (value == (byte) value) {
            method.visitIntInsn(Opcodes.BIPUSH, (int) value);
            method.visitInsn(Opcodes.I2L);
        } else {
            method.visitLdcInsn(value);
        }
    }

    void field(int opcode, String owner, String name, String descriptor) {
        method.visitFieldInsn(opcode, owner, name, descriptor);
    }

    /** Stack: state to value. */
    void getState(String name, String descriptor) {
        method.visitFieldInsn(Opcodes.GETFIELD, Names.STATE, name, descriptor);
    }

    /** Stack: state, value to nothing. */
    void putState(String name, String descriptor) {
        method.visitFieldInsn(Opcodes.PUTFIELD, Names.STATE, name, descriptor);
    }

    void state(String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Names.STATE, name, descriptor, false);
    }

    void unit(String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Names.UNIT, name, descriptor, false);
    }

    /** Calls a static method. */
    void call(Class<?> owner, String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKESTATIC, Names.of(owner), name, descriptor, false);
    }

    /** Stack: 64 bits, to the number of double precision that they are. */
    void bitsToDouble() {
        call(Double.class, "longBitsToDouble", "(J)D");
    }

    /** Stack: a number of double precision, to its bits, whatever NaN it is. */
    void doubleToBits() {
        call(Double.class, "doubleToRawLongBits", "(D)J");
    }

    /** Stack: 32 bits, to the number of single precision that they are. */
    void bitsToSingle() {
        call(Float.class, "intBitsToFloat", "(I)F");
    }

    /** Stack: a number of single precision, to its bits, whatever NaN it is. */
    void singleToBits() {
        call(Float.class, "floatToRawIntBits", "(F)I");
    }

    /** Calls a method that gives a meaning; its type must be the expected one. */
    void call(Semantics semantics, MethodType type) {
        if (!semantics.type().equals(type)) {
            throw new IllegalStateException(semantics + " is " + semantics.type() + ", not " + type);
        }
        method.visitMethodInsn(
                Opcodes.INVOKESTATIC,
                Names.of(semantics.owner()),
                semantics.name(),
                type.toMethodDescriptorString(),
                false);
    }
}
