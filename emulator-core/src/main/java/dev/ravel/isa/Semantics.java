package dev.ravel.isa;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names the one static method that gives an operation its meaning. Engines emit a call to it, or look it up; nothing
 * restates it.
 *
 * @param owner the class of the extension that holds the method
 * @param name the method's name, unique within its owner
 */
public record Semantics(Class<?> owner, String name) {
    /** Searched for once: a translator asks again for each instruction that it translates. */
    private static final Map<Semantics, Method> METHODS = new ConcurrentHashMap<>();

    /** The parameter and result types of the method; throws if the method is missing, overloaded or not public static. */
    public MethodType type() {
        Method method = method();
        return MethodType.methodType(method.getReturnType(), method.getParameterTypes());
    }

    /** The method itself. */
    public Method method() {
        return METHODS.computeIfAbsent(this, Semantics::find);
    }

    private Method find() {
        Method found = null;
        for (Method candidate : owner.getDeclaredMethods()) {
            if (candidate.getName().equals(name)
                    && Modifier.isStatic(candidate.getModifiers())
                    && Modifier.isPublic(candidate.getModifiers())) {
                if (found != null) {
                    throw new IllegalStateException(this + " is overloaded");
                }
                found = candidate;
            }
        }
        if (found == null) {
            throw new IllegalStateException(this + " does not exist or is not public static");
        }
        return found;
    }

    @Override
    public String toString() {
        return owner.getSimpleName() + "::" + name;
    }
}
