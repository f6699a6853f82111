package dev.ravel.csr;

import dev.ravel.isa.CsrNumber;
import java.util.function.LongSupplier;

/**
 * {@code mcycle}, {@code minstret} and {@code mcountinhibit} (Privileged 1.13, 3.1.10, 3.1.12).
 *
 * <p>A cycle is one retired instruction: so programs that read {@code cycle} measure the same on every host and in
 * every replay. The 29 event counters exist, count nothing and read as zero.
 */
final class Counters {
    private static final long CY = 1;
    private static final long IR = 4;

    private final LongSupplier retired;
    final Counter cycle = new Counter(CsrNumber.MCYCLE);
    final Counter instret = new Counter(CsrNumber.MINSTRET);
    final Register inhibit = new Register(CsrNumber.MCOUNTINHIBIT, 0, CY | IR, Effect.NONE) {
        @Override
        protected int effectOf(long old, long now) {
            cycle.inhibit((now & CY) != 0);
            instret.inhibit((now & IR) != 0);
            return Effect.NONE;
        }
    };

    /** @param retired the instructions that the hart has retired before the present one */
    Counters(LongSupplier retired) {
        this.retired = retired;
    }

    /** A counter of retired instructions that software can set and stop. */
    final class Counter extends Csr {
        /** The value while it stands still; otherwise what the value is ahead of the hart's own count. */
        long base;

        boolean inhibited;

        Counter(int number) {
            super(number);
        }

        @Override
        public long read() {
            return inhibited ? base : retired.getAsLong() + base;
        }

        /** What is written is what the next instruction reads: this one does not count. */
        @Override
        public int write(long value) {
            base = inhibited ? value : value - (retired.getAsLong() + 1);
            return Effect.NONE;
        }

        private void inhibit(boolean on) {
            if (on != inhibited) {
                long value = read();
                inhibited = on;
                base = value;
                if (!on) {
                    write(value);
                }
            }
        }
    }

    void reset() {
        inhibit.write(0);
        cycle.base = 0;
        instret.base = 0;
    }

    /** Takes saved values; {@link #inhibit} holds its own already. */
    void restore(long cycleBase, long instretBase) {
        cycle.inhibited = (inhibit.value & CY) != 0;
        instret.inhibited = (inhibit.value & IR) != 0;
        cycle.base = cycleBase;
        instret.base = instretBase;
    }
}
