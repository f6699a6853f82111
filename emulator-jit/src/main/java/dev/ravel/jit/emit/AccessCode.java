package dev.ravel.jit.emit;

import dev.ravel.memory.Ram;
import dev.ravel.memory.TlbStorage;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * How generated code gets at RAM, at the TLBs, and at the arrays of the hart's registers: either by the access that the JDK keeps to itself,
 * which checks nothing, or by what every JVM lets us do. An access is begun, then the rest of what it takes is pushed, then it is carried out.
 */
final class AccessCode {
    /** Elements are counted in bytes; see {@link #element}. */
    static final int ELEMENT_SHIFT = 3;

    private final MethodVisitor method;
    private final Emission code;
    private final String access;
    private final boolean direct;

    /** How far the first element of an array is from its beginning, in bytes; for direct access only. */
    private final long elements;

    /** As {@link #elements}, of an array of bytes. */
    private final long bytes;

    /**
     * @param accessing the class that accesses RAM, {@link dev.ravel.jit.runtime.RamAccess} or one like it
     */
    AccessCode(Emission code, Class<?> accessing) {
        this.method = code.visitor();
        this.code = code;
        this.access = Names.of(accessing);
        this.direct = access.equals(Names.DIRECT);
        this.elements = direct ? constant(accessing, "ELEMENTS") : 0;
        this.bytes = direct ? constant(accessing, "BYTES") : 0;
    }

    /** What of this JVM is in the code: it differs with some of the JVM's options. */
    static String layout(Class<?> accessing) {
        return Names.of(accessing).equals(Names.DIRECT)
                ? constant(accessing, "ELEMENTS") + "," + constant(accessing, "BYTES")
                : "none";
    }

    private static long constant(Class<?> accessing, String name) {
        try {
            return accessing.getField(name).getLong(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(accessing + " does not say where elements are", e);
        }
    }

    private void pushUnsafe() {
        method.visitFieldInsn(Opcodes.GETSTATIC, access, "UNSAFE", "L" + Names.UNSAFE + ";");
    }

    private void unsafe(String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Names.UNSAFE, name, descriptor, false);
    }

