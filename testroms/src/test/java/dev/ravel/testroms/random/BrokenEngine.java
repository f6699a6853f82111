package dev.ravel.testroms.random;

import dev.ravel.engine.EngineProvider;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;
import dev.ravel.memory.Bus;
import dev.ravel.mmu.Mmu;

/** An engine that is right but for one instruction, which flips the lowest bit of its result. */
final class BrokenEngine implements ExecutionEngine {
    private final ExecutionEngine right;
    private final String mnemonic;

    BrokenEngine(Bus bus, String mnemonic) {
        this.right = EngineProvider.named("interp").create(bus);
        this.mnemonic = mnemonic;
    }

    @Override
    public String name() {
        return "broken";
    }

    @Override
    public Stop run(Hart hart, long maxInstructions) {
        for (long i = 0; ; i++) {
            int bits = hart.mmu.fetch(hart.pc);
            hart.mmu.faultCause = Mmu.NO_FAULT;
            Decoded decoded = Extensions.RV64.decode(bits);
            Stop stop = right.run(hart, 1);
            if (decoded.instruction().mnemonic().equals(mnemonic) && decoded.rd() != 0) {
                hart.x[decoded.rd()] ^= 1;
            }
            if (stop == Stop.WAIT || i + 1 == maxInstructions || hart.needsAttention()) {
                return stop;
            }
        }
    }

    @Override
    public void close() {
        right.close();
    }
}
