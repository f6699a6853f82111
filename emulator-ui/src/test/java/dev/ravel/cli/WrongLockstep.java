package dev.ravel.cli;

import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.engine.compare.CompareEngine;
import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;
import dev.ravel.memory.Bus;
import dev.ravel.mmu.Mmu;

/** The interpreter in lockstep with an engine that divides wrongly: the quotient is one too much. */
public final class WrongLockstep implements EngineProvider {
    static final String NAME = "wrong-lockstep";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int maxHarts() {
        return 1;
    }

    @Override
    public ExecutionEngine create(Bus bus) {
        return new CompareEngine(bus, EngineProvider.named("interp"), new Wrong());
    }

    private static final class Wrong implements EngineProvider {
        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public ExecutionEngine create(Bus bus) {
            return new WrongEngine(EngineProvider.named("interp").create(bus));
        }
    }

    private static final class WrongEngine implements ExecutionEngine {
        private final ExecutionEngine right;

        WrongEngine(ExecutionEngine right) {
            this.right = right;
        }

        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public Stop run(Hart hart, long maxInstructions) {
            for (long i = 1; ; i++) {
                Decoded next = Extensions.RV64.decode(hart.mmu.fetch(hart.pc));
                hart.mmu.faultCause = Mmu.NO_FAULT;
                Stop stop = right.run(hart, 1);
                if (next.instruction().mnemonic().equals("divu")) {
                    hart.x[next.rd()]++;
                }
                if (i == maxInstructions || stop == Stop.WAIT || hart.needsAttention()) {
                    return stop;
                }
            }
        }

        @Override
        public void close() {
            right.close();
        }
    }
}
