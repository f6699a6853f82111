package dev.ravel.jit.emit;

import dev.ravel.fp.FloatStatus;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;
import dev.ravel.jit.runtime.DirectRamAccess;
import dev.ravel.jit.runtime.GuestState;
import dev.ravel.jit.runtime.Unit;
import dev.ravel.jit.runtime.UnitLoader;
import org.objectweb.asm.Type;

/** What generated code refers to, as the class file writes it. */
final class Names {
    static final String UNIT = Type.getInternalName(Unit.class);
    static final String STATE = Type.getInternalName(GuestState.class);
    static final String DIRECT = Type.getInternalName(DirectRamAccess.class);

    /** Not for javac: the access that the JDK keeps to itself. */
    static final String UNSAFE = "jdk/internal/misc/Unsafe";

    static final String LOADER = Type.getInternalName(UnitLoader.class);
    static final String STATUS = Type.getInternalName(FloatStatus.class);
    static final String DECODED = Type.getDescriptor(Decoded.class);
    static final String DECODED_ARRAY = Type.getDescriptor(Decoded[].class);
    static final String HART = Type.getDescriptor(Hart.class);
    static final String STATUS_DESCRIPTOR = Type.getDescriptor(FloatStatus.class);
    static final String UNIT_ARRAY = Type.getDescriptor(Unit[].class);

    /** The field of a unit's class with the units of its page. */
    static final String UNITS = "UNITS";

    static final String RUN = "(L" + STATE + ";JI)J";

    /** Each is asked for again and again, and making one would be compiled by HotSpot's second compiler before the first units. */
    private static final ClassValue<String> OF_CLASSES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            return Type.getInternalName(type);
        }
    };

    /** The name of a class, with slashes. */
    static String of(Class<?> type) {
        return OF_CLASSES.get(type);
    }

    private Names() {}
}
