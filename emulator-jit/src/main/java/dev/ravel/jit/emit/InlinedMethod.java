package dev.ravel.jit.emit;

import dev.ravel.isa.Semantics;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The bytecode of a method that gives an instruction its meaning, to be repeated in place of a call to it. HotSpot would
 * inline the call as well, but only once it is hot, and it would go by branch profiles that all callers share.
 *
 * <p>Only straight code is repeated: each parameter is pushed anew where it is read, so reading it must have no effect. A
 * method that returns a comparison can become a conditional jump.
 */
final class InlinedMethod {
    private static final Map<Semantics, Optional<InlinedMethod>> KNOWN = new ConcurrentHashMap<>();
    private static final int MAX_LENGTH = 16;

    private final List<Piece> pieces;

    /** The jump that is taken when the method would return false; 0 if the pieces leave the result on the stack. */
    private final int falseJump;

    private InlinedMethod(List<Piece> pieces, int falseJump) {
        this.pieces = pieces;
        this.falseJump = falseJump;
    }

    /** A part of a body. */
    private sealed interface Piece {
        record Parameter(int index) implements Piece {}

        record Plain(int opcode) implements Piece {}

        record Number(int opcode, int operand) implements Piece {}

        record Constant(Object constant) implements Piece {}

        record Call(String owner, String name, String descriptor) implements Piece {}
    }

    /** Pushes parameters. */
    @FunctionalInterface
    interface Parameters {
        /** Pushes the parameter of that index, counting from 0. */
        void push(int index);
    }

    /** The body of a method that returns a value and is simple enough. */
    static Optional<InlinedMethod> ofValue(Semantics semantics) {
        return of(semantics).filter(body -> body.falseJump == 0);
    }

    /** The body of a method that returns a comparison and is simple enough. */
    static Optional<InlinedMethod> ofCondition(Semantics semantics) {
        return of(semantics).filter(body -> body.falseJump != 0);
    }

    /** Leaves the result on the stack. */
    void emitValue(MethodVisitor code, Parameters parameters) {
        emitPieces(code, parameters);
    }

    /** Jumps to {@code target} if the method would return true. */
    void emitJump(MethodVisitor code, Parameters parameters, Label target) {
        emitPieces(code, parameters);
        code.visitJumpInsn(opposite(falseJump), target);
    }

    /** Jumps to {@code target} if the method would return false. */
    void emitJumpUnless(MethodVisitor code, Parameters parameters, Label target) {
        emitPieces(code, parameters);
        code.visitJumpInsn(falseJump, target);
    }

