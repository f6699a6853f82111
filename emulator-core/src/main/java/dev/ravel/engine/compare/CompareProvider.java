package dev.ravel.engine.compare;

import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.memory.Bus;

/**
 * Provides {@code compare}: the interpreter, and the translator in lockstep with it. Where there is no translator (this
 * module alone) the subject is a second interpreter, which checks the lockstep itself.
 */
public final class CompareProvider implements EngineProvider {
    private static final String REFERENCE = "interp";
    private static final String SUBJECT = "jit";

    @Override
    public String name() {
        return "compare";
    }

    /** With several harts the order of their accesses to memory would have to be replayed too. */
    @Override
    public int maxHarts() {
        return 1;
    }

    @Override
    public ExecutionEngine create(Bus bus) {
        EngineProvider reference = EngineProvider.named(REFERENCE);
        EngineProvider subject = EngineProvider.names().contains(SUBJECT) ? EngineProvider.named(SUBJECT) : reference;
        return new CompareEngine(bus, reference, subject);
    }
}
