package dev.ravel.inspect.linux;

import java.util.OptionalLong;

/** What the kernel keeps once for each CPU. */
final class PerCpu {
    /** {@code NR_CPUS} can be no more on RISC-V. */
    private static final int MOST_CPUS = 512;

    private final LinuxKernel kernel;

    PerCpu(LinuxKernel kernel) {
        this.kernel = kernel;
    }

    /** The sum of a {@code struct percpu_counter}, exact when nothing runs. */
    long sum(StructView counter) throws BrokenStructureException {
        long sum = counter.number("count");
        long counters = counter.number("counters");
        if (counters == 0) {
            return sum;
        }
        KernelMemory memory = kernel.image().memory();
        OptionalLong offsets = kernel.image().symbols().address("__per_cpu_offset");
        if (offsets.isEmpty()) {
            return sum + (int) memory.read(counters, 4); // A kernel for one CPU.
        }
        OptionalLong count = kernel.image().symbols().address("nr_cpu_ids");
        long cpus = count.isEmpty() ? 1 : Math.clamp(memory.read(count.getAsLong(), 4), 1, MOST_CPUS);
        for (int cpu = 0; cpu < cpus; cpu++) {
            sum += (int) memory.read(counters + memory.pointer(offsets.getAsLong() + cpu * 8L), 4);
        }
        return sum;
    }
}
