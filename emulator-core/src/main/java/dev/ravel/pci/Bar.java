package dev.ravel.pci;

import dev.ravel.device.Device;

/**
 * Registers of a function that the guest places by a base address register (PCI Local Bus 3.0, 6.2.5.1).
 *
 * @param index 0 to 5; one of 64 bits takes the next register too
 * @param size bytes, a power of two: from 16 in memory, from 4 in I/O space
 * @param registers what is there
 */
public record Bar(int index, Kind kind, long size, Device registers) {
    private static final int REGISTERS = 6;

    /** Where the registers can be placed. */
    public enum Kind {
        /** Anywhere in I/O space. */
        IO(Space.IO, 0x1, 4),
        /** In memory below 4 GiB. */
        MEMORY_32(Space.MEMORY, 0x0, 16),
        /** Anywhere in memory; to read from there has no effect. */
        PREFETCHABLE_64(Space.MEMORY, 0xc, 16);

        private final Space space;
        private final int flags;
        private final int smallest;

        Kind(Space space, int flags, int smallest) {
            this.space = space;
            this.flags = flags;
            this.smallest = smallest;
        }

        /** What its addresses are of. */
        public Space space() {
            return space;
        }

        /** The register's low bits, which cannot be written. */
        int flags() {
            return flags;
        }

        boolean takesTwo() {
            return this == PREFETCHABLE_64;
        }
    }

    /** What addresses on the bus mean. */
    public enum Space {
        IO,
        MEMORY
    }

    public Bar {
        boolean fits = index >= 0 && index + (kind.takesTwo() ? 2 : 1) <= REGISTERS;
        if (!fits || size < kind.smallest || Long.bitCount(size) != 1) {
            throw new IllegalArgumentException("no BAR: " + index + " of " + size + " bytes");
        }
    }
}
