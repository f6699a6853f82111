package dev.ravel.benchmarks;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Small warm loops in S-mode with paging on. An operation is one guest instruction, so operations a microsecond are MIPS.
 *
 * <p>{@code benchmarks/jmh LoopBenchmark} runs it; {@code -p loop=sieve -p engine=interp} choose.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LoopBenchmark {
    private static final int INSTRUCTIONS = 1_000_000;

    /** The label in {@code loops.s}. */
    @Param({"arithmetic", "memory", "branches", "calls", "sieve"})
    public String loop = "";

    /** The engine's name. */
    @Param("interp")
    public String engine = "";

    private @Nullable BareGuest guest;

    /** Before the first measurement. */
    @Setup
    public void start() {
        guest = new BareGuest("loops.s", loop, engine);
    }

    /** After the last. */
    @TearDown
    public void stop() {
        if (guest != null) {
            guest.close();
        }
    }

    /** A million guest instructions. */
    @Benchmark
    @OperationsPerInvocation(INSTRUCTIONS)
    public void instructions() {
        if (guest != null) {
            guest.run(INSTRUCTIONS);
        }
    }
}
