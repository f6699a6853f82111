package dev.ravel.jit.emit;

import dev.ravel.isa.Decoded;
import dev.ravel.jit.plan.AccessRuns;
import dev.ravel.jit.plan.Flow;
import dev.ravel.jit.plan.Plan;
import dev.ravel.jit.plan.Trace;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Writes the class of a unit. */
public final class UnitEmitter {
    /**
     * Bytes of a unit's method at most. HotSpot never compiles a method with more than 8000 (HugeMethodLimit); a JVM that was started
     * with {@code -XX:-DontCompileHugeMethods} says by this property that it does.
     */
    public static final int MAX_CODE = Integer.getInteger("ravel.jit.code", 8000);

    /**
     * Bytes of a method from which on no class is made: nobody would want it, and ASM takes all jumps apart of a method with one over 32 KiB, for which its own
     * limits may be too low, and refuses one of more than 64.
     */
    private static final int MAX_MADE = Math.max(MAX_CODE, Short.MAX_VALUE);

    private static final byte[] NOT_MADE = {};

    private UnitEmitter() {}

    /**
     * A class file, and what its object is to be made with.
     *
     * @param classFile empty if the method is far larger than {@link #MAX_CODE}
     * @param codeSize bytes of the method that does the work
     */
    public record Emitted(byte[] classFile, List<Decoded> constants, int codeSize) {
        /** The constants as the unit wants them. */
        public Decoded[] constantArray() {
            return constants.toArray(new Decoded[0]);
        }

        /** The names, with slashes, of the classes that it refers to. */
        public Set<String> classes() {
            return References.of(classFile);
        }
    }

    /**
     * The method that does the work, in the order in which it was written.
     *
     * @param runs the accesses that are looked up together
     */
    public record Explained(List<Stretch> stretches, AccessRuns runs, int codeSize) {
        /** A copy of the list. */
        public Explained {
            stretches = List.copyOf(stretches);
        }
    }

    /**
     * Bytecode that belongs together.
     *
     * @param offset of the instruction that it is for, in the page; negative if it is for all of the unit
     * @param lines as a disassembler prints them, with names for local variables and blocks
     * @param bytes its size
     */
    public record Stretch(int offset, List<String> lines, int bytes) {
        /** A copy of the list. */
        public Stretch {
            lines = List.copyOf(lines);
        }
    }

    /**
     * The class for a plan. Its accesses are looked up together, and short loops have several rounds in a row, where the method does not get too large by that.
     *
     * @param name simple name for the class, which profilers show
     * @param access the class that accesses RAM, {@link dev.ravel.jit.runtime.RamAccess} or one like it
     */
    public static Emitted emit(Plan plan, String name, Class<?> access) {
        return emit(plan, name, access, Optional.empty());
    }

    /**
     * What else than its plan a class depends on: two classes of one plan that were made by the same build of Ravel are the same if this is.
     *
     * @param access as for {@link #emit}
     */
    public static String circumstances(Class<?> access) {
        return String.join(" ", Integer.toString(MAX_CODE), access.getName(), AccessCode.layout(access));
    }

    /** As the other, for people to read. */
    public static Explained explain(Plan plan, String name, Class<?> access) {
        Listing listing = new Listing();
        Emitted emitted = emit(plan, name, access, Optional.of(listing));
        return new Explained(listing.stretches(), listing.runs(), emitted.codeSize());
    }

    private static Emitted emit(Plan plan, String name, Class<?> access, Optional<Listing> listing) {
        Flow flow = Flow.of(plan);
        AccessRuns tried = null;
        for (Trace.Extent extent : Trace.Extent.values()) {
            AccessRuns runs = AccessRuns.of(plan, flow, extent);
            if (tried == null || !runs.traces().equals(tried.traces())) {
                Emitted together = emit(plan, name, access, flow, runs, listing);
                if (together.codeSize() <= MAX_CODE) {
                    return together;
                }
            }
            tried = runs;
        }
        // A run's code is there twice.
        return emit(plan, name, access, flow, AccessRuns.none(), listing);
    }

    private static Emitted emit(
            Plan plan, String name, Class<?> access, Flow flow, AccessRuns runs, Optional<Listing> listing) {
        String accessName = Names.of(access);
        String self = accessName.substring(0, accessName.lastIndexOf('/') + 1) + name;
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(Opcodes.V21, Opcodes.ACC_FINAL | Opcodes.ACC_SUPER, self, null, Names.UNIT, null);
        writer.visitField(
                        Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL,
                        Names.UNITS,
                        Names.UNIT_ARRAY,
                        null,
                        null)
                .visitEnd();
        emitCreation(writer, self);
        MethodVisitor written = writer.visitMethod(Opcodes.ACC_PUBLIC, "run", Names.RUN, null, null);
        MethodVisitor method =
                listing.map(reader -> reader.begin(written, runs)).orElse(written);
        method.visitCode();
        UnitCode unit = new UnitCode(method, self, access, plan, flow, runs);
        listing.ifPresent(unit::readBy);
        Label end = unit.emit();
        listing.ifPresent(Listing::finish);
        method.visitMaxs(0, 0);
        method.visitEnd();
        writer.visitEnd();
        int size = end.getOffset();
        return new Emitted(size <= MAX_MADE ? writer.toByteArray() : NOT_MADE, unit.constants(), size);
    }

    private static void emitCreation(ClassWriter writer, String self) {
        MethodVisitor code =
                writer.visitMethod(Opcodes.ACC_PRIVATE, "<init>", "(" + Names.DECODED_ARRAY + ")V", null, null);
        code.visitCode();
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitVarInsn(Opcodes.ALOAD, 1);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, Names.UNIT, "<init>", "(" + Names.DECODED_ARRAY + ")V", false);
        code.visitInsn(Opcodes.RETURN);
        code.visitMaxs(0, 0);
        code.visitEnd();

        code = writer.visitMethod(Opcodes.ACC_STATIC, "<clinit>", "()V", null, null);
        code.visitCode();
        code.visitMethodInsn(Opcodes.INVOKESTATIC, Names.LOADER, "takeUnits", "()" + Names.UNIT_ARRAY, false);
        code.visitFieldInsn(Opcodes.PUTSTATIC, self, Names.UNITS, Names.UNIT_ARRAY);
        code.visitTypeInsn(Opcodes.NEW, self);
        code.visitInsn(Opcodes.DUP);
        code.visitMethodInsn(Opcodes.INVOKESTATIC, Names.LOADER, "takeConstants", "()" + Names.DECODED_ARRAY, false);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, self, "<init>", "(" + Names.DECODED_ARRAY + ")V", false);
        code.visitMethodInsn(Opcodes.INVOKESTATIC, Names.LOADER, "hand", "(L" + Names.UNIT + ";)V", false);
        code.visitInsn(Opcodes.RETURN);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }
}
