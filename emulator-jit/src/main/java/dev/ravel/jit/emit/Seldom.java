package dev.ravel.jit.emit;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Code that most units never come to. It begins with a constant that the JVM resolves where it is first loaded, a method type. Until
 * then HotSpot's second compiler ends its code there, and has not to keep for the rest, in each round of a loop, what that needs or
 * leaves. A unit that comes there once goes on in the JVM's interpreter and is compiled anew, with all code of that kind.
 *
 * <p>Only for what seldom happens in any program: to be compiled anew takes longer than what is spared.
 */
enum Seldom {
    /** Floating point that is not ordinary: the whole operation is called. */
    FLOATS("()I"),

    /** Floating point whose result is not ordinary, but may be exact because of a 0. */
    ZEROS("()Z"),

    /** A bare load from something that is no RAM. */
    BARE_LOADS("()V");

    private final Type constant;

    Seldom(String methodType) {
        this.constant = Type.getMethodType(methodType);
    }

    /** Begins such code. The stack stays as it is. */
    void begin(MethodVisitor code) {
        code.visitLdcInsn(constant);
        code.visitInsn(Opcodes.POP);
    }
}
