package dev.ravel.benchmarks.boot;

import java.util.List;

/** What a hart's thread is doing. */
enum Part {
    UNITS("units"),
    INTERPRETER("interpreter"),
    MEMORY("page walks and filling TLBs"),
    DEVICES("devices"),
    HART("traps, CSRs and events"),
    OTHER("anything else");

    private final String title;

    Part(String title) {
        this.title = title;
    }

    /** For tables. */
    String title() {
        return title;
    }

    /** What a sample is for, by the classes of its frames from the innermost outwards: the first that belongs to a part. */
    static Part of(List<String> classes) {
        for (String name : classes) {
            if (name.startsWith("dev.ravel.jit.runtime.")) {
                return UNITS;
            }
            if (name.startsWith("dev.ravel.engine.")) {
                return INTERPRETER;
            }
            if (name.startsWith("dev.ravel.mmu.")) {
                return MEMORY;
            }
            if (isDevice(name)) {
                return DEVICES;
            }
            if (isHart(name)) {
                return HART;
            }
        }
        return OTHER;
    }

    private static boolean isDevice(String name) {
        return name.startsWith("dev.ravel.device.")
                || name.startsWith("dev.ravel.virtio.")
                || name.startsWith("dev.ravel.memory.Bus");
    }

    private static boolean isHart(String name) {
        return name.startsWith("dev.ravel.hart.")
                || name.startsWith("dev.ravel.csr.")
                || name.startsWith("dev.ravel.time.")
                || name.startsWith("dev.ravel.machine.");
    }
}
