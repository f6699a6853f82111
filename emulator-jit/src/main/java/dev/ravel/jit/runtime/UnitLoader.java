package dev.ravel.jit.runtime;

import dev.ravel.isa.Decoded;
import dev.ravel.memory.DirectAccess;
import dev.ravel.memory.Ram;
import dev.ravel.memory.TlbStorage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Defines the classes of the units of one machine. They are hidden classes beside a {@link RamAccess} or
 * {@link DirectRamAccess} that is the machine's own, so each can be unloaded by itself.
 */
public final class UnitLoader {
    private static final Object HAND_OVER = new Object();
    private static @Nullable Memory memory;
    private static Decoded[] constants = {};
    private static @Nullable Unit[] units = {};
    private static @Nullable Unit made;

    private static final Class<?> ACCESS = DirectAccess.ALLOWED ? DirectRamAccess.class : RamAccess.class;

    private final Class<?> access;

    /** Classes that units may refer to, all of which are known to the units' loader. */
    private final Set<String> known = new HashSet<>();

    private final MethodHandles.Lookup lookup;

    /** What units of one machine access. */
    public record Memory(Ram ram, TlbStorage tlbs) {}

    /** A loader for units of the machine with this memory. */
    public UnitLoader(Memory accessed) {
        synchronized (HAND_OVER) {
            memory = accessed;
            try {
                access = new AccessLoader().loadClass(ACCESS.getName());
                lookup = (MethodHandles.Lookup) access.getMethod("lookup").invoke(null);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot load the memory access of generated code", e);
            } finally {
                memory = null;
            }
        }
    }

    /** The class whose methods units access RAM with. */
    public Class<?> access() {
        return access;
    }

    /** For the initialiser of the class that accesses RAM. */
    public static Memory takeMemory() {
        Memory taken = memory;
        if (taken == null) {
            throw new IllegalStateException("loaded by a UnitLoader only");
        }
        return taken;
    }

    /** For the initialiser of a unit's class: what its object is made with. */
    public static Decoded[] takeConstants() {
        return constants;
    }

    /** For the initialiser of a unit's class: the units of its page. */
    public static @Nullable Unit[] takeUnits() {
        return units;
    }

    /** For the initialiser of a unit's class: hands over the only object of it. */
    public static void hand(Unit unit) {
        made = unit;
    }

    /**
     * Defines a class and returns the object that its initialiser handed over.
     *
     * <p>The classes that it refers to are looked up before. Otherwise that is done where the code first comes to them, and for
     * HotSpot's second compiler a class that the loader has not been asked for does not exist: the code leaves what is compiled
     * there, for good, and is compiled a second time.
     *
     * @param classes that it refers to, by their names with slashes
     * @param page the units of the page that the code is from
     * @throws LinkageError if the JVM does not take the class
     */
    public Unit define(byte[] classFile, Collection<String> classes, Decoded[] decoded, @Nullable Unit[] page) {
        synchronized (HAND_OVER) {
            classes.forEach(this::know);
            constants = decoded;
            units = page;
            try {
                lookup.defineHiddenClass(classFile, true);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("units are not in the package of the memory access", e);
            }
            Unit unit = made;
            made = null;
            if (unit == null) {
                throw new IllegalStateException("the class made no unit");
            }
            return unit;
        }
    }

    private void know(String name) {
        if (!known.add(name)) {
            return;
        }
        try {
            Class.forName(name.replace('/', '.'), true, access.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new NoClassDefFoundError(e.getMessage());
        }
    }

    /** Whether the JVM has noted, for the units' loader, which class that name means. For tests. */
    boolean knows(String name) {
        return ((AccessLoader) access.getClassLoader()).findLoaded(name.replace('/', '.')) != null;
    }

    /** Loads the class that accesses RAM itself and leaves everything else to the loader of Ravel. */
    private static final class AccessLoader extends ClassLoader {
        AccessLoader() {
            super(ACCESS.getClassLoader());
        }

        @Nullable
        Class<?> findLoaded(String name) {
            return findLoadedClass(name);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(ACCESS.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            try (InputStream in = ACCESS.getResourceAsStream(ACCESS.getSimpleName() + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