    private void emitPieces(MethodVisitor code, Parameters parameters) {
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Parameter parameter -> parameters.push(parameter.index());
                case Piece.Plain plain -> code.visitInsn(plain.opcode());
                case Piece.Number number -> code.visitIntInsn(number.opcode(), number.operand());
                case Piece.Constant constant -> code.visitLdcInsn(constant.constant());
                case Piece.Call call ->
                    code.visitMethodInsn(Opcodes.INVOKESTATIC, call.owner(), call.name(), call.descriptor(), false);
            }
        }
    }

    /** The jump for the opposite condition: they come in pairs. */
    static int opposite(int jump) {
        return (jump - 1 ^ 1) + 1;
    }

    private static Optional<InlinedMethod> of(Semantics semantics) {
        return KNOWN.computeIfAbsent(semantics, InlinedMethod::read);
    }

    private static Optional<InlinedMethod> read(Semantics semantics) {
        Class<?> owner = semantics.owner();
        String file = owner.getName().substring(owner.getPackageName().length() + 1) + ".class";
        try (InputStream in = owner.getResourceAsStream(file)) {
            if (in == null) {
                return Optional.empty();
            }
            MethodType type = semantics.type();
            Recorder recorder = new Recorder(type);
            String descriptor = type.toMethodDescriptorString();
            new ClassReader(in.readAllBytes())
                    .accept(
                            new org.objectweb.asm.ClassVisitor(Opcodes.ASM9) {
                                @Override
                                public MethodVisitor visitMethod(
                                        int access, String name, String found, String signature, String[] thrown) {
                                    boolean it = name.equals(semantics.name()) && found.equals(descriptor);
                                    return it ? recorder : super.visitMethod(access, name, found, signature, thrown);
                                }
                            },
                            ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            return recorder.result();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Reads one method and gives up at whatever is not simple. */
    private static final class Recorder extends MethodVisitor {
        private final List<Piece> pieces = new ArrayList<>();
        private final List<Integer> tail = new ArrayList<>();
        private final int[] parameterOfSlot;
        private final boolean condition;
        private boolean simple = true;
        private boolean ended;
        private int falseJump;

        Recorder(MethodType type) {
            super(Opcodes.ASM9);
            condition = type.returnType() == boolean.class;
            parameterOfSlot = new int[type.parameterCount() * 2 + 1];
            int slot = 0;
            for (int i = 0; i < type.parameterCount(); i++) {
                parameterOfSlot[slot] = i;
                slot += type.parameterType(i) == long.class || type.parameterType(i) == double.class ? 2 : 1;
            }
        }

        Optional<InlinedMethod> result() {
            // What javac makes of "return a < b": jump if not, 1, go to the end, 0.
            boolean comparison = falseJump != 0
                    && tail.equals(List.of(Opcodes.ICONST_1, Opcodes.GOTO, Opcodes.ICONST_0, Opcodes.IRETURN));
            boolean straight = falseJump == 0 && ended && tail.isEmpty();
            boolean good = simple && pieces.size() <= MAX_LENGTH && (condition ? comparison : straight);
            return good ? Optional.of(new InlinedMethod(pieces, falseJump)) : Optional.empty();
        }

        private void add(Piece piece) {
            simple &= !ended && falseJump == 0;
            pieces.add(piece);
        }

        @Override
        public void visitInsn(int opcode) {
            if (falseJump != 0) {
                tail.add(opcode);
            } else if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.ARETURN) {
                simple &= !ended;
                ended = true;
            } else {
                simple &= opcode != Opcodes.ATHROW && opcode != Opcodes.RETURN;
                add(new Piece.Plain(opcode));
            }
        }

        @Override
        public void visitVarInsn(int opcode, int slot) {
            // Other locals are written before they are read.
            if (opcode > Opcodes.ALOAD || slot >= parameterOfSlot.length) {
                simple = false;
            } else {
                add(new Piece.Parameter(parameterOfSlot[slot]));
            }
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            simple &= opcode != Opcodes.NEWARRAY;
            add(new Piece.Number(opcode, operand));
        }

        @Override
        public void visitLdcInsn(Object constant) {
            simple &= constant instanceof Number;
            add(new Piece.Constant(constant));
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            simple &= opcode == Opcodes.INVOKESTATIC && !isInterface && isPublic(owner, name, descriptor);
            add(new Piece.Call(owner, name, descriptor));
        }

        /** Whether generated code, which lives elsewhere, may call it. */
        private static boolean isPublic(String owner, String name, String descriptor) {
            try {
                Class<?> type = Class.forName(owner.replace('/', '.'), false, InlinedMethod.class.getClassLoader());
                MethodType signature =
                        MethodType.fromMethodDescriptorString(descriptor, InlinedMethod.class.getClassLoader());
                int modifiers =
                        type.getDeclaredMethod(name, signature.parameterArray()).getModifiers();
                return Modifier.isPublic(type.getModifiers()) && Modifier.isPublic(modifiers);
            } catch (ReflectiveOperationException e) {
                return false;
            }
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            if (falseJump == 0) {
                simple &= opcode != Opcodes.GOTO && condition;
                falseJump = opcode;
            } else {
                tail.add(opcode);
            }
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            simple = false;
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            simple = false;
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            simple = false;
        }

        @Override
        public void visitIincInsn(int slot, int increment) {
            simple = false;
        }

        @Override
        public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... labels) {
            simple = false;
        }

        @Override
        public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] labels) {
            simple = false;
        }

        @Override
        public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
            simple = false;
        }

        @Override
        public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
            simple = false;
        }
    }
}