    private void inRam(String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKESTATIC, access, name, descriptor, false);
    }

    /** Stack: to what comes below the address of an access to RAM. */
    void begin() {
        if (direct) {
            pushUnsafe();
            method.visitInsn(Opcodes.ACONST_NULL);
        }
    }

    /** Stack: what {@link #begin} pushed, address, to the value there, sign-extended. */
    void load(int bytes) {
        if (direct) {
            Width width = Width.of(bytes);
            unsafe("get" + width.name, "(Ljava/lang/Object;J)" + width.descriptor);
            if (width != Width.LONG) {
                method.visitInsn(Opcodes.I2L);
            }
        } else {
            inRam("load" + bytes, "(J)J");
        }
    }

    /** Stack: what {@link #begin} pushed, address, value, to nothing. */
    void store(int bytes) {
        if (direct) {
            Width width = Width.of(bytes);
            if (width != Width.LONG) {
                method.visitInsn(Opcodes.L2I);
            }
            if (width.narrow != Opcodes.NOP) {
                method.visitInsn(width.narrow);
            }
            unsafe("put" + width.name, "(Ljava/lang/Object;J" + width.descriptor + ")V");
        } else {
            inRam("store" + bytes, "(JJ)V");
        }
    }

    /** As {@link #load} of eight bytes, to a number of double precision. */
    void loadDouble() {
        if (direct) {
            unsafe("getDouble", "(Ljava/lang/Object;J)D");
        } else {
            load(8);
            code.bitsToDouble();
        }
    }

    /** As {@link #store} of eight bytes, of a number of double precision. */
    void storeDouble() {
        if (direct) {
            unsafe("putDouble", "(Ljava/lang/Object;JD)V");
        } else {
            code.doubleToBits();
            store(8);
        }
    }

    /** Stack: RAM offset, size, to the value there, sign-extended, read atomically. */
    void readAtomic() {
        inRam("readAtomic", "(JI)J");
    }

    /** Stack: RAM offset, size, expected, new value, to whether the expected one was there and has been replaced, atomically. */
    void replaceAtomic() {
        inRam("replaceAtomic", "(JIJJ)Z");
    }

    /** Stack: to what stands for an element of a {@code long[]} in a local variable that is known not to be null. */
    void element(int array, int index) {
        if (direct) {
            pushUnsafe();
            method.visitVarInsn(Opcodes.ALOAD, array);
            code.ldc(elements + ((long) index << ELEMENT_SHIFT));
        } else {
            method.visitVarInsn(Opcodes.ALOAD, array);
            code.ldc(index);
        }
    }

    /** Stack: to what stands for an element of the TLBs; {@code bytes} is a local variable with the distance of its entry from the first. */
    void tlbElement(int bytes, int index) {
        if (direct) {
            pushUnsafe();
        }
        method.visitFieldInsn(Opcodes.GETSTATIC, access, "TLBS", "[J");
        method.visitVarInsn(Opcodes.LLOAD, bytes);
        if (direct) {
            code.ldc(elements + ((long) index << ELEMENT_SHIFT));
            method.visitInsn(Opcodes.LADD);
            return;
        }
        code.ldc(ELEMENT_SHIFT);
        method.visitInsn(Opcodes.LUSHR);
        method.visitInsn(Opcodes.L2I);
        // Changes no entry's index, but tells HotSpot that it is within bounds.
        method.visitFieldInsn(Opcodes.GETSTATIC, access, "TLBS", "[J");
        method.visitInsn(Opcodes.ARRAYLENGTH);
        code.ldc(TlbStorage.STRIDE);
        method.visitInsn(Opcodes.ISUB);
        method.visitInsn(Opcodes.IAND);
        code.ldc(index);
        method.visitInsn(Opcodes.IADD);
    }

    /** Stack: a physical address, to its distance from the beginning of RAM. */
    void subtractStart() {
        method.visitFieldInsn(Opcodes.GETSTATIC, access, "START", "J");
        method.visitInsn(Opcodes.LSUB);
    }

    /** Stack: to the bytes of RAM. */
    void ramSize() {
        method.visitFieldInsn(Opcodes.GETSTATIC, access, "SIZE", "J");
    }

    /** Stack: to the byte of the map of storable pages at the index that {@code address}, shifted, and {@code first} add up to; both are local variables. */
    void storable(int address, int first) {
        if (direct) {
            pushUnsafe();
        }
        method.visitFieldInsn(Opcodes.GETSTATIC, access, "STORABLE", "[B");
        method.visitVarInsn(Opcodes.LLOAD, address);
        code.ldc(Ram.PAGE_SHIFT);
        method.visitInsn(Opcodes.LUSHR);
        method.visitVarInsn(Opcodes.LLOAD, first);
        method.visitInsn(Opcodes.LADD);
        if (direct) {
            code.ldc(bytes);
            method.visitInsn(Opcodes.LADD);
            unsafe("getByte", "(Ljava/lang/Object;J)B");
        } else {
            method.visitInsn(Opcodes.L2I);
            method.visitInsn(Opcodes.BALOAD);
        }
    }

    /** Stack: what stands for an element, to its value. */
    void loadElement() {
        if (direct) {
            unsafe("getLong", "(Ljava/lang/Object;J)J");
        } else {
            method.visitInsn(Opcodes.LALOAD);
        }
    }

    /** Stack: what stands for an element, value, to nothing. */
    void storeElement() {
        if (direct) {
            unsafe("putLong", "(Ljava/lang/Object;JJ)V");
        } else {
            method.visitInsn(Opcodes.LASTORE);
        }
    }

    /** As {@link #loadElement}, to a number of double precision. */
    void loadDoubleElement() {
        if (direct) {
            loadDouble();
        } else {
            loadElement();
            code.bitsToDouble();
        }
    }

    /** As {@link #storeElement}, of a number of double precision. */
    void storeDoubleElement() {
        if (direct) {
            storeDouble();
        } else {
            code.doubleToBits();
            storeElement();
        }
    }

    /** How the JDK's own access names what it accesses. */
    private enum Width {
        BYTE("Byte", "B", Opcodes.I2B),
        SHORT("Short", "S", Opcodes.I2S),
        INT("Int", "I", Opcodes.NOP),
        LONG("Long", "J", Opcodes.NOP);

        private final String name;
        private final String descriptor;
        private final int narrow;

        Width(String name, String descriptor, int narrow) {
            this.name = name;
            this.descriptor = descriptor;
            this.narrow = narrow;
        }

        static Width of(int bytes) {
            return values()[Integer.numberOfTrailingZeros(bytes)];
        }
    }
}
