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
    CRC(15_000),
    /** Branches. */
    COLLATZ(3_000_000),
    /** Recursion. */
    FIB(280),
    /** Indirect calls. */
    INDIRECT(25_000),
    /** Bytes and strings. */
    STRINGS(12_000),
    /** Pointer chasing. */
    CHASE(70),
    /** Stores in strides. */
    SIEVE(500),
    /** Block copy. */
    COPY(22_000),
    /** Block clear. */
    CLEAR(40_000),
    /** Doubles in registers. */
    NBODY(500_000),
    /** Doubles in memory. */
    MATRIX(330),
    /** Floats. */
    FLOATS(400),
    /** Multiply and divide. */
    DIVIDE(4_000_000),
    /** An interpreter of bytecode. */
    BYTECODE(500),
    /** A hash table. */
    HASH(650),
    /** Quicksort. */
    SORT(700),
    /** A compressor. */
    COMPRESS(1_000),
    /** SHA-256. */
    SHA256(14_000),
    /** The shortest system call. */
    GETPPID(Needs.KERNEL, 1_000_000),
    /** Fork, exec and wait. */
    SPAWN(Needs.KERNEL, 400),
    /** Bytes to another process and back. */
    PIPE(Needs.KERNEL, 8_000),
    /** Context switches. */
    SWITCH(Needs.KERNEL, 12_000),
    /** Page faults. */
    FAULTS(Needs.KERNEL, 15),
    /** Mappings made and taken away. */
    MMAP(Needs.KERNEL, 4_000),
    /** Block copy under paging. */
    MEMCPY(Needs.KERNEL, 25),
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

    /** How many rounds a run is: in the short one about a second's work for QEMU 7.2. */
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
