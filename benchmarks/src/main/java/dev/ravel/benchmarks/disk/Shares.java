package dev.ravel.benchmarks.disk;

import dev.ravel.benchmarks.guest.Emulator;
import dev.ravel.benchmarks.guest.Samples;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Processor time of an emulator's threads as parts of the time that passed: 1 is a whole processor.
 *
 * @param rest compilers, collectors, the console
 */
record Shares(double hart, double disk, double rest) {
    /** Between two moments of a process. */
    static Shares between(ProcessorTimes before, ProcessorTimes after, Emulator emulator) {
        double hart = 0;
        double disk = 0;
        double rest = 0;
        double passed = after.nanoTime() - before.nanoTime();
        for (Map.Entry<String, ProcessorTimes.ThreadTime> thread :
                after.threads().entrySet()) {
            String name = thread.getValue().name();
            ProcessorTimes.ThreadTime earlier =
                    before.threads().getOrDefault(thread.getKey(), new ProcessorTimes.ThreadTime(name, 0));
            double share = (thread.getValue().nanoseconds() - earlier.nanoseconds()) / passed;
            if (emulator.isHart(name)) {
                hart += share;
            } else if (emulator.isDisk(name)) {
                disk += share;
            } else {
                rest += share;
            }
        }
        return new Shares(hart, disk, rest);
    }

    /** The median of each. */
    static Shares median(List<Shares> runs) {
        return new Shares(median(runs, Shares::hart), median(runs, Shares::disk), median(runs, Shares::rest));
    }

    private static double median(List<Shares> runs, ToDoubleFunction<Shares> part) {
        return Samples.median(runs.stream().map(part::applyAsDouble).toList());
    }
}
