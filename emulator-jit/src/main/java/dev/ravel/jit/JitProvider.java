package dev.ravel.jit;

import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.engine.interpreter.Interpreter;
import dev.ravel.extension.Extensions;
import dev.ravel.memory.Bus;

/** Provides the {@link JitEngine}. */
public final class JitProvider implements EngineProvider {
    @Override
    public String name() {
        return "jit";
    }

    @Override
    public int preference() {
        return 2;
    }

    @Override
    public void prepare() {
        Interpreter.prepare();
    }

    @Override
    public ExecutionEngine create(Bus bus) {
        return new JitEngine(bus, Extensions.RV64, JitSettings.fromProperties());
    }
}
