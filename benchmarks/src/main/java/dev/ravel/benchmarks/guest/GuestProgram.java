package dev.ravel.benchmarks.guest;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The guest programs. The source of each is the resource of its name; a round is what that says. */
public enum GuestProgram {
    /** Does nothing: what is measured is the start of the emulator. */
    EMPTY(0),
    /** Integer loops. */
    CRC(37_500),
    /** Branches. */
    COLLATZ(7_500_000),
    /** Recursion. */
    FIB(700),
    /** Indirect calls. */
    INDIRECT(62_500),
    /** Bytes and strings. */
    STRINGS(30_000),
    /** Pointer chasing. */
    CHASE(175),
    /** Stores in strides. */
    SIEVE(1_250),
    /** Block copy. */
    COPY(55_000),
    /** Block clear. */
    CLEAR(100_000),
    /** Doubles in registers. */
    NBODY(1_250_000),
    /** Doubles in memory. */
    MATRIX(825),
    /** Floats. */
    FLOATS(1_000),
    /** Multiply and divide. */
    DIVIDE(10_000_000),
    /** An interpreter of bytecode. */
    BYTECODE(1_250),
    /** A hash table. */
    HASH(1_625),
    /** Quicksort. */
    SORT(1_750),
    /** A compressor. */
    COMPRESS(2_500),
    /** SHA-256. */
    SHA256(35_000),
    /** The shortest system call. */
    GETPPID(Needs.KERNEL, 2_500_000),
    /** Fork, exec and wait. */
    SPAWN(Needs.KERNEL, 1_000),
    /** Bytes to another process and back. */
    PIPE(Needs.KERNEL, 20_000),
    /** Context switches. */
    SWITCH(Needs.KERNEL, 30_000),
    /** Page faults. */
    FAULTS(Needs.KERNEL, 38),
    /** Mappings made and taken away. */
    MMAP(Needs.KERNEL, 10_000),
    /** Block copy under paging. */
    MEMCPY(Needs.KERNEL, 62),
    /** Blocks from anywhere on a disk. */
    DISKRANDOM(Needs.DISK, 16_384),
    /** A disk from its start. */
    DISKREAD(Needs.DISK, 256),
    /** Onto a disk, in order. */
    DISKWRITE(Needs.DISK, 256);

    private static final int LONGER = 10;

    private final Needs needs;
    private final long rounds;

    GuestProgram(long rounds) {
        this(Needs.NOTHING, rounds);
    }

    GuestProgram(Needs needs, long rounds) {
        this.needs = needs;
        this.rounds = rounds;
    }

    /** The name in tables, of the source file and in what the program prints. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How many rounds a run is. The short one is one to four seconds' work for QEMU 7.2 on a fast host, mostly, so that warming up counts. */
    public long rounds(Length length) {
        return switch (length) {
            case SHORT -> rounds;
            case LONG -> rounds * LONGER;
        };
    }

    /** Whether it measures a kernel, so that it runs under one only. */
    boolean needsKernel() {
        return needs == Needs.KERNEL;
    }

    /** All that do work and run in that place. */
    static List<GuestProgram> workers(Place place) {
        return workers().stream().filter(place::runs).toList();
    }

    /** All that do work, and need no disk for it. */
    static List<GuestProgram> workers() {
        return Arrays.stream(values())
                .filter(program -> program != EMPTY && program.needs != Needs.DISK)
                .toList();
    }

    /** Those that measure the machine's first disk. */
    public static List<GuestProgram> ofDisks() {
        return Arrays.stream(values())
                .filter(program -> program.needs == Needs.DISK)
                .toList();
    }

    /** The worker of that name. */
    static Optional<GuestProgram> named(String title) {
        return workers().stream()
                .filter(program -> program.title().equals(title))
                .findFirst();
    }

    /** What a program wants around it. */
    private enum Needs {
        NOTHING,
        KERNEL,
        DISK
    }

    /** How much work a run is. */
    public enum Length {
        /** About a second: what an emulator needs to warm up counts. */
        SHORT(""),
        /** Ten times as much. */
        LONG("-long");

        private final String suffix;

        Length(String suffix) {
            this.suffix = suffix;
        }

        /** What tells the names of executables apart. */
        String suffix() {
            return suffix;
        }
    }
}
