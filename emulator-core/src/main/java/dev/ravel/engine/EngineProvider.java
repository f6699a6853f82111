package dev.ravel.engine;

import dev.ravel.memory.Bus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Makes engines; found by {@link ServiceLoader}, so that whoever builds a machine names no engine. */
public interface EngineProvider {

    /** The name on the command line, such as {@code interp}. */
    String name();

    /** How many harts its engines can run at most. */
    default int maxHarts() {
        return Integer.MAX_VALUE;
    }

    /** Where nobody names an engine the one with the highest preference is taken; 0 is for engines that have to be named. */
    default int preference() {
        return 0;
    }

    /** Whether this is the engine that others are compared with: where it and another differ, the other is wrong. */
    default boolean isReference() {
        return false;
    }

    /**
     * Told when a machine with such an engine is soon to be made, for what can be done beforehand beside other things. Comes back at once; may be told
     * time and again.
     */
    default void prepare() {}

    /** An engine for the harts of one machine: those that see memory through {@code bus}. At most one for a bus at a time. */
    ExecutionEngine create(Bus bus);

    /** The names of all engines there are, in alphabetical order. */
    static List<String> names() {
        return ServiceLoader.load(EngineProvider.class).stream()
                .map(provider -> provider.get().name())
                .sorted()
                .toList();
    }

    /** The names of the engines that can run so many harts, in alphabetical order: what a machine with them can have. */
    static List<String> names(int harts) {
        return ServiceLoader.load(EngineProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.maxHarts() >= harts)
                .map(EngineProvider::name)
                .sorted()
                .toList();
    }

    /**
     * The provider to take where nobody names one.
     *
     * @throws IllegalStateException if there is no engine at all
     */
    static EngineProvider preferred() {
        return ServiceLoader.load(EngineProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .max(Comparator.comparingInt(EngineProvider::preference))
                .orElseThrow(() -> new IllegalStateException("there is no engine"));
    }

    /**
     * The provider that others are compared with.
     *
     * @throws IllegalStateException if there is none, or more than one
     */
    static EngineProvider reference() {
        List<EngineProvider> references = ServiceLoader.load(EngineProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(EngineProvider::isReference)
                .toList();
        if (references.size() != 1) {
            throw new IllegalStateException(
                    "there must be one engine to compare with, not " + references.size() + ", among " + names());
        }
        return references.getFirst();
    }

    /** The provider of that name, if there is one. */
    static Optional<EngineProvider> find(String name) {
        return ServiceLoader.load(EngineProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(name))
                .findFirst();
    }

    /**
     * The provider of that name.
     *
     * @throws IllegalArgumentException if there is none; the message lists those that there are
     */
    static EngineProvider named(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no engine " + name + "; there are " + String.join(", ", names())));
    }
}
