package dev.ravel.engine.interpreter;

import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.extension.Extensions;
import dev.ravel.memory.Bus;

/** Provides the {@link Interpreter}. */
public final class InterpreterProvider implements EngineProvider {
    @Override
    public String name() {
        return "interp";
    }

    @Override
    public int preference() {
        return 1;
    }

    @Override
    public boolean isReference() {
        return true;
    }

    @Override
    public void prepare() {
        Interpreter.prepare();
    }

    @Override
    public ExecutionEngine create(Bus bus) {
        return new Interpreter(bus.ram(), Extensions.RV64);
    }
}
