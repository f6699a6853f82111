package dev.ravel.cli;

import dev.ravel.hart.Hart;
import dev.ravel.machine.Machine;
import dev.ravel.virtio.VirtioBalloon;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The counters of {@code --stats}. */
final class RunStatistics {
    private final Machine machine;
    private final long start = System.nanoTime();

    /** Time counts from now. */
    RunStatistics(Machine machine) {
        this.machine = machine;
    }

    /** A JSON object. The machine has ended. */
    byte[] json() {
        double seconds = (System.nanoTime() - start) / 1e9;
        long instructions = machine.instructionsRetired();
        Map<String, Object> counters = new LinkedHashMap<>();
        counters.put("engine", machine.engine().name());
        counters.put("instructions", instructions);
        counters.put("wallSeconds", seconds);
        counters.put("mips", instructions / seconds / 1e6);
        counters.put(
                "traps",
                machine.harts().stream().mapToLong((Hart h) -> h.trapsTaken).sum());
        counters.put(
                "tlbMisses",
                machine.harts().stream().mapToLong((Hart h) -> h.mmu.tlbMisses).sum());
        counters.putAll(machine.engine().counters());
        counters.put("metaspaceBytes", used(pool -> pool.equals("Metaspace")));
        counters.put("codeCacheBytes", used(pool -> pool.startsWith("CodeHeap") || pool.equals("CodeCache")));
        machine.virtio(VirtioBalloon.class)
                .ifPresent(balloon -> counters.put("balloonGivenBackBytes", balloon.givenBack()));
        return JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsBytes(counters);
    }

    /** Bytes that the JVM's memory pools of these names hold. */
    private static long used(Predicate<String> name) {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> name.test(pool.getName()))
                .mapToLong(pool -> pool.getUsage().getUsed())
                .sum();
    }
}
