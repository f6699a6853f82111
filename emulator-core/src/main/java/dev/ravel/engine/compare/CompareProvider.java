package dev.ravel.engine.compare;

import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.memory.Bus;

/**
 * Provides {@code compare}: the engine that is taken where nobody names one, in lockstep with the reference. Where that is
 * the reference itself (this module alone) the subject is a second one, which checks the lockstep.
 */
public final class CompareProvider implements EngineProvider {
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
        return new CompareEngine(bus, EngineProvider.reference(), EngineProvider.preferred());
    }
}
