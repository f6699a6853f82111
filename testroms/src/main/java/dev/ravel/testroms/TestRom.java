package dev.ravel.testroms;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The test programs. Each switches the machine off through the test finisher: with success when every check in it passed,
 * otherwise with the number of the check that failed, after a line about it on the serial port.
 */
public enum TestRom {
    /** Branches, jumps, loads and stores. */
    CONTROL(Start.MACHINE_MODE, 1),
    /** Compressed instructions and reserved encodings among them. */
    COMPRESSED(Start.MACHINE_MODE, 1),
    /** Atomic memory operations and reservations on one hart. */
    ATOMIC(Start.MACHINE_MODE, 1),
    /** What every instruction that works on registers computes, against what another emulator computed. */
    RESULTS(Start.MACHINE_MODE, 1),
    /** Floating-point state, flags, rounding, boxes and corner cases. */
    FLOAT(Start.MACHINE_MODE, 1),
    /** Which bits of CSRs can be written, and by whom they are read. */
    CSR(Start.MACHINE_MODE, 1),
    /** Cause, epc and tval of each exception; delegation. */
    TRAPS(Start.MACHINE_MODE, 1),
    /** CLINT and stimecmp: order, delegation, wfi. */
    INTERRUPTS(Start.MACHINE_MODE, 1),
    /** The PLIC with the serial port's interrupt. */
    PLIC(Start.MACHINE_MODE, 1),
    /** Sv39, Sv48 and Sv57. */
    PAGING(Start.MACHINE_MODE, 1),
    /** Svadu, Svnapot, Svpbmt, Svinval, cache blocks, waiting. */
    EXTENSIONS(Start.MACHINE_MODE, 1),
    /** Physical memory protection. */
    PMP(Start.MACHINE_MODE, 1),
    /** Code that changes under the hart that executes it. */
    SELFMODIFY(Start.MACHINE_MODE, 1),
    /** Misaligned accesses at the edges of memory and over pages. */
    MISALIGNED(Start.MACHINE_MODE, 1),
    /** The devices' registers, and the absence of others. */
    DEVICES(Start.MACHINE_MODE, 1),
    /** Flash: what it says of itself, erasing, programming, executing. */
    FLASH(Start.MACHINE_MODE, 1),
    /** The PCI bus, with virtio devices on it. */
    PCI(Start.MACHINE_MODE, 1),
    /** Four harts on the same memory. */
    SMP(Start.MACHINE_MODE, 4),
    /** The firmware's calls, from one hart. */
    SBI(Start.ABOVE_FIRMWARE, 1);

    /** The RAM that the programs expect, in bytes. */
    public static final long MEMORY = 128L << 20;

    /** Where a program starts. */
    public enum Start {
        /** At the start of RAM, in M-mode, on all harts. */
        MACHINE_MODE(0x8000_0000L),
        /** 2 MiB above it, in S-mode, on the hart that the firmware chose. */
        ABOVE_FIRMWARE(0x8020_0000L);

        private final long address;

        Start(long address) {
            this.address = address;
        }

        /** The physical address. */
        public long address() {
            return address;
        }
    }

    private final Start start;
    private final int harts;

    TestRom(Start start, int harts) {
        this.start = start;
        this.harts = harts;
    }

    /** Where and how it starts. */
    public Start start() {
        return start;
    }

    /** How many harts it needs at least. */
    public int harts() {
        return harts;
    }

    /** Assembles it for the address where it starts. */
    public Program assemble() {
        return assemble(name().toLowerCase(Locale.ROOT) + ".s", start.address);
    }

    /** Assembles a program of this module's resources. */
    static Program assemble(String file, long address) {
        byte[] text = read(file).orElseThrow(() -> new IllegalStateException(file + " is not in the module"));
        AssemblerOptions options =
                AssemblerOptions.standard().base(address).resolver((name, includedFrom) -> read(name));
        return new Assembler(options).assemble(List.of(new Source(file, new String(text, StandardCharsets.UTF_8))));
    }

    /** A file of this module's resources. */
    static Optional<byte[]> read(String file) {
        try (InputStream in = TestRom.class.getResourceAsStream(file)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
