package dev.ravel.isa;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names the one static method that gives an operation its meaning. Engines emit a call to it, or look it up; nothing
 * restates it.
 *
 * @param owner the class of the extension that holds the method
 * @param name the method's name, unique within its owner
 */
public record Semantics(Class<?> owner, String name) {
    /** Public static methods by their names, empty where there are several: a translator asks for each instruction that it translates. */
    private static final Map<Class<?>, Map<String, Optional<Method>>> METHODS = new ConcurrentHashMap<>();

    /** The parameter and result types of the method; throws if the method is missing, overloaded or not public static. */
    public MethodType type() {
        Method method = method();
        return MethodType.methodType(method.getReturnType(), method.getParameterTypes());
    }

    /** The method itself. */
    public Method method() {
        Optional<Method> found =
                METHODS.computeIfAbsent(owner, Semantics::methods).get(name);
        if (found == null) {
            throw new IllegalStateException(this + " does not exist or is not public static");
        }
        return found.orElseThrow(() -> new IllegalStateException(this + " is overloaded"));
    }

    private static Map<String, Optional<Method>> methods(Class<?> owner) {
        Map<String, Optional<Method>> methods = new HashMap<>();
        for (Method method : owner.getDeclaredMethods()) {
            if (Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers())) {
                methods.merge(method.getName(), Optional.of(method), (_, _) -> Optional.empty());
            }
        }
        return methods;
    }

    @Override
    public String toString() {
        return owner.getSimpleName() + "::" + name;
    }
}
